"""Describe a card: all its words, in one language."""

from dataclasses import dataclass


class CardNotDrawable(Exception):
    """A card cannot be drawn whole: a font lacks letters, or the headings are too long."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of the declaration, letter by letter. `source` names its clause where a card has several passages."""

    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class CardText:
    """The words of a card, which is drawn on one or several pages.

    `declaration` is the name of the declaration. `kind` says what the card shows, such as "Clause 4"; it is empty for
    a part without a number. `title` is the title of the clause, or the name of an addressee. `notice` says whether
    the text is a translation. `digits` are those of the language `lang`. `address` is a link to the bot; it is empty
    unless the person asked for it.
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
    """Return "1/3", the number of a page and how many there are, in the digits of a language."""
    return f"{number}/{count}".translate({ord("0") + value: digit for value, digit in enumerate(digits)})
