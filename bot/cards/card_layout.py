"""Lay out a card: choose the font sizes, break the text into lines, and distribute the lines over pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.cards.card_font import font_of, measure_at
from bot.cards.card_text import CardNotDrawable, CardText, Passage
from bot.cards.page_layout import Line, LineKind, Page, page_height, paginate
from content.line_breaking import Measure, break_evenly

WIDTH, HEIGHT, MARGIN = 1080, 1350, 90  # pixels, as all lengths here
INNER = WIDTH - 2 * MARGIN
NAME_SIZE, KIND_SIZE, TITLE_SIZE, SOURCE_SIZE, NOTICE_SIZE, ADDRESS_SIZE = 34, 40, 54, 36, 28, 32
_ONE_PAGE_SIZES = range(58, 43, -2)  # of the text, the largest that fits
_MORE_PAGES_SIZES = range(56, 45, -2)
_LEADING, _RTL_LEADING = 1.4, 1.72  # height of a line as a multiple of the size
BELOW_NAME, _BELOW_TITLE, _ABOVE_NOTICE = 46, 34, 40
_LEAST_ROOM = 300  # for the text
_PARAGRAPH_GAP, _PASSAGE_GAP = 0.5, 0.9  # of the size
_NOTICE_WIDTH = INNER - 150  # the number of the page stands next to the notice
_NARROWEST_TEXT, _NARROWEST_BLOCK = 0.9, 0.6  # of a width
_SAFETY = 0.985  # of a width: the letters of one line are rarely as wide together as alone


@dataclass(frozen=True, slots=True)
class Block:
    """Lines in one font size, such as the title. `size` is in pixels, the line height is `size` times `leading`."""

    lines: tuple[str, ...]
    size: int
    leading: float

    @property
    def line_height(self) -> float:
        return self.size * self.leading

    @property
    def height(self) -> float:
        return len(self.lines) * self.line_height


@dataclass(frozen=True, slots=True)
class CardLayout:
    """The layout of a card: all its lines, with their font and sizes in pixels.

    `pages` are the lines of the text on each page, and `size` is their font size. The blocks, such as `title`, are
    repeated on every page.
    """

    font: Path
    name: Block
    kind: Block
    title: Block
    notice: Block
    address: Block
    size: int
    pages: tuple[Page, ...]

    @property
    def text_top(self) -> float:
        return MARGIN + self.name.height + BELOW_NAME + self.kind.height + self.title.height + _BELOW_TITLE

    @property
    def footer_top(self) -> float:
        return HEIGHT - MARGIN / 2 - self.notice.height - self.address.height


def lay_out(card: CardText) -> CardLayout:
    """Return the layout of a card. Raises CardNotDrawable if letters are missing or the headings leave no room."""
    frame = _Frame(card, font_of(card))
    empty = frame.with_text((), 0)
    room = empty.footer_top - _ABOVE_NOTICE - empty.text_top
    if room < _LEAST_ROOM:
        raise CardNotDrawable("The title or the name of the declaration is too long for a picture.")
    for size in _ONE_PAGE_SIZES:
        lines = tuple(frame.lines(size))
        if page_height(lines) <= room:
            return frame.with_text((lines,), size)
    fewest = len(paginate(tuple(frame.lines(_MORE_PAGES_SIZES[-1])), room))
    sized = ((paginate(tuple(frame.lines(size)), room), size) for size in _MORE_PAGES_SIZES)
    return next(frame.with_text(tuple(pages), size) for pages, size in sized if len(pages) == fewest)


@dataclass(frozen=True, slots=True)
class _Frame:
    """A card with the font in which its lines are measured and broken."""

    card: CardText
    font: Path

    def with_text(self, pages: tuple[Page, ...], size: int) -> CardLayout:
        """Return the layout of the card with `pages`, the lines of the text at the font size `size`."""
        return CardLayout(
            font=self.font,
            name=self._block(self.card.declaration, NAME_SIZE),
            kind=self._block(self.card.kind, KIND_SIZE),
            title=self._block(self.card.title, TITLE_SIZE),
            notice=self._block(self.card.notice, NOTICE_SIZE, _NOTICE_WIDTH),
            address=self._block(self.card.address, ADDRESS_SIZE),
            size=size,
            pages=pages,
        )

    def lines(self, size: int) -> Iterator[Line]:
        """Yield the lines of the whole text at the font size `size`."""
        for number, passage in enumerate(self.card.passages):
            yield from self._lines_of(passage, size, gap=_PASSAGE_GAP * size if number else 0)

    def _lines_of(self, passage: Passage, size: int, gap: float) -> Iterator[Line]:
        if passage.source:
            height = SOURCE_SIZE * self._leading
            for line in self._block(passage.source, SOURCE_SIZE).lines:
                yield Line(line, LineKind.SOURCE, height, gap, keeps_next=True)
                gap = 0
        for paragraph in filter(None, passage.text.split("\n")):
            yield from self._lines_of_paragraph(paragraph, size, gap)
            gap = _PARAGRAPH_GAP * size

    def _lines_of_paragraph(self, paragraph: str, size: int, gap: float) -> Iterator[Line]:
        """Yield the lines of a paragraph. Neither its first two lines nor its last two may be split over pages."""
        texts = break_evenly(paragraph, INNER * _SAFETY, self._measure(size), narrowest=_NARROWEST_TEXT)
        for number, text in enumerate(texts):
            keeps_next = number + 1 < len(texts) and number in (0, len(texts) - 2)
            height = size * self._leading
            yield Line(text, LineKind.TEXT, height, 0 if number else gap, keeps_next=keeps_next)

    def _block(self, text: str, size: int, width: float = INNER) -> Block:
        measure = self._measure(size)
        lines = break_evenly(text, width * _SAFETY, measure, narrowest=_NARROWEST_BLOCK) if text else []
        return Block(tuple(lines), size, self._leading)

    def _measure(self, size: int) -> Measure:
        return measure_at(self.font, size, is_rtl=self.card.is_rtl)

    @property
    def _leading(self) -> float:
        return _RTL_LEADING if self.card.is_rtl else _LEADING
