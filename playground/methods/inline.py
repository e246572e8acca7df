"""The Bot API method answerInlineQuery. It accepts articles, and photos and voice messages by their file id."""

import re
from typing import Any

from playground.errors import bad_request
from playground.messages.keyboard import inline_keyboard
from playground.messages.text import with_detected_entities
from playground.methods.media import file_in, media_content
from playground.methods.support.message_text import link_preview_fields, text_and_entities
from playground.methods.support.parameters import boolean, integer, structure, text
from playground.methods.support.registry import MethodCall, method
from playground.world.inline_answers import InlineAnswer

Json = dict[str, Any]
MAX_RESULTS = 50
_START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CACHED_TYPES = frozenset({"photo", "voice"})
_DISPLAY_FIELDS = ("url", "description", "thumbnail_url", "thumbnail_width", "thumbnail_height")


@method("answerInlineQuery", "inline_query_id results cache_time is_personal next_offset button")
def answer_inline_query(call: MethodCall) -> bool:
    results = structure(call.parameters, "results")
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results: expected an Array of InlineQueryResult")
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    checked = [checked_result(call, result) for result in results]
    if len({result["id"] for result in checked}) < len(checked):
        raise bad_request("RESULT_ID_DUPLICATE")
    offset = text(call.parameters, "next_offset")
    if len(offset.encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    cache_time = integer(call.parameters, "cache_time", 300, minimum=0)
    button = _button(structure(call.parameters, "button"))
    answer = InlineAnswer(checked, cache_time, boolean(call.parameters, "is_personal"), offset, button)
    call.state.inline_queries.answer(call.now(), call.bot, text(call.parameters, "inline_query_id"), answer)
    return True


def checked_result(call: MethodCall, result: Any) -> Json:
    """Check `result`, which a bot gave for an inline query. Return the fields that apps show, and a field "content".

    "content" has the fields of the message that is sent if a person chooses the result. Raises BotApiError when the
    result is invalid or of an unsupported type.
    """
    if not isinstance(result, dict):
        raise bad_request("can't parse inline query result: expected an Object")
    result_id = result.get("id")
    if not isinstance(result_id, str) or not 1 <= len(result_id.encode("utf-8", "replace")) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    shown = _article(result) if result.get("type") == "article" else _cached(call, result)
    shown |= {name: result[name] for name in _DISPLAY_FIELDS if result.get(name) is not None}
    if markup := inline_keyboard(structure(result, "reply_markup")):
        shown["reply_markup"] = markup
    return shown


def _article(result: Json) -> Json:
    title = result.get("title")
    if not isinstance(title, str) or not title:
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = _message_content(result.get("input_message_content"))
    return {"type": "article", "id": result["id"], "title": title, "content": content}


def _cached(call: MethodCall, result: Json) -> Json:
    """Return `result`, a cached photo or voice, in the form that `checked_result` returns.

    `result` is an InlineQueryResultCachedPhoto or InlineQueryResultCachedVoice. The title of a photo is optional.
    """
    kind = str(result.get("type"))
    if kind not in _CACHED_TYPES or f"{kind}_file_id" not in result:
        raise bad_request(
            "can't parse inline query result: the playground supports articles and cached photos and voices"
            f" only, not {result.get('type')!r}"
        )
    content = media_content(result, file_in(call, kind, result, f"{kind}_file_id"))
    return {"type": kind, "id": result["id"], "title": str(result.get("title") or ""), "content": content}


def _message_content(content: Any) -> Json:
    if not isinstance(content, dict) or "message_text" not in content:
        raise bad_request("can't parse inline query result: the playground supports InputTextMessageContent only")
    message_text, entities = text_and_entities(content, "message_text", too_long="MESSAGE_TOO_LONG")
    fields: Json = {"text": message_text}
    if entities := with_detected_entities(message_text, entities):
        fields["entities"] = entities
    if options := content.get("link_preview_options"):
        fields["link_preview_options"] = link_preview_fields(options)
    return fields


def _button(button: Any) -> Json | None:
    if not button:
        return None
    if not isinstance(button, dict) or not button.get("text"):
        raise bad_request("can't parse inline query results button: Can't find field \"text\"")
    start = button.get("start_parameter")
    if start is None:
        raise bad_request(
            "can't parse inline query results button: the playground has no web apps, use start_parameter"
        )
    if not isinstance(start, str) or not _START_PARAMETER.fullmatch(start):
        raise bad_request("START_PARAM_INVALID")
    return {"text": str(button["text"]), "start_parameter": start}
