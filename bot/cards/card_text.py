"""Define the words of a card (a clause or demands as a picture), all in one language."""

from dataclasses import dataclass


class CardNotDrawable(Exception):
    """A card cannot be drawn whole: a font lacks letters, or the headings are too long."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A verbatim text of the declaration. `source` is the name of its clause, or "" if the card has only one text."""

    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class CardText:
    """The words of a card, which is drawn on one or several pages.

    - `digits`: the ten digits of the language `lang`
    - `declaration`: the title of the declaration
    - `kind`: what the card shows, such as "Clause 4"; "" for a clause without a number
    - `title`: the title of the clause, or the name of the addressee of the demands
    - `notice`: a sentence that says whether the text is a translation
    - `address`: a link to the bot; "" unless the person asked for it
    - `is_dark`: light letters on a dark background
    """

    lang: str
    is_rtl: bool
    digits: str
    declaration: str
    kind: str
    title: str
    passages: tuple[Passage, ...]
    notice: str
    address: str = ""
    is_dark: bool = False


def page_label(number: int, count: int, digits: str) -> str:
    """Return the label of a page, such as "1/3", in the ten `digits` of a language."""
    return f"{number}/{count}".translate({ord("0") + value: digit for value, digit in enumerate(digits)})
