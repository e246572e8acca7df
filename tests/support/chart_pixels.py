"""Look at the pixels of a chart: where its ink is, in which colour, and whether a letter is missing."""

import io
import itertools
from collections.abc import Iterator

import msgspec
from PIL import Image, ImageChops

from bot.chart import typesetting
from bot.chart.serialization import Chart

_NO_CHARACTER = "\uffff"  # Unicode promises that no font has it


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def near(image: Image.Image, colour: str, tolerance: int = 12) -> Image.Image:
    """Return a mask, 255 where the image has nearly this colour and 0 elsewhere."""
    red, green, blue = ImageChops.difference(image, Image.new("RGB", image.size, colour)).split()
    farthest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return farthest.point([255 if difference <= tolerance else 0 for difference in range(256)])


def inked(image: Image.Image) -> Image.Image:
    """Return a mask of the dark text."""
    return near(image, "black", 127)


def count(mask: Image.Image) -> int:
    return mask.histogram()[255]


def halves(image: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Return the left and the right half."""
    middle = image.width // 2
    return image.crop((0, 0, middle, image.height)), image.crop((middle, 0, image.width, image.height))


def rows_in(mask: Image.Image, column: int) -> list[int]:
    """Return the rows of this column that are set."""
    return [row for row, value in enumerate(mask.crop((column, 0, column + 1, mask.height)).tobytes()) if value]


def widths_of_runs(mask: Image.Image) -> list[int]:
    """Return how wide the pieces of ink are that a white column sets apart, from the left."""
    columns = [bool(rows_in(mask, column)) for column in range(mask.width)]
    return [len(list(run)) for is_inked, run in itertools.groupby(columns) if is_inked]


def border_is_white(image: Image.Image, width: int = 20) -> bool:
    """Return whether nothing is drawn, or cut off, at the edge of the picture."""
    drawn = ImageChops.invert(image).getbbox()
    if drawn is None:
        return True
    left, top, right, bottom = drawn
    return min(left, top, image.width - right, image.height - bottom) >= width


def texts(chart: Chart) -> Iterator[str]:
    """Yield every text that is drawn in a chart."""
    rest = [msgspec.to_builtins(chart)]
    while rest:
        match rest.pop():
            case str(text):
                yield text
            case dict(fields):
                rest += fields.values()
            case list(items) | tuple(items):
                rest += items


def missing_glyphs(text: str) -> set[str]:
    """Return the characters that are drawn as the font's box for a missing one."""
    return {character for character in text if _mask(character, character) == _mask(_NO_CHARACTER, character)}


def _mask(character: str, text: str) -> bytes:
    """Return the pixels of `character` in the font of `text`."""
    return bytes(typesetting.font(text, 40).getmask(character))
