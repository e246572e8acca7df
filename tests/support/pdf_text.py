"""Read the text of a leaflet as an app that shows a PDF does: from its glyphs and the letters that they stand for."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_LETTERS = re.compile(r"<([0-9A-F]{4})> <([0-9A-F]+)>\n")
_LINE = re.compile(r"BT \d Tr(?: [\d.]+ w)? ([\d.]+) ([\d.]+) Td \[([^\]]*)\] TJ ET")
_FROM_LEFT_TO_RIGHT = re.compile("[0-9۰-۹A-Za-z]+")


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line of text, as its letters stand from left to right, and its lower left corner in points."""

    side: int  # of a sheet, from 0
    left: float
    base: float
    letters: str

    def in_reading_order(self, *, rtl: bool) -> str:
        """Return the text of a line whose words run from right to left, except digits and Latin letters."""
        if not rtl:
            return self.letters
        return _FROM_LEFT_TO_RIGHT.sub(lambda word: word[0][::-1], self.letters[::-1])


def drawn_lines(pdf: bytes) -> Iterator[DrawnLine]:
    """Yield the lines of a leaflet, in the order in which the PDF draws them."""
    streams = list(_readable_streams(pdf))
    (letters,) = (
        {code: bytes.fromhex(text).decode("utf-16-be") for code, text in _LETTERS.findall(stream)}
        for stream in streams
        if "begincmap" in stream
    )
    for side, stream in enumerate(stream for stream in streams if " TJ ET" in stream):
        for left, base, codes in _LINE.findall(stream):
            shown = "".join(letters[code] for code in re.findall("<([0-9A-F]{4})>", codes))
            yield DrawnLine(side, float(left), float(base), shown)


def _readable_streams(pdf: bytes) -> Iterator[str]:
    for content in _STREAM.findall(pdf):
        try:
            yield zlib.decompress(content).decode("latin-1")
        except zlib.error:
            yield content.decode("latin-1")
