"""Convert stored JSON documents to dataclasses, including documents of earlier versions of the bot."""

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
    """Convert a parsed JSON document to the type `kind`. Where `kind` has integer keys, convert the keys to integers.

    Raises ValueError with the name of the field that has a wrong type.
    """
    return msgspec.convert(document, kind, str_keys=True)


def without_surrogates(text: str) -> str:
    """Return `text` with each unpaired surrogate, which UTF-8 cannot encode, replaced by U+FFFD.

    Offsets in UTF-16 stay the same.
    """
    return _UNPAIRED_SURROGATE.sub("\ufffd", text)
