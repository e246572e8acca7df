"""Encode the request for a card as callback data. A card is a picture of a clause or of the demands on an addressee.

The data are `k.LOOK` and the callback data of the clause or demand, as in `k.da.r.C.fa.4`. LOOK is `d` for dark or
`l` for light, and then `a` if the card shows the address of the bot.
"""

import re
from dataclasses import dataclass

from content.model import Lang
from content.screens.navigation import button_data
from content.screens.navigation.places import AtClause, AtDemand, without_origin
from content.screens.screen import CallbackButton

_DATA = re.compile(r"k\.([ld])(a?)\.(.+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class CardRequest:
    """A request for a card: a picture of the clause at `place`, or of the demands on the addressee at `place`.

    `has_address` says whether the card shows a link to the bot.
    """

    place: AtClause | AtDemand
    is_dark: bool = False
    has_address: bool = False


def card_button(label: str, request: CardRequest, lang: Lang) -> CallbackButton:
    """Return a button that asks for a card. `lang` is the language of the reader."""
    return CallbackButton(label, to_data(request, lang))


def to_data(request: CardRequest, lang: Lang) -> str:
    """Return the callback data of a button for `request`. `lang` is the language of the reader."""
    look = ("d" if request.is_dark else "l") + ("a" if request.has_address else "")
    return f"k.{look}.{button_data.to_data(without_origin(request.place), lang)}"


def from_data(data: str) -> tuple[CardRequest, Lang] | None:
    """Return the request in `data`, and the language of its reader; None for any other data."""
    match = _DATA.fullmatch(data)
    if match is None:
        return None
    shade, address, place_data = match.groups()
    match button_data.from_data(place_data):
        case (AtClause() | AtDemand() as place, lang) if place == without_origin(place):
            return CardRequest(place, is_dark=shade == "d", has_address=bool(address)), lang
        case _:
            return None
