"""Parse and check responses of the Bot API. A response that Telegram cannot have sent raises NotTelegram."""

import json
import math
import re
from collections.abc import Callable
from typing import Any

from bot.telegram_api.http.json_fields import JsonObject, MalformedField
from bot.telegram_api.http.network_errors import PROXY_LOGIN, NotTelegram, ProxyRefused

MAX_RETRY_AFTER = 7 * 24 * 3600  # seconds; Telegram's longest real flood waits are about a day
_MAX_DESCRIPTION = 500  # characters
_FLOOD = 429
_BEYOND_64_BITS = 2**63  # Telegram's numbers fit into 64 bits
_MAX_DIGITS = 20
_HIGH, _LOW = frozenset("89ab"), frozenset("cdef")  # the first digit after "\\ud" in each half of a surrogate pair
_HALF_DIGITS = 3  # digits after "\\ud"

# An escape in JSON text: a whole surrogate pair, half of one, or another escape.
_ESCAPE = re.compile(
    r"\\(?:(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)

Json = dict[str, Any]


def parse_response(status: int, body: bytes) -> Json:
    """Return the parsed response of the Bot API, with only the fields that this project uses.

    The types of the fields are checked. A successful response has `result`; an error has `description` and
    `parameters`. Raises ProxyRefused if a proxy refused the request, and NotTelegram for any other response in a
    form that Telegram does not use.
    """
    response = _decode(body)
    if not isinstance(response, dict) or response.get("ok") is not (status < 300):
        raise ProxyRefused(status) if status == PROXY_LOGIN else NotTelegram(status)
    if status >= 300:
        return _error(status, response)
    if "result" not in response:
        raise NotTelegram(status)
    return {"ok": True, "result": response["result"]}


def body_for_library(status: int, method: str, response: Json) -> bytes:
    """Return `response`, the parsed response to a call of `method`, as JSON for python-telegram-bot.

    The JSON has only the result fields that this project reads, so that the library can build its objects without an
    exception. `status` is the HTTP status. Raises NotTelegram if such a field is missing or has the wrong type.
    """
    if status < 300:
        try:
            response = {"ok": True, "result": _used_result(method, response["result"])}
        except MalformedField:
            raise NotTelegram(status) from None
    return json.dumps(response).encode()


def _decode(body: bytes) -> Any:
    """Decode the JSON in `body`; return None when it is not JSON, or too large or too deeply nested to read."""
    text = body.decode("utf-8", "replace")
    if _may_have_lone_surrogate(text):
        text = _ESCAPE.sub(_replace_lone_surrogate, text)
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError, MemoryError):
        return None


def _may_have_lone_surrogate(text: str) -> bool:
    """Return whether `text`, which is JSON, might contain an escape for half a surrogate pair.

    This test is fast, but can return True for a text without such an escape. After True, the caller searches the text
    with a slower regular expression. Most texts contain only whole pairs, such as those of emoji, and the result is
    False.
    """
    is_low_due, lowered = False, text.lower()
    if "\\\\ud" in lowered:
        return True  # an escaped backslash before "ud" looks like an escape to the test below
    for rest in lowered.split("\\ud")[1:]:
        digit = rest[:1]
        if (digit in _LOW) is not is_low_due or (digit in _HIGH and len(rest) != _HALF_DIGITS):
            return True
        is_low_due = digit in _HIGH
    return is_low_due


def _replace_lone_surrogate(escape: re.Match[str]) -> str:
    """Return the escape for U+FFFD if `escape` is half a surrogate pair, which UTF-8 cannot encode.

    Return any other escape unchanged.
    """
    return "\\ufffd" if escape[2] else escape[0]


def _parse_integer(digits: str) -> int | None:
    """Parse an integer of JSON; return None if it does not fit into 64 bits, because later steps could fail on it."""
    number = int(digits) if len(digits) <= _MAX_DIGITS else _BEYOND_64_BITS
    return number if -_BEYOND_64_BITS <= number < _BEYOND_64_BITS else None


