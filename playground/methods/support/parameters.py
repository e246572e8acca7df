"""A Bot API call's parameters, however they came (query, form, multipart, JSON), read as Telegram reads them."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from playground.errors import Refused, bad
from playground.messages.uploads import Upload

Given = Mapping[str, Any]
_FORM = "application/x-www-form-urlencoded"


async def read(request: web.BaseRequest) -> Given:
    given: dict[str, Any] = dict(request.query) if request.query_string else {}
    if request.method != "POST" or not request.can_read_body:
        return given
    kind = request.content_type
    if kind.startswith("multipart/"):
        return given | await _form(request)
    body = await request.read()
    if kind == "application/json":
        return given | _object(body)
    if kind in (_FORM, "application/octet-stream"):
        return given | dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    raise Refused(400, f"unsupported content type {kind}")


async def _form(request: web.BaseRequest) -> dict[str, Any]:
    """Texts as texts, files as Upload. Other parts are left out."""
    try:
        form = await request.post()
    except ValueError:
        raise bad("can't parse request: the multipart body is malformed") from None
    return {name: read for name, value in form.items() if (read := _part(value)) is not None}


def _part(value: Any) -> str | Upload | None:
    if isinstance(value, web.FileField):
        with value.file:
            return Upload(value.filename, value.content_type, value.file.read())
    return value if isinstance(value, str) else None


def _object(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise bad("can't parse request: expected a JSON object")
    return given


def text(given: Given, name: str) -> str:
    value = given.get(name)
    if value is None or isinstance(value, Upload):
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def whole(given: Given, name: str, default: int = 0, least: int | None = None, most: int | None = None) -> int:
    """A whole number; what is none counts as the default, what is out of bounds as the bound, as on Telegram."""
    number = number_or_none(given.get(name))
    if number is None:
        return default
    number = number if least is None else max(least, number)
    return number if most is None else min(most, number)


def number_or_none(value: Any) -> int | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    try:
        return int(str(value))
    except ValueError:
        return None


def flag(given: Given, name: str) -> bool:
    value = given.get(name)
    return value if isinstance(value, bool) else str(value or "").lower() in {"true", "yes", "1"}


def structure(given: Given, name: str) -> Any:
    """A list or object, which forms carry as JSON text; None when it is left out."""
    value = given.get(name)
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise bad(f"can't parse {name}: it is no JSON") from None
