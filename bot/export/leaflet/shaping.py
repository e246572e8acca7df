"""Shape text: join and order the letters of a line, as groups of glyphs from left to right.

The fonts are those of the charts. The usual one is Google's build of Noto Sans Arabic, which also has Latin letters.
A text with Cyrillic or Greek letters is set in Noto Sans.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path

import uharfbuzz
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

import bot

_FONTS = Path(bot.__file__).parent / "chart" / "font"
_OTHER_LETTERS = re.compile("[\u0370-\u052f\u1c80-\u1c8f\u1f00-\u1fff\u2de0-\u2dff\ua640-\ua69f]")  # Greek, Cyrillic
_MISSING = 0  # the glyph that stands for a letter that the font does not have


class LettersMissing(Exception):
    """The font does not have some letters of the text, so that the leaflet would show boxes for them."""


@dataclass(frozen=True, slots=True)
class PlacedGlyph:
    """The id of a glyph in the font, and the position of the glyph in its cluster, in font units."""

    glyph: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """Glyphs that are drawn together, such as a letter with its dots. `letters` is the text that they show."""

    letters: str
    glyphs: tuple[PlacedGlyph, ...]
    advance: int  # from the beginning of this cluster to that of the next one, in units of the font


class Shaper:
    """Shape lines of text with HarfBuzz.

    The font is Noto Sans if the text given at creation has Cyrillic or Greek letters, otherwise Noto Sans Arabic.
    """

    def __init__(self, text: str) -> None:
        is_other = _OTHER_LETTERS.search(text) is not None
        self.path = _FONTS / ("NotoSans-Regular.ttf" if is_other else "NotoSansArabic-Regular.ttf")
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(self.path)))
        self.units: int = face.upem
        self._font = uharfbuzz.Font(face)
        self.width = lru_cache(maxsize=None)(self._width)

    def shape(self, text: str, *, rtl: bool) -> list[Cluster]:
        """Return the clusters of a line, from left to right. `rtl` is the direction of the line.

        Raises LettersMissing if the font lacks a letter.
        """
        return [cluster for run, is_rtl in _runs(text, rtl=rtl) for cluster in self._run(run, rtl=is_rtl)]

    def _width(self, text: str, *, rtl: bool) -> float:
        """Return the width of a line at a font size of 1."""
        return sum(cluster.advance for cluster in self.shape(text, rtl=rtl)) / self.units

    def _run(self, text: str, *, rtl: bool) -> Iterator[Cluster]:
        """Yield the clusters of a text, in their order on the page from left to right.

        All letters of the text run in one direction: from right to left if `rtl`.
        """
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS  # a mark is a cluster of its own
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if rtl else "ltr"
        uharfbuzz.shape(self._font, buffer)
        infos, positions = buffer.glyph_infos, buffer.glyph_positions
        starts = sorted({info.cluster for info in infos})
        ends = dict(pairwise([*starts, len(text)]))
        for start, group in groupby(zip(infos, positions, strict=True), key=lambda glyph: glyph[0].cluster):
            yield _cluster(text[start : ends[start]], list(group))


def _runs(text: str, *, rtl: bool) -> Iterator[tuple[str, bool]]:
    """Split a line into runs of letters with one direction; yield each with True if it runs from right to left.

    The runs come in their order on the page, from left to right, by the bidirectional algorithm of Unicode (UAX 9).
    `rtl` is the direction of the line as a whole.
    """
    base = TextDirection.RTL if rtl else TextDirection.LTR
    _, visual_order = BidiParagraph(text=text, base_direction=base, preserve_bn_chars=True).get_all()
    for level, characters in groupby(visual_order, key=lambda character: character.embedding_level):
        in_reading_order = sorted(characters, key=lambda character: character.character_index)
        yield "".join(character.character for character in in_reading_order), level % 2 == 1


def _cluster(letters: str, group: list[tuple[uharfbuzz.GlyphInfo, uharfbuzz.GlyphPosition]]) -> Cluster:
    placed, pen = [], 0
    for info, position in group:
        if info.codepoint == _MISSING:
            raise LettersMissing(f"The fonts of the leaflet do not have {letters!a}: read the web page instead.")
        placed.append(PlacedGlyph(info.codepoint, pen + position.x_offset, position.y_offset))
        pen += position.x_advance
    return Cluster(letters, tuple(placed), pen)
