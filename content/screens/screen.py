"""What a person sees, as data: spans of text and rows of buttons; no markup, so nothing can inject."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from content.model import Lang

TEXT_LIMIT = 4096  # UTF-16 units of a message's text
CAPTION_LIMIT = 1024  # the same under a picture
DATA_LIMIT = 64  # bytes of a button's callback data


def units(text: str) -> int:
    """The length of `text` as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Style(StrEnum):
    """How a span looks; the values are Telegram's entity types."""

    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"
    QUOTE = "blockquote"
    LONG_QUOTE = "expandable_blockquote"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in at most one style."""

    text: str
    style: Style | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """One of Telegram's MessageEntity: `offset` and `length` in UTF-16 units."""

    type: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class CallbackButton:
    """A button that comes back to us as `data`."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class UrlButton:
    """A button that opens an address."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class ShareButton:
    """A button that lets the person choose a chat and puts `@bot query` there."""

    label: str
    query: str


@dataclass(frozen=True, slots=True)
class CopyButton:
    """A button that copies `text` (1-256 units) on the person's device."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ActionButton:
    """A button that changes something for who presses it. The edge signs it; in groups it is left out."""

    label: str
    lang: Lang  # the person's
    action: str


Button = CallbackButton | UrlButton | ShareButton | CopyButton | ActionButton
Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """One message: its spans in order and its keyboard."""

    spans: tuple[Span, ...]
    rows: tuple[Row, ...] = ()

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)

    @property
    def entities(self) -> tuple[Entity, ...]:
        return tuple(_entities(self.spans))

    def with_rows(self, rows: Iterable[Row]) -> "Screen":
        return Screen(self.spans, tuple(rows))


def _entities(spans: Iterable[Span]) -> Iterator[Entity]:
    offset = 0
    for span in spans:
        length = units(span.text)
        if span.style and length:
            yield Entity(span.style.value, offset, length)
        offset += length