def _parse_decimal(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


_DECODER = json.JSONDecoder(parse_int=_parse_integer, parse_float=_parse_decimal, parse_constant=lambda _: None)


def _error(status: int, response: Json) -> Json:
    description, parameters = response.get("description"), response.get("parameters")
    has_description = isinstance(description, str) and description.strip()
    return {
        "ok": False,
        "error_code": status,
        "description": str(description)[:_MAX_DESCRIPTION] if has_description else f"HTTP {status}",
        "parameters": _parameters(status, parameters if isinstance(parameters, dict) else {}),
    }


def _parameters(status: int, parameters: Json) -> Json:
    if status == _FLOOD:
        return {"retry_after": _retry_after(parameters.get("retry_after"))}
    chat = parameters.get("migrate_to_chat_id")
    return {"migrate_to_chat_id": chat} if _is_integer(chat) and chat else {}


def _retry_after(value: Any) -> int:
    """Return the field `retry_after` of a response with status 429 as whole seconds, from 1 to MAX_RETRY_AFTER.

    Return 1 when the value is not a number.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 1
    return min(max(math.ceil(value), 1), MAX_RETRY_AFTER)


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _used_result(method: str, result: Any) -> Any:
    """Return `result`, which a successful call of `method` returned, reduced to the fields that this project reads.

    The results of some methods are returned unchanged. Raises MalformedField if a field is missing or has the wrong
    type.
    """
    if read := _RESULTS.get(method):
        return read(result)
    if method.startswith(("send", "edit", "copy", "forward")):
        is_inline = method.startswith("edit") and result is True  # in a chat that the bot is not in
        return True if is_inline else _message(_object(result))
    if method.startswith(("set", "answer", "delete")) and not isinstance(result, bool):
        raise MalformedField(method)
    return result


def _object(result: Any) -> JsonObject:
    if not isinstance(result, dict):
        raise MalformedField("result")
    return JsonObject(result)


def _message(message: JsonObject) -> Json:
    message_id, chat = message.integer("message_id"), message.raw.get("chat")
    ephemeral = _ephemeral(message)
    if message_id < 1 and not ephemeral:
        raise MalformedField("message_id")
    chat_id = chat.get("id") if isinstance(chat, dict) else None
    chat_id = chat_id if _is_integer(chat_id) else 0
    raw = message.raw
    files = _photo(raw.get("photo")) | _document(raw.get("document")) | _voice(raw.get("voice"))
    return {"message_id": message_id, "date": 0, "chat": {"id": chat_id, "type": "private"}, **files} | ephemeral


def _ephemeral(message: JsonObject) -> Json:
    """Return {"ephemeral_message_id": id} for a message that only one person sees; {} for any other message.

    The field `message_id` of such a message is 0.
    """
    if not message.has("ephemeral_message_id"):
        return {}
    if (number := message.integer("ephemeral_message_id")) < 1:
        raise MalformedField("ephemeral_message_id")
    return {"ephemeral_message_id": number}


def _photo(sizes: Any) -> Json:
    """Return the field `photo` of a sent message, reduced to the largest size of the picture.

    `sizes` is the unchecked field. Return {} if it is missing or malformed: the message has been sent anyway.
    """
    match sizes:
        case [*_, {"file_id": str(file_id)}] if file_id:
            return {"photo": [{"file_id": file_id, "file_unique_id": "", "width": 0, "height": 0}]}
        case _:
            return {}


def _document(document: Any) -> Json:
    """Return the field `document` of a sent message, reduced to its file id; {} if it is missing or malformed."""
    match document:
        case {"file_id": str(file_id)} if file_id:
            return {"document": {"file_id": file_id, "file_unique_id": ""}}
        case _:
            return {}


def _voice(voice: Any) -> Json:
    """Return the field `voice` of a sent message, reduced to its file id; {} if it is missing or malformed."""
    match voice:
        case {"file_id": str(file_id)} if file_id:
            return {"voice": {"file_id": file_id, "file_unique_id": "", "duration": 0}}
        case _:
            return {}


def _bot(result: Any) -> Json:
    bot = _object(result)
    names = {name: bot.text(name) for name in ("first_name", "username")}
    if bot.integer("id") < 1:
        raise MalformedField("id")
    is_guest = {"supports_guest_queries": bot.boolean("supports_guest_queries")}
    return {"id": bot.integer("id"), "is_bot": True, **names, **is_guest}


def _commands(result: Any) -> list[Json]:
    if not isinstance(result, list):
        raise MalformedField("result")
    return [_command(_object(command)) for command in result]


def _command(command: JsonObject) -> Json:
    names = {name: command.text(name) for name in ("command", "description")}
    return names | ({"is_ephemeral": True} if command.boolean("is_ephemeral") else {})


_RESULTS: dict[str, Callable[[Any], Any]] = {
    "answerGuestQuery": lambda result: {"inline_message_id": _object(result).text("inline_message_id")},
    "getMe": _bot,
    "getMyCommands": _commands,
    "getMyDescription": lambda result: {"description": _object(result).text("description")},
    "getMyShortDescription": lambda result: {"short_description": _object(result).text("short_description")},
    "getMyStarBalance": lambda result: {"amount": _object(result).integer("amount")},
}
