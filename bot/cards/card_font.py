"""Choose the font of a card, and measure its words quickly."""

import functools
from collections.abc import Iterable
from pathlib import Path

from bot.cards.card_text import CardNotDrawable, CardText
from bot.chart import typesetting
from content.line_breaking import Measure

_FONTS = (typesetting.FONT, typesetting.OTHER_FONT)
_MEASURED_AT = 100  # pixels; the widths at other sizes are in proportion
_NO_CHARACTER = "\uffff"  # Unicode promises that no font has it


def texts_of(card: CardText) -> Iterable[str]:
    """Yield every text that is drawn on a card."""
    yield from (card.declaration, card.kind, card.title, card.notice, card.address, card.digits)
    for passage in card.passages:
        yield from (passage.source, passage.text.replace("\n", ""))


def font_of(card: CardText) -> Path:
    """Return the file of the first font that has all letters of the card. Raises CardNotDrawable if none has."""
    letters = set("".join(texts_of(card)))
    for path in _FONTS:
        if not missing_letters(letters, path):
            return path
    raise CardNotDrawable("The fonts of the bot lack letters of this language, so it has no pictures.")


def missing_letters(letters: Iterable[str], path: Path) -> set[str]:
    """Return those of `letters` that are missing in the font file `path`, which draws an empty box for them."""
    font = typesetting.load(path, 20)
    box = bytes(font.getmask(_NO_CHARACTER))
    return {letter for letter in letters if bytes(font.getmask(letter)) == box}


def measure_at(path: Path, size: float, *, is_rtl: bool) -> Measure:
    """Return a function that computes the width of a text in pixels, at the font size `size`.

    The function adds the cached widths of the words and spaces. This is exact: letters never join across a space.
    """
    return lambda text: sum(_width(word, path, is_rtl) for word in _words(text)) * size / _MEASURED_AT


def _words(text: str) -> Iterable[str]:
    """Yield the words of `text` and the spaces between them."""
    for number, word in enumerate(text.split(" ")):
        if number:
            yield " "
        if word:
            yield word


@functools.cache
def _width(word: str, path: Path, is_rtl: bool) -> float:
    font = typesetting.load(path, _MEASURED_AT)
    return font.getlength(word, direction=typesetting.direction(is_rtl))
