"""Build the cards of the shipped campaign, read PNG files chunk by chunk, and keep small pictures to compare with.

`python -m tests.support.card_pictures` draws the small pictures again, after a change of the design.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

from bot.cards import draw_card
from bot.cards.card_builder import requested_card
from bot.cards.card_text import CardText, Passage
from content.model import ClauseId, Lang
from content.screens.card_request import CardRequest
from content.screens.navigation.places import AtClause, AtDemand
from content.screens.reader import Reader
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.chart_pixels import opened

SAMPLES = (("4", "en", False), ("6", "fa", False), ("7", "ps", True))
_FOLDER = Path(__file__).parents[1] / "unit" / "cards" / "samples"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SMALLER = 6  # times: then it does not matter how Pillow smooths edges


def cards_in(lang: Lang) -> Iterator[CardText]:
    """Yield the card of every clause and of every addressee."""
    for clause in CAMPAIGN.clauses:
        yield card_for(CardRequest(AtClause(clause.id)), lang)
    for addressee in CAMPAIGN.addressees:
        yield card_for(CardRequest(AtDemand(addressee.id), is_dark=True), lang)


def card_of(clause: str, lang: str, *, is_dark: bool = False) -> CardText:
    """Return the card of a clause of the shipped campaign."""
    return card_for(CardRequest(AtClause(ClauseId(clause)), is_dark), Lang(lang))


def card_for(request: CardRequest, lang: Lang) -> CardText:
    """Return the card that `request` asks for, of the shipped campaign."""
    card = requested_card(Reader(CAMPAIGN, lang, username="test_bot"), request)
    assert card
    return card


def plain_card(text: str, *, is_rtl: bool = False, lang: str = "en") -> CardText:
    """Return a card that has nothing but a text."""
    return CardText(lang, is_rtl, "0123456789", "", "", "", (Passage(text),), "")


def chunks(png: bytes) -> list[str]:
    """Return the types of the chunks of a PNG file, in order. Raises AssertionError for bytes outside of chunks."""
    assert png.startswith(_SIGNATURE)
    types, position = list[str](), len(_SIGNATURE)
    while position < len(png):
        (length,) = struct.unpack_from(">I", png, position)
        types.append(png[position + 4 : position + 8].decode())
        position += length + 12
    assert position == len(png)
    return types


def difference_from_sample(clause: str, lang: str, is_dark: bool) -> float:
    """Return how much a card differs from its small picture in the repository, from 0 to 255 for each pixel."""
    with Image.open(_path(clause, lang)) as sample:
        return ImageStat.Stat(ImageChops.difference(_small(clause, lang, is_dark), sample.convert("L"))).mean[0]


def _small(clause: str, lang: str, is_dark: bool) -> Image.Image:
    return opened(draw_card.pngs(card_of(clause, lang, is_dark=is_dark))[0]).convert("L").reduce(_SMALLER)


def _path(clause: str, lang: str) -> Path:
    return _FOLDER / f"clause-{clause}.{lang}.png"


if __name__ == "__main__":
    _FOLDER.mkdir(exist_ok=True)
    for clause, lang, is_dark in SAMPLES:
        _small(clause, lang, is_dark).save(_path(clause, lang), optimize=True)
