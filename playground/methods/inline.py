"""answerInlineQuery: lists of articles for who asks behind the bot's name."""

import re
from typing import Any

from playground.errors import bad
from playground.messages.keyboard import inline_keyboard
from playground.messages.text import with_found
from playground.methods.support.message_text import content_of, preview_of
from playground.methods.support.parameters import flag, structure, text, whole
from playground.methods.support.registry import Call, method
from playground.world.inline_answers import InlineAnswer

Json = dict[str, Any]
MOST_RESULTS = 50
_START = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SHOWN = ("url", "description", "thumbnail_url", "thumbnail_width", "thumbnail_height")


@method("answerInlineQuery", "inline_query_id results cache_time is_personal next_offset button")
def answer_inline_query(call: Call) -> bool:
    results = structure(call.given, "results")
    if not isinstance(results, list):
        raise bad("can't parse inline query results: expected an Array of InlineQueryResult")
    if len(results) > MOST_RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    kept = [_article(result) for result in results]
    if len({one["id"] for one in kept}) < len(kept):
        raise bad("RESULT_ID_DUPLICATE")
    offset = text(call.given, "next_offset")
    if len(offset.encode()) > 64:
        raise bad("NEXT_OFFSET_INVALID")
    cache_time = whole(call.given, "cache_time", 300, least=0)
    button = _button(structure(call.given, "button"))
    answer = InlineAnswer(kept, cache_time, flag(call.given, "is_personal"), offset, button)
    call.state.inline_queries.answer(call.now(), call.bot, text(call.given, "inline_query_id"), answer)
    return True


def _article(given: Any) -> Json:
    """The result as apps show it, and under "content" what choosing it sends."""
    if not isinstance(given, dict):
        raise bad("can't parse inline query result: expected an Object")
    if given.get("type") != "article":
        raise bad(f"can't parse inline query result: the box knows only articles yet, not {given.get('type')!r}")
    number, title = given.get("id"), given.get("title")
    if not isinstance(number, str) or not 1 <= len(number.encode("utf-8", "replace")) <= 64:
        raise bad("RESULT_ID_INVALID")
    if not isinstance(title, str) or not title:
        raise bad("ARTICLE_TITLE_EMPTY")
    shown: Json = {"type": "article", "id": number, "title": title}
    shown |= {name: given[name] for name in _SHOWN if given.get(name) is not None}
    markup = inline_keyboard(structure(given, "reply_markup"))
    return (
        shown
        | {"content": _content(given.get("input_message_content"))}
        | ({"reply_markup": markup} if markup else {})
    )


def _content(given: Any) -> Json:
    if not isinstance(given, dict) or "message_text" not in given:
        raise bad("can't parse inline query result: the box knows only InputTextMessageContent yet")
    kept, entities = content_of(given, "message_text", too_long="MESSAGE_TOO_LONG")
    content: Json = {"text": kept}
    if entities := with_found(kept, entities):
        content["entities"] = entities
    if options := given.get("link_preview_options"):
        content["link_preview_options"] = preview_of(options)
    return content


def _button(given: Any) -> Json | None:
    if not given:
        return None
    if not isinstance(given, dict) or not given.get("text"):
        raise bad("can't parse inline query results button: Can't find field \"text\"")
    start = given.get("start_parameter")
    if start is None:
        raise bad("can't parse inline query results button: the box has no web apps yet, use start_parameter")
    if not isinstance(start, str) or not _START.fullmatch(start):
        raise bad("START_PARAM_INVALID")
    return {"text": str(given["text"]), "start_parameter": start}
