"""Encode the request for a card as callback data of a button. A card is a picture of a clause or a demand."""

import re
from dataclasses import dataclass

from content.model import AddresseeId, ClauseId, Lang
from content.screens.navigation.places import AtClause, AtDemand
from content.screens.screen import CallbackButton

_LANG = "[a-z]{2,3}(?:-[a-z0-9]{2,5})?"
_DATA = re.compile(rf"k\.({_LANG})\.([ld])(a?)\.([CODE])\.([a-z0-9-]{{1,40}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class CardRequest:
    """A request for the card of a clause or a demand. `has_address` says whether it shows a link to the bot."""

    place: AtClause | AtDemand
    is_dark: bool = False
    has_address: bool = False


def card_button(label: str, request: CardRequest, lang: Lang) -> CallbackButton:
    """Return a button with the text `label` that asks for a card, for a reader of the language `lang`."""
    return CallbackButton(label, to_data(request, lang))


def to_data(request: CardRequest, lang: Lang) -> str:
    """Return the callback data of a button for a reader of the language `lang`."""
    look = ("d" if request.is_dark else "l") + ("a" if request.has_address else "")
    match request.place:
        case AtClause(clause, _, in_original):
            letter, id_ = "O" if in_original else "C", str(clause)
        case AtDemand(addressee, in_original):
            letter, id_ = "E" if in_original else "D", str(addressee)
    return f"k.{lang}.{look}.{letter}.{id_}"


def from_data(data: str) -> tuple[CardRequest, Lang] | None:
    """Return the request in `data`, and the language of its reader; None for any other data."""
    match = _DATA.fullmatch(data)
    if match is None:
        return None
    lang, shade, address, letter, id_ = match.groups()
    return CardRequest(_place(letter, id_), is_dark=shade == "d", has_address=bool(address)), Lang(lang)


def _place(letter: str, id_: str) -> AtClause | AtDemand:
    if letter in "CO":
        return AtClause(ClauseId(id_), in_original=letter == "O")
    return AtDemand(AddresseeId(id_), in_original=letter == "E")
