"""Draw the pages of a card with Pillow, each as a PNG of 16 colours without metadata."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageColor, ImageDraw

from bot.cards import card_layout
from bot.cards.card_layout import BELOW_NAME, HEIGHT, MARGIN, SOURCE_SIZE, WIDTH, Block, CardLayout
from bot.cards.card_text import CardText, page_label
from bot.cards.page_layout import Line, LineKind, Page
from bot.chart import typesetting

_INK_LEVELS, _ACCENT_LEVELS = 10, 6  # how many shades between the paper and the colour; 16 colours take 4 bits
_COMPRESSION = 7  # zlib: level 9 takes 0.1 s more for 3 % fewer bytes
_FULL, _PALE = 255, 165  # of 255: how much ink
_BASELINE = 0.68  # of the height of a line
_RULE = (72, 6)  # width and height of the rule below the name of the declaration
_RULE_GAP = 14
_LIGHT = ("#fcfbf8", "#161616", "#00588c")  # paper, ink, accent
_DARK = ("#12171c", "#f2f0ea", "#7cc4ee")


def pngs(card: CardText) -> list[bytes]:
    """Return the pages of a card as PNG pictures. Raises CardNotDrawable if it cannot be drawn whole."""
    layout = card_layout.lay_out(card)
    return [_DrawnPage(card, layout).png(page, number) for number, page in enumerate(layout.pages, 1)]


@dataclass(frozen=True, slots=True)
class _Pen:
    """The colour and boldness in which a text is drawn.

    `layer` is the picture to draw on: that for the text colour or that for the accent colour (see `_DrawnPage`).
    `amount` is how strong the colour of the letters is, from 0 to 255. `boldness` is by how many pixels their strokes
    are thicker than usual.
    """

    layer: Image.Image
    amount: int = _FULL
    boldness: int = 0


class _DrawnPage:
    """A page while it is drawn. It consists of two grey pictures, which become one picture at the end.

    `_ink` is for all that has the text colour, and `_accent` for all that has the accent colour. The value of a pixel
    is how strong the colour is there, from 0 to 255.
    """

    def __init__(self, card: CardText, layout: CardLayout) -> None:
        self._card = card
        self._layout = layout
        self._ink = Image.new("L", (WIDTH, HEIGHT))
        self._accent = Image.new("L", (WIDTH, HEIGHT))
        self._pale = _Pen(self._ink, _PALE)

    def png(self, page: Page, number: int) -> bytes:
        """Draw `page`, the page with the number `number`, and return it as a PNG."""
        self._draw_heading()
        self._draw_text(page)
        self._draw_footer(number)
        return _encoded(_indexed(self._ink, self._accent), self._card.is_dark)

    def _draw_heading(self) -> None:
        y = self._write_block(self._layout.name, MARGIN, self._pale)
        self._draw_rule(y + _RULE_GAP)
        y = self._write_block(self._layout.kind, y + BELOW_NAME, _Pen(self._accent))
        self._write_block(self._layout.title, y, _Pen(self._ink, boldness=1))

    def _draw_rule(self, y: float) -> None:
        width, height = _RULE
        left = WIDTH - MARGIN - width if self._card.is_rtl else MARGIN
        ImageDraw.Draw(self._accent).rectangle((left, y, left + width - 1, y + height - 1), fill=_FULL)

    def _draw_text(self, page: Page) -> None:
        y = self._layout.text_top
        for number, line in enumerate(page):
            y += line.gap if number else 0
            self._write_line(line, y)
            y += line.height

    def _write_line(self, line: Line, y: float) -> None:
        is_source = line.kind is LineKind.SOURCE
        size = SOURCE_SIZE if is_source else self._layout.size
        self._write(line.text, y + _BASELINE * line.height, size, _Pen(self._accent if is_source else self._ink))

    def _draw_footer(self, number: int) -> None:
        top, notice, count = self._layout.footer_top, self._layout.notice, len(self._layout.pages)
        y = self._write_block(notice, top, self._pale)
        self._write_block(self._layout.address, y, _Pen(self._accent))
        if count > 1:
            label = page_label(number, count, self._card.digits)
            self._write(label, top + _BASELINE * notice.line_height, notice.size, self._pale, at_end=True)

    def _write_block(self, block: Block, y: float, pen: _Pen) -> float:
        """Write the lines of a block below `y`; return the y of its lower end, in pixels from the top."""
        for line in block.lines:
            self._write(line, y + _BASELINE * block.line_height, block.size, pen)
            y += block.line_height
        return y

    def _write(self, text: str, baseline: float, size: int, pen: _Pen, *, at_end: bool = False) -> None:
        """Write one line of text at the side where lines begin or, if `at_end`, at the opposite side.

        Lines begin at the right in right-to-left languages. `baseline` is in pixels from the top.
        """
        is_right = self._card.is_rtl != at_end
        ImageDraw.Draw(pen.layer).text(
            (WIDTH - MARGIN if is_right else MARGIN, round(baseline)),
            text.rstrip(" "),
            fill=pen.amount,
            font=typesetting.load(self._layout.font, size),
            anchor="rs" if is_right else "ls",
            direction=typesetting.direction(self._card.is_rtl),
            language=self._card.lang,
            stroke_width=pen.boldness,
        )


def _indexed(ink: Image.Image, accent: Image.Image) -> Image.Image:
    """Combine the two grey pictures of a page into one, whose pixels are indices of the palette.

    `ink` has the shapes in the text colour, and `accent` those in the accent colour. In the palette, the shades of
    the text colour come first, then those of the accent colour. A pixel that is set in both pictures gets the accent
    colour.
    """
    picture = ink.point([round(amount / 255 * (_INK_LEVELS - 1)) for amount in range(256)])
    levels = [round(amount / 255 * _ACCENT_LEVELS) for amount in range(256)]
    shades = accent.point([_INK_LEVELS + level - 1 if level else 0 for level in levels])
    picture.paste(shades, mask=accent.point([255 if level else 0 for level in levels]))
    return picture


def _encoded(picture: Image.Image, is_dark: bool) -> bytes:
    paletted = picture.copy()
    paletted.putpalette(bytes(_palette(is_dark)))
    file = io.BytesIO()
    paletted.save(file, "PNG", compress_level=_COMPRESSION)
    return file.getvalue()


def _palette(is_dark: bool) -> Iterator[int]:
    paper, ink, accent = (ImageColor.getrgb(colour)[:3] for colour in (_DARK if is_dark else _LIGHT))
    for level in range(_INK_LEVELS):
        yield from _blended(paper, ink, level / (_INK_LEVELS - 1))
    for level in range(1, _ACCENT_LEVELS + 1):
        yield from _blended(paper, accent, level / _ACCENT_LEVELS)


def _blended(paper: tuple[int, ...], colour: tuple[int, ...], share: float) -> Iterator[int]:
    for pale, full in zip(paper, colour, strict=True):
        yield round(pale + (full - pale) * share)
