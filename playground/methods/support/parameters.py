"""Read the parameters of a Bot API call from a query string, form, multipart body or JSON, as Telegram does."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from playground.errors import BotApiError, bad_request
from playground.messages.uploads import Upload

Parameters = Mapping[str, Any]
_FORM = "application/x-www-form-urlencoded"


async def read_parameters(request: web.BaseRequest) -> Parameters:
    """Return the parameters of the query string and the body. Raises BotApiError when the body cannot be parsed."""
    query: dict[str, Any] = dict(request.query) if request.query_string else {}
    if request.method != "POST" or not request.can_read_body:
        return query
    content_type = request.content_type
    if content_type.startswith("multipart/"):
        return query | await _multipart(request)
    body = await request.read()
    if content_type == "application/json":
        return query | _json_object(body)
    if content_type in (_FORM, "application/octet-stream"):
        return query | dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    raise BotApiError(400, f"unsupported content type {content_type}")


async def _multipart(request: web.BaseRequest) -> dict[str, Any]:
    """Return the text parts of a multipart body as str, and its files as Upload. Other parts are left out."""
    try:
        form = await request.post()
    except ValueError:
        raise bad_request("can't parse request: the multipart body is malformed") from None
    return {name: part for name, value in form.items() if (part := _part(value)) is not None}


def _part(value: Any) -> str | Upload | None:
    if isinstance(value, web.FileField):
        with value.file:
            return Upload(value.filename, value.content_type, value.file.read())
    return value if isinstance(value, str) else None


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise bad_request("can't parse request: expected a JSON object")
    return value


def text(parameters: Parameters, name: str) -> str:
    """Return a String parameter; "" when it is missing or an uploaded file.

    Numbers, arrays and objects become JSON text.
    """
    value = parameters.get(name)
    if value is None or isinstance(value, Upload):
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def integer(
    parameters: Parameters, name: str, default: int = 0, minimum: int | None = None, maximum: int | None = None
) -> int:
    """Return an Integer parameter, or `default` if it is missing or not an integer, as on Telegram.

    A number outside of `minimum` and `maximum` becomes the nearer of the two.
    """
    number = integer_or_none(parameters.get(name))
    if number is None:
        return default
    number = number if minimum is None else max(minimum, number)
    return number if maximum is None else min(maximum, number)


def integer_or_none(value: Any) -> int | None:
    """Return an int unchanged, and a text of digits as an int; None for any other value, including a bool."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    try:
        return int(str(value))
    except ValueError:
        return None


def boolean(parameters: Parameters, name: str) -> bool:
    """Return a Boolean parameter; False when it is missing.

    The texts "true", "yes" and "1" are True, in upper or lower case. All other texts are False.
    """
    value = parameters.get(name)
    return value if isinstance(value, bool) else str(value or "").lower() in {"true", "yes", "1"}


def structure(parameters: Parameters, name: str) -> Any:
    """Return a parameter that is an object or array; None when it is missing.

    In a form the parameter is JSON text. Raises BotApiError when that is not valid JSON.
    """
    value = parameters.get(name)
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise bad_request(f"can't parse {name}: it is not valid JSON") from None
