"""Inline results of types that send a file which Telegram has already: InlineQueryResultCachedVoice and others."""

from typing import Any

from playground.messages.keyboard import inline_keyboard
from playground.methods.media import file_in, media_content
from playground.methods.support.parameters import structure
from playground.methods.support.registry import MethodCall

Json = dict[str, Any]
CACHED_TYPES = frozenset({"photo", "voice"})
_DISPLAY_FIELDS = ("title", "description", "caption")


def cached_result(call: MethodCall, result: Json) -> Json:
    """Return a valid result as apps show it, without its id. Under "content" are the fields of the message.

    Raises BotApiError for an unknown file or a wrong caption.
    """
    kind = str(result["type"])
    shown: Json = {"type": kind} | {name: result[name] for name in _DISPLAY_FIELDS if result.get(name) is not None}
    shown["content"] = media_content(result, file_in(call, kind, result, f"{kind}_file_id"))
    if markup := inline_keyboard(structure(result, "reply_markup")):
        shown["reply_markup"] = markup
    return shown
