"""Write the pages of a leaflet as a PDF."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from fpdf import FPDF, ViewerPreferences
from fpdf.fonts import TTFFont

from bot.export.document import Document
from bot.export.leaflet.cluster_font import GlyphNames, cluster_font
from bot.export.leaflet.imposition import sides
from bot.export.leaflet.pages import MARGIN, PAGE_HEIGHT, PAGE_WIDTH, Page, PlacedLine, Typeset, typeset
from bot.export.leaflet.shaping import Cluster, Shaper
from bot.export.leaflet.styled_lines import LineStyle

_FIXED_DATE = datetime(2000, 1, 1, tzinfo=UTC)  # a real date would reveal when the file was made
_BOLD = (LineStyle.TITLE, LineStyle.HEADING)
_STROKE = 0.03  # of the font size: the outline that makes letters bold
_FOLD_MARK = 8.0  # points


def leaflet(document: Document) -> bytes:
    """Return the document as a PDF. Raises LettersMissing if the fonts do not have all letters of the document."""
    shaper = Shaper(_all_text(document))
    return _Writer(document, shaper, typeset(document, shaper)).pdf()


def _all_text(document: Document) -> str:
    texts = (text for part in document.parts for text in (part.heading, part.text))
    return "".join((document.title, document.date, document.notice, *document.footer, *texts))


class _Writer:
    """Write a PDF with the sides of all sheets, in an embedded font that is made for this text (`cluster_font`)."""

    def __init__(self, document: Document, shaper: Shaper, typeset_pages: Typeset) -> None:
        self._document = document
        self._pages = typeset_pages.pages
        self._size = typeset_pages.size
        self._units = shaper.units
        self._shaped = {text: shaper.shape(text, rtl=document.rtl) for text in self._texts()}
        self._pdf = _empty_pdf(document)
        self._font, self._names = _embedded(self._pdf, shaper.path, self._shaped)

    def pdf(self) -> bytes:
        """Draw all sides, and return the bytes of the PDF."""
        for left, right in sides(len(self._pages), rtl=self._document.rtl):
            self._pdf.add_page()
            self._draw_fold_marks()
            self._draw_page(left, 0.0)
            self._draw_page(right, PAGE_WIDTH)
        return bytes(self._pdf.output())

    def _texts(self) -> Iterator[str]:
        for number, page in enumerate(self._pages, 1):
            yield from (placed.line.text for placed in page)
            yield self._page_number(number)

    def _page_number(self, number: int) -> str:
        """Return the number of a page in the digits of the language."""
        return str(number).translate({ord("0") + value: digit for value, digit in enumerate(self._document.digits)})

    def _draw_fold_marks(self) -> None:
        self._pdf.set_draw_color(160)
        self._pdf.line(PAGE_WIDTH, 0, PAGE_WIDTH, _FOLD_MARK)
        self._pdf.line(PAGE_WIDTH, PAGE_HEIGHT - _FOLD_MARK, PAGE_WIDTH, PAGE_HEIGHT)
        self._pdf.set_draw_color(0)

    def _draw_page(self, number: int, left: float) -> None:
        page: Page = self._pages[number - 1]
        for placed in page:
            self._draw_line(placed, left)
        if page and number > 1:
            text, size = self._page_number(number), self._size * LineStyle.NOTE.value[0]
            middle = left + (PAGE_WIDTH - self._width(text, size)) / 2
            self._draw_text(text, middle, PAGE_HEIGHT - MARGIN, size)

    def _draw_line(self, placed: PlacedLine, left: float) -> None:
        line, size = placed.line, self._size * placed.line.style.value[0]
        start = PAGE_WIDTH - MARGIN - self._width(line.text, size) if self._document.rtl else MARGIN
        self._draw_text(line.text, left + start, placed.base, size, is_bold=line.style in _BOLD)

    def _width(self, text: str, size: float) -> float:
        advance = sum(cluster.advance for cluster in self._shaped[text])
        return advance * size / self._units

    def _draw_text(self, text: str, left: float, base: float, size: float, *, is_bold: bool = False) -> None:
        """Draw a line of text with its left end at `left` and its baseline at `base`, in points from the top.

        The PDF operator TJ draws the glyphs next to each other. If the distance from a glyph to the next is not the
        width of the glyph in the font, the operator also gets the difference.
        """
        codes = " ".join(self._operands(self._shaped[text]))
        outline = f"2 Tr {size * _STROKE:.2f} w" if is_bold else "0 Tr"
        set_font = self._pdf._set_font_for_page(self._font, size)  # fpdf2 has no public way to draw glyphs
        self._pdf._out(f"q {set_font} BT {outline} {left:.2f} {PAGE_HEIGHT - base:.2f} Td [{codes}] TJ ET Q")

    def _operands(self, clusters: list[Cluster]) -> Iterator[str]:
        for cluster in clusters:
            name = self._names[cluster]
            width = self._font.ttfont["hmtx"].metrics[name][0]
            glyph = self._font.subset.get_glyph(
                glyph=self._font.ttfont.getGlyphID(name),
                unicode=tuple(map(ord, cluster.letters)),
                glyph_name=name,
                glyph_width=round(self._font.scale * width),
            )
            yield f"<{self._font.subset.pick_glyph(glyph):04X}>"
            if cluster.advance != width:
                yield f"{(width - cluster.advance) * 1000 / self._units:.0f}"


def _empty_pdf(document: Document) -> FPDF:
    """Return a PDF without pages. It has no title, because apps would show the title instead of the file name."""
    pdf = FPDF(orientation="landscape", unit="pt", format="A4")
    pdf.set_creation_date(_FIXED_DATE)
    pdf.set_producer("")
    pdf.set_lang(document.lang)
    pdf.set_auto_page_break(False)
    pdf.set_line_width(0.5)
    pdf.viewer_preferences = ViewerPreferences(
        direction="RTL" if document.rtl else "LTR", duplex="DuplexFlipShortEdge", print_scaling="None"
    )
    return pdf


def _embedded(pdf: FPDF, path: Path, shaped: Mapping[str, list[Cluster]]) -> tuple[TTFFont, GlyphNames]:
    """Embed a font made from the file `path`, with a glyph for each cluster; return the font and the glyph names.

    A cluster is a group of glyphs, such as a letter and its dots. `shaped` holds the clusters of each line of text.
    """
    data, names = cluster_font(path, (cluster for clusters in shaped.values() for cluster in clusters))
    with TemporaryDirectory(prefix="leaflet-") as scratch:
        file = Path(scratch) / "font.ttf"
        file.write_bytes(data)
        pdf.add_font("text", fname=file)
    font = pdf.fonts["text"]
    assert isinstance(font, TTFFont)
    return font, names
