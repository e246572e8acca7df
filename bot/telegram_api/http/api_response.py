"""Read answers of the Bot API in one place. Whatever a server sends becomes a checked value or NotTelegram."""

import json
import math
import re
from collections.abc import Callable
from typing import Any

from bot.telegram_api.http.json_fields import JsonObject, MalformedField
from bot.telegram_api.http.network_errors import PROXY_LOGIN, NotTelegram, ProxyRefused

LONGEST_WAIT = 7 * 24 * 3600  # seconds; Telegram's longest real flood waits are about a day
_LONGEST_DESCRIPTION = 500
_FLOOD = 429
_WIDEST = 2**63  # Telegram's numbers fit into 64 bits
_DIGITS = 20
_HIGH, _LOW = frozenset("89ab"), frozenset("cdef")  # the digits that begin the halves after "\\ud"
_HALF = 3  # digits after "\\ud"

# An escape in JSON text: a whole surrogate pair, half of one, or another.
_ESCAPE = re.compile(
    r"\\(?:(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)

Json = dict[str, Any]


def read_answer(status: int, body: bytes) -> Json:
    """Return a whole answer of the Bot API, reduced to the fields that are used, each of its type.

    A success has `result`; an error has `description` and `parameters`. Raises NotTelegram, or ProxyRefused.
    """
    answer = _decoded(body)
    if not isinstance(answer, dict) or answer.get("ok") is not (status < 300):
        raise ProxyRefused(status) if status == PROXY_LOGIN else NotTelegram(status)
    if status >= 300:
        return _error(status, answer)
    if "result" not in answer:
        raise NotTelegram(status)
    return {"ok": True, "result": answer["result"]}


def body_for_library(status: int, method: str, answer: Json) -> bytes:
    """Return `answer` as JSON from which python-telegram-bot builds its objects without an exception.

    Only the fields that this project reads are kept. Raises NotTelegram where one is missing or of another type.
    """
    if status < 300:
        try:
            answer = {"ok": True, "result": _result(method, answer["result"])}
        except MalformedField:
            raise NotTelegram(status) from None
    return json.dumps(answer).encode()


def _decoded(body: bytes) -> Any:
    """Return the value of the JSON in `body`; None when it is not JSON, or nested too deeply or too large to read."""
    text = body.decode("utf-8", "replace")
    if _may_have_half_a_pair(text):
        text = _ESCAPE.sub(_without_half, text)
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError, MemoryError):
        return None


def _may_have_half_a_pair(text: str) -> bool:
    """Return whether an escape may name half a surrogate pair alone. Quick, since most answers have pairs."""
    is_low_due = False
    for rest in text.lower().split("\\ud")[1:]:
        digit = rest[:1]
        if (digit in _LOW) is not is_low_due or (digit in _HIGH and len(rest) != _HALF):
            return True
        is_low_due = digit in _HIGH
    return is_low_due


def _without_half(escape: re.Match[str]) -> str:
    """Replace half a surrogate pair: it could not be encoded again."""
    return "\\ufffd" if escape[2] else escape[0]


def _integer(digits: str) -> int | None:
    """Read a number beyond 64 bits as null, so that no later step can fail on it."""
    number = int(digits) if len(digits) <= _DIGITS else _WIDEST
    return number if -_WIDEST <= number < _WIDEST else None


def _decimal(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_decimal, parse_constant=lambda _: None)


def _error(status: int, answer: Json) -> Json:
    description, parameters = answer.get("description"), answer.get("parameters")
    known = isinstance(description, str) and description.strip()
    return {
        "ok": False,
        "error_code": status,
        "description": str(description)[:_LONGEST_DESCRIPTION] if known else f"HTTP {status}",
        "parameters": _parameters(status, parameters if isinstance(parameters, dict) else {}),
    }


def _parameters(status: int, given: Json) -> Json:
    if status == _FLOOD:
        return {"retry_after": _seconds(given.get("retry_after"))}
    chat = given.get("migrate_to_chat_id")
    return {"migrate_to_chat_id": chat} if _is_integer(chat) and chat else {}


def _seconds(given: Any) -> int:
    """Return a flood wait in whole seconds. One that names no sensible time is a flood wait all the same."""
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        return 1
    return min(max(math.ceil(given), 1), LONGEST_WAIT)


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _result(method: str, result: Any) -> Any:
    """Return the part of a successful `method`'s result that is used. Raises MalformedField."""
    if read := _RESULTS.get(method):
        return read(result)
    if method.startswith(("send", "edit", "copy", "forward")):
        return result if isinstance(result, bool) else _message(_object(result))
    if method.startswith(("set", "answer", "delete")) and not isinstance(result, bool):
        raise MalformedField(method)
    return result


def _object(result: Any) -> JsonObject:
    if not isinstance(result, dict):
        raise MalformedField("result")
    return JsonObject(result)


def _message(message: JsonObject) -> Json:
    number, chat = message.whole("message_id"), message.raw.get("chat")
    if number < 1:
        raise MalformedField("message_id")
    where = chat.get("id") if isinstance(chat, dict) else None
    return {"message_id": number, "date": 0, "chat": {"id": where if _is_integer(where) else 0, "type": "private"}}


def _me(result: Any) -> Json:
    me = _object(result)
    names = {name: me.text(name) for name in ("first_name", "username")}
    if me.whole("id") < 1:
        raise MalformedField("id")
    return {"id": me.whole("id"), "is_bot": True, **names}


def _commands(result: Any) -> list[Json]:
    if not isinstance(result, list):
        raise MalformedField("result")
    return [{name: _object(each).text(name) for name in ("command", "description")} for each in result]


_RESULTS: dict[str, Callable[[Any], Any]] = {
    "getMe": _me,
    "getMyCommands": _commands,
    "getMyDescription": lambda result: {"description": _object(result).text("description")},
    "getMyShortDescription": lambda result: {"short_description": _object(result).text("short_description")},
    "getMyStarBalance": lambda result: {"amount": _object(result).whole("amount")},
}
