"""What the Bot API allows: objects and calls held against its machine-readable form, as lists of problems.

Where `bot-api-10.0.json` is not beside the checkout, python-telegram-bot's classes and signatures stand in; they know
fields and parameters, but not every type.
"""

import inspect
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import telegram

SCHEMA = Path(__file__).parents[4] / "shared" / "bot-api-10.0.json"
_PTB_ONLY = {"self", "api_kwargs", "read_timeout", "write_timeout", "connect_timeout", "pool_timeout"}


def check_object(type_name: str, data: Any) -> list[str]:
    """What is wrong with `data` as a Bot API object; empty when nothing is. Array of X is a type name too."""
    return _value([type_name], data, type_name) if schema() else _object_of_library(type_name, data)


def check_call(method: str, params: dict[str, Any]) -> list[str]:
    """What is wrong with calling `method` so. Values may be JSON, or text as forms carry it."""
    return _call(method, params) if schema() else _call_of_library(method, params)


def method_parameters(method: str) -> set[str]:
    """The parameters that `method` has in the Bot API; raises LookupError for a method it does not have."""
    if not schema():
        return _library_parameters(method)
    return {field["name"] for field in schema()["methods"][method]["fields"]}


def return_types(method: str) -> list[str]:
    """What `method` returns; empty where only the library is at hand."""
    returns: list[str] = schema()["methods"][method]["returns"] if schema() else []
    return returns


@cache
def schema() -> dict[str, Any]:
    """The Bot API, or nothing where its file is not."""
    read: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8")) if SCHEMA.exists() else {}
    return read


def _call(method: str, params: dict[str, Any]) -> list[str]:
    if method not in schema()["methods"]:
        return [f"{method} is no method"]
    return _fields(schema()["methods"][method]["fields"], params, method, from_form=True)


def _fields(fields: list[dict[str, Any]], data: dict[str, Any], where: str, from_form: bool = False) -> list[str]:
    known = {field["name"]: field for field in fields}
    problems = [f"{where}.{name} is unknown" for name in data if name not in known]
    problems += [
        f"{where}.{name} is missing" for name, field in known.items() if field["required"] and name not in data
    ]
    for name in data.keys() & known.keys():
        types = known[name]["types"]
        value = _unpacked(types, data[name]) if from_form else data[name]
        problems += _value(types, value, f"{where}.{name}")
    return sorted(problems)


def _unpacked(types: list[str], value: Any) -> Any:
    if not isinstance(value, str) or "String" in types:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _value(types: list[str], value: Any, where: str) -> list[str]:
    """The problems under the type that fits best."""
    return min((_typed(name, value, where) for name in types), key=len)


def _typed(name: str, value: Any, where: str) -> list[str]:
    if name.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{where} is no {name}: {value!r}"]
        item = name.removeprefix("Array of ")
        return [problem for at, one in enumerate(value) for problem in _value([item], one, f"{where}[{at}]")]
    if name in _PLAIN:
        return [] if _PLAIN[name](value) else [f"{where} is no {name}: {value!r}"]
    return _object(name, value, where)


def _object(name: str, value: Any, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where} is no {name}: {value!r}"]
    if name not in schema()["types"]:
        return [f"{where} has the unknown type {name}"]
    described = schema()["types"][name]
    if described.get("subtypes"):
        return _value(described["subtypes"], value, where)
    return _fields(described.get("fields", []), value, where)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_PLAIN: dict[str, Callable[[Any], bool]] = {
    "Integer": _whole,
    "Float": lambda value: _whole(value) or isinstance(value, float),
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "True": lambda value: value is True,
    "InputFile": lambda value: True,
}


def _object_of_library(type_name: str, data: Any) -> list[str]:
    if type_name.startswith("Array of "):
        item = type_name.removeprefix("Array of ")
        return [problem for one in data for problem in _object_of_library(item, one)]
    if type_name in _PLAIN:
        return _typed(type_name, data, type_name)
    try:
        kind: type[telegram.TelegramObject] = getattr(telegram, type_name)
        built = kind.de_json(data, None)
    except (TypeError, KeyError, AttributeError) as wrong:
        return [f"{type_name} cannot be read: {wrong}"]
    return _unread(built, type_name)


def _unread(built: Any, where: str) -> list[str]:
    """Fields that the library did not know, here and below."""
    if isinstance(built, (list, tuple)):
        return [problem for at, one in enumerate(built) for problem in _unread(one, f"{where}[{at}]")]
    if not isinstance(built, telegram.TelegramObject):
        return []
    problems = [f"{where}.{name} is unknown" for name in built.api_kwargs]
    slots = {
        name for kind in type(built).__mro__ for name in getattr(kind, "__slots__", ()) if not name.startswith("_")
    }
    for name in sorted(slots - {"api_kwargs"}):
        problems += _unread(getattr(built, name, None), f"{where}.{name}")
    return problems


def _call_of_library(method: str, params: dict[str, Any]) -> list[str]:
    try:
        known = _library_parameters(method)
    except LookupError as unknown:
        return [str(unknown)]
    return [f"{method}.{name} is unknown" for name in params if name not in known]


def _library_parameters(method: str) -> set[str]:
    name = re.sub(r"(?=[A-Z])", "_", method).lower()
    if not hasattr(telegram.Bot, name):
        raise LookupError(f"{method} is no method")
    return set(inspect.signature(getattr(telegram.Bot, name)).parameters) - _PTB_ONLY
