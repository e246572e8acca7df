"""Convert stored JSON documents to dataclasses, including documents of earlier versions of the bot."""

import json
import re
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_UNPAIRED_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(content: bytes) -> Any:
    """Return the value that the JSON `content` represents.

    Unpaired surrogates, stored by earlier versions, are replaced.
    """
    value = json.loads(content.decode("utf-8", "surrogatepass"))
    return json.loads(without_surrogates(json.dumps(value, ensure_ascii=False)))


def convert(document: Any, kind: type[T]) -> T:
    """Convert a parsed JSON document to the type `kind`, such as a dataclass.

    Keys of objects become integers where `kind` requires it. Raises ValueError with the name of the field that has a
    wrong type.
    """
    return msgspec.convert(document, kind, str_keys=True)


def without_surrogates(text: str) -> str:
    """Replace each unpaired surrogate in `text`, which UTF-8 cannot encode, by U+FFFD.

    Offsets in UTF-16 stay the same.
    """
    return _UNPAIRED_SURROGATE.sub("\ufffd", text)
