"""Typed access to untrusted JSON: raises MalformedField where a field has another type than the one asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class MalformedField(Exception):
    """A field is missing or has the wrong type; the text of the error is its name."""


@dataclass(frozen=True, slots=True)
class JsonObject:
    """An object of JSON. A field that is null counts as the wrong type, except for `has`."""

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
        """Return a string; `default` where the field is missing."""
        value = self.raw.get(name, default)
        if not isinstance(value, str):
            raise MalformedField(name)
        return value

    def boolean(self, name: str) -> bool:
        """Return a boolean; False where the field is missing."""
        value = self.raw.get(name, False)
        if not isinstance(value, bool):
            raise MalformedField(name)
        return value

    def has(self, name: str) -> bool:
        """Return whether the field is there and not null."""
        return self.raw.get(name) is not None
