"""Check JSON objects and method calls against the schema of the Bot API. The checks return lists of problems.

The schema is the file SCHEMA, next to the checkout, with the additions of `newer_bot_api`. Without the file, the
classes and signatures of python-telegram-bot are used instead. They know fields and parameters, but not every type.
"""

import inspect
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import telegram

from tests.support.playground import newer_bot_api

SCHEMA = Path(__file__).parents[4] / "shared" / "bot-api-10.0.json"
_PTB_ONLY = {"self", "api_kwargs", "read_timeout", "write_timeout", "connect_timeout", "pool_timeout"}


def check_object(type_name: str, data: Any) -> list[str]:
    """Return the problems of `data` as an object of a Bot API type, which may be "Array of X"."""
    return _value([type_name], data, type_name) if schema() else _object_of_library(type_name, data)


def check_call(method: str, params: dict[str, Any]) -> list[str]:
    """Return the problems of a call of `method`. The values in `params` are JSON values, or JSON text as in forms."""
    return _call(method, params) if schema() else _call_of_library(method, params)


def method_parameters(method: str) -> set[str]:
    """Return the parameter names of a Bot API method. Raises LookupError when there is no such method."""
    if not schema():
        return _library_parameters(method)
    return {field["name"] for field in schema()["methods"][method]["fields"]}


def return_types(method: str) -> list[str]:
    """Return the types that a Bot API method may return; [] if the schema file is missing."""
    returns: list[str] = schema()["methods"][method]["returns"] if schema() else []
    return returns


@cache
def schema() -> dict[str, Any]:
    """Return the schema of the Bot API; {} if its file is missing."""
    content: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8")) if SCHEMA.exists() else {}
    return newer_bot_api.with_newer(content) if content else {}


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
    """Return the problems of a value that may have one of `types`, for the type with the fewest problems."""
    return min((_typed(name, value, where) for name in types), key=len)


def _typed(name: str, value: Any, where: str) -> list[str]:
    if name.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{where} is no {name}: {value!r}"]
        item = name.removeprefix("Array of ")
        return [
            problem for index, element in enumerate(value) for problem in _value([item], element, f"{where}[{index}]")
        ]
    if name in _SCALARS:
        return [] if _SCALARS[name](value) else [f"{where} is no {name}: {value!r}"]
    return _object(name, value, where)


def _object(name: str, value: Any, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where} is no {name}: {value!r}"]
    if name not in schema()["types"]:
        return [f"{where} has the unknown type {name}"]
    definition = schema()["types"][name]
    if definition.get("subtypes"):
        return _value(definition["subtypes"], value, where)
    return _fields(definition.get("fields", []), value, where)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_SCALARS: dict[str, Callable[[Any], bool]] = {
    "Integer": _is_integer,
    "Float": lambda value: _is_integer(value) or isinstance(value, float),
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "True": lambda value: value is True,
    "InputFile": lambda value: True,
}


def _object_of_library(type_name: str, data: Any) -> list[str]:
    if type_name.startswith("Array of "):
        item = type_name.removeprefix("Array of ")
        return [problem for element in data for problem in _object_of_library(item, element)]
    if type_name in _SCALARS:
        return _typed(type_name, data, type_name)
    try:
        library_type: type[telegram.TelegramObject] = getattr(telegram, type_name)
        value = library_type.de_json(data, None)
    except (TypeError, KeyError, AttributeError) as error:
        return [f"{type_name} cannot be read: {error}"]
    return _unknown_fields(value, type_name)


def _unknown_fields(value: Any, where: str) -> list[str]:
    """Return the fields that python-telegram-bot does not know, in an object and in the objects inside it."""
    if isinstance(value, (list, tuple)):
        return [
            problem
            for index, element in enumerate(value)
            for problem in _unknown_fields(element, f"{where}[{index}]")
        ]
    if not isinstance(value, telegram.TelegramObject):
        return []
    newer = newer_bot_api.names(newer_bot_api.TYPE_FIELDS.get(type(value).__name__, []))
    problems = [f"{where}.{name} is unknown" for name in value.api_kwargs if name not in newer]
    slots = {
        name
        for library_type in type(value).__mro__
        for name in getattr(library_type, "__slots__", ())
        if not name.startswith("_")
    }
    for name in sorted(slots - {"api_kwargs"}):
        problems += _unknown_fields(getattr(value, name, None), f"{where}.{name}")
    return problems


def _call_of_library(method: str, params: dict[str, Any]) -> list[str]:
    try:
        known = _library_parameters(method)
    except LookupError as error:
        return [str(error)]
    return [f"{method}.{name} is unknown" for name in params if name not in known]


def _library_parameters(method: str) -> set[str]:
    if method in newer_bot_api.METHODS:
        return newer_bot_api.names(newer_bot_api.METHODS[method]["fields"])
    newer = newer_bot_api.names(newer_bot_api.METHOD_FIELDS.get(method, []))
    name = re.sub(r"(?=[A-Z])", "_", method).lower()
    if not hasattr(telegram.Bot, name):
        raise LookupError(f"{method} is no method")
    return set(inspect.signature(getattr(telegram.Bot, name)).parameters) - _PTB_ONLY | newer
