"""Inline keyboards: what Telegram takes and what it refuses."""

from typing import Any

from playground.errors import bad
from playground.messages.text import units

Json = dict[str, Any]

STYLES = frozenset({"primary", "success", "danger"})
MAX_BUTTONS = 100
MAX_ROW = 8
_ACTIONS = (
    "url",
    "callback_data",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
)
_LATER = ("web_app", "login_url", "callback_game", "pay")
_OTHER_MARKUP = ("keyboard", "remove_keyboard", "force_reply")
_CHATS = frozenset({"allow_user_chats", "allow_bot_chats", "allow_group_chats", "allow_channel_chats"})


def inline_keyboard(given: Any) -> Json | None:
    """The keyboard to show, None when there is none (left out, or without a single button)."""
    if given is None or given == "":
        return None
    if not isinstance(given, dict):
        raise bad("object expected as reply markup")
    if any(name in given for name in _OTHER_MARKUP):
        raise bad("the box has no reply keyboards yet, only inline_keyboard")
    rows = given.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    kept = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, kept)) > MAX_BUTTONS or any(len(row) > MAX_ROW for row in kept):
        raise bad("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def _button(given: Any) -> Json:
    if not isinstance(given, dict):
        raise _unreadable("expected an Object")
    text = given.get("text")
    if not isinstance(text, str):
        raise _unreadable('Can\'t find field "text"')
    if not text.strip():
        raise bad("BUTTON_TEXT_INVALID")
    units(text)
    kept: Json = {"text": text} | _look(given)
    if any(name in given for name in _LATER):
        raise _unreadable("the box has no web apps, logins, games and payments yet")
    actions = [name for name in _ACTIONS if given.get(name) is not None]
    if not actions:
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad("BUTTON_TYPE_INVALID")
    return kept | {actions[0]: _action(actions[0], given[actions[0]])}


def _look(given: Json) -> Json:
    style = given.get("style")
    if style is not None and str(style) not in STYLES:
        raise _unreadable("invalid button style specified")
    return {name: given[name] for name in ("style", "icon_custom_emoji_id") if given.get(name)}


def _action(name: str, value: Any) -> Any:
    match name:
        case "callback_data":
            return _callback_data(value)
        case "url":
            return _url(value)
        case "copy_text":
            return _copy_text(value)
        case "switch_inline_query_chosen_chat":
            return _chosen_chat(value)
        case _:
            return str(value)


def _callback_data(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value.encode("utf-8", "replace")) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    units(value)
    return value


def _url(value: Any) -> str:
    scheme, colon, rest = str(value).partition("://")
    if colon and scheme.lower() in {"http", "https", "tg", "ton"} and rest and not any(c.isspace() for c in rest):
        return str(value)
    if not colon and "." in scheme and not any(c.isspace() for c in scheme):
        return f"http://{value}"
    raise bad(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")


def _copy_text(value: Any) -> Json:
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str) or not 1 <= units(text) <= 256:
        raise bad("BUTTON_COPY_TEXT_INVALID")
    return {"text": text}


def _chosen_chat(value: Any) -> Json:
    if not isinstance(value, dict):
        raise _unreadable("expected an Object as switch_inline_query_chosen_chat")
    if not any(value.get(name) for name in _CHATS):
        raise bad("BUTTON_TYPE_INVALID")
    kept: Json = {name: True for name in sorted(_CHATS) if value.get(name)}
    return {"query": str(value.get("query", ""))} | kept


def _unreadable(what: str) -> Exception:
    return bad(f"can't parse inline keyboard button: {what}")
