"""Reading JSON of which nothing is sure: each thing is of the kind that is asked for, or MalformedField is raised."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class MalformedField(Exception):
    """Something is missing, or not of its kind."""


@dataclass(frozen=True, slots=True)
class JsonObject:
    """An object of JSON. What is there and null is not of its kind, except where it may be missing."""

    raw: Mapping[str, Any]

    def part(self, name: str) -> "JsonObject":
        value = self.raw.get(name)
        if not isinstance(value, dict):
            raise MalformedField(name)
        return JsonObject(value)

    def whole(self, name: str) -> int:
        value = self.raw.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise MalformedField(name)
        return value

    def text(self, name: str, otherwise: str | None = None) -> str:
        """`otherwise` where there is none."""
        value = self.raw.get(name, otherwise)
        if not isinstance(value, str):
            raise MalformedField(name)
        return value

    def flag(self, name: str) -> bool:
        """False where there is none."""
        value = self.raw.get(name, False)
        if not isinstance(value, bool):
            raise MalformedField(name)
        return value

    def has(self, name: str) -> bool:
        return self.raw.get(name) is not None
