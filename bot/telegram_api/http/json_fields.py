"""Read fields of untrusted JSON with their types checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class MalformedField(Exception):
    """A field is missing or has the wrong type. The text of the error is the name of the field."""


@dataclass(frozen=True, slots=True)
class JsonObject:
    """A JSON object. Each method returns one field and checks its type.

    A method raises MalformedField if the field is null or has another type, or if it is missing and has no default.
    """

    raw: Mapping[str, Any]

    def child(self, name: str) -> "JsonObject":
        value = self.raw.get(name)
        if not isinstance(value, dict):
            raise MalformedField(name)
        return JsonObject(value)

    def integer(self, name: str) -> int:
        value = self.raw.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise MalformedField(name)
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """Return the string in the field `name`, or `default` when the field is missing."""
        value = self.raw.get(name, default)
        if not isinstance(value, str):
            raise MalformedField(name)
        return value

    def boolean(self, name: str) -> bool:
        """Return the boolean in the field `name`; False when the field is missing."""
        value = self.raw.get(name, False)
        if not isinstance(value, bool):
            raise MalformedField(name)
        return value

    def has(self, name: str) -> bool:
        """Return whether the field `name` exists and is not null."""
        return self.raw.get(name) is not None
