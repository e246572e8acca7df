"""Validate the inline keyboards that bots send, as Telegram does."""

from typing import Any

from playground.errors import bad_request
from playground.messages.text import utf16_length

Json = dict[str, Any]

STYLES = frozenset({"primary", "success", "danger"})
MAX_BUTTONS = 100
MAX_ROW_BUTTONS = 8
_ACTIONS = (
    "url",
    "callback_data",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
)
_UNSUPPORTED_BUTTONS = ("web_app", "login_url", "callback_game", "pay")
_UNSUPPORTED_MARKUP = ("keyboard", "remove_keyboard", "force_reply")
_CHAT_TYPES = frozenset({"allow_user_chats", "allow_bot_chats", "allow_group_chats", "allow_channel_chats"})


def inline_keyboard(reply_markup: Any) -> Json | None:
    """Return a bot's `reply_markup` as a valid InlineKeyboardMarkup; None if it is missing or has no button.

    Raises BotApiError with Telegram's error text when the keyboard is invalid.
    """
    if reply_markup is None or reply_markup == "":
        return None
    if not isinstance(reply_markup, dict):
        raise bad_request("object expected as reply markup")
    if any(name in reply_markup for name in _UNSUPPORTED_MARKUP):
        raise bad_request("the playground supports inline_keyboard only, no reply keyboards")
    rows = reply_markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    valid_rows = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, valid_rows)) > MAX_BUTTONS or any(len(row) > MAX_ROW_BUTTONS for row in valid_rows):
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": valid_rows} if valid_rows else None


def _button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise _parse_error("expected an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise _parse_error('Can\'t find field "text"')
    if not text.strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    utf16_length(text)  # raises on half a surrogate pair
    valid: Json = {"text": text} | _style(button)
    if any(name in button for name in _UNSUPPORTED_BUTTONS):
        raise _parse_error("the playground does not support web apps, logins, games and payments")
    actions = [name for name in _ACTIONS if button.get(name) is not None]
    if not actions:
        raise _parse_error("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request("BUTTON_TYPE_INVALID")
    return valid | {actions[0]: _action(actions[0], button[actions[0]])}


def _style(button: Json) -> Json:
    style = button.get("style")
    if style is not None and str(style) not in STYLES:
        raise _parse_error("invalid button style specified")
    return {name: button[name] for name in ("style", "icon_custom_emoji_id") if button.get(name)}


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
        raise bad_request("BUTTON_DATA_INVALID")
    utf16_length(value)  # raises on half a surrogate pair
    return value


def _url(value: Any) -> str:
    scheme, colon, rest = str(value).partition("://")
    if colon and scheme.lower() in {"http", "https", "tg", "ton"} and rest and not any(map(str.isspace, rest)):
        return str(value)
    if not colon and "." in scheme and not any(map(str.isspace, scheme)):
        return f"http://{value}"
    raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")


def _copy_text(value: Any) -> Json:
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str) or not 1 <= utf16_length(text) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return {"text": text}


def _chosen_chat(value: Any) -> Json:
    if not isinstance(value, dict):
        raise _parse_error("expected an Object as switch_inline_query_chosen_chat")
    if not any(value.get(name) for name in _CHAT_TYPES):
        raise bad_request("BUTTON_TYPE_INVALID")
    allowed: Json = {name: True for name in sorted(_CHAT_TYPES) if value.get(name)}
    return {"query": str(value.get("query", ""))} | allowed


def _parse_error(problem: str) -> Exception:
    return bad_request(f"can't parse inline keyboard button: {problem}")
