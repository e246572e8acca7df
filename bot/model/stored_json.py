"""Read stored JSON documents into dataclasses, also those of earlier versions."""

import json
import re
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_UNPAIRED_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(content: bytes) -> Any:
    """Return the JSON value in `content`, without the unpaired surrogates that earlier versions stored."""
    value = json.loads(content.decode("utf-8", "surrogatepass"))
    return json.loads(without_surrogates(json.dumps(value, ensure_ascii=False)))


def convert(document: Any, kind: type[T]) -> T:
    """Return a parsed document as a `kind`, with integer keys where `kind` has them.

    Raises ValueError that names the field that does not fit.
    """
    return msgspec.convert(document, kind, str_keys=True)


def without_surrogates(text: str) -> str:
    """Replace each unpaired surrogate, which UTF-8 cannot encode, by U+FFFD; offsets in UTF-16 stay the same."""
    return _UNPAIRED_SURROGATE.sub("\ufffd", text)
