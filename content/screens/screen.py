"""Describe a screen as data: spans of text and rows of buttons. Texts are never parsed as markup, such as HTML."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from content.model import Lang
from content.screens.navigation.button_data import DATA_LIMIT as DATA_LIMIT
from content.screens.navigation.places import Place

TEXT_LIMIT = 4096  # UTF-16 units in the text of a message
CAPTION_LIMIT = 1024  # UTF-16 units in the caption of a photo, video or file
COPY_LIMIT = 256  # UTF-16 units that a button copies


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 units, as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Style(StrEnum):
    """The style of a span. The values are Telegram's entity types."""

    BOLD = "bold"
    ITALIC = "italic"
    STRIKETHROUGH = "strikethrough"
    CODE = "code"
    BLOCK = "pre"
    QUOTE = "blockquote"
    LONG_QUOTE = "expandable_blockquote"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text in one style or in none."""

    text: str
    style: Style | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A part of a text with one style, as Telegram describes it. `offset` and `length` are in UTF-16 units."""

    type: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class CallbackButton:
    """A button that sends `data` back to the bot when it is pressed."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class UrlButton:
    """A button that opens a web address."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class ShareButton:
    """A button with which a person chooses a chat.

    Telegram then types `@bot QUERY`, an inline query, in that chat.
    """

    label: str
    query: str


@dataclass(frozen=True, slots=True)
class CopyButton:
    """A button that copies `text` (1 to 256 UTF-16 units) to the person's clipboard."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ActionButton:
    """A button that changes something for the person who presses it, such as "Subscribe". Screens in groups omit it.

    `lang` is the person's language. `action` is signed before it is sent to Telegram as callback data.
    """

    label: str
    lang: Lang
    action: str


Button = CallbackButton | UrlButton | ShareButton | CopyButton | ActionButton
Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """The content of a message: its spans in order, and the rows of its keyboard.

    `place` names the screen in callback data, or is None for a screen that no button can open again.
    """

    spans: tuple[Span, ...]
    rows: tuple[Row, ...] = ()
    place: Place | None = None

    @property
    def text(self) -> str:
        """Return the text of all spans."""
        return "".join(span.text for span in self.spans)

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Return Telegram's entities for the styles of the spans."""
        return tuple(_entities(self.spans))

    def with_rows(self, rows: Iterable[Row]) -> "Screen":
        """Return this screen with `rows` instead of its own."""
        return replace(self, rows=tuple(rows))


def _entities(spans: Iterable[Span]) -> Iterator[Entity]:
    offset = 0
    for span in spans:
        length = units(span.text)
        if span.style and length:
            yield Entity(span.style.value, offset, length)
        offset += length
