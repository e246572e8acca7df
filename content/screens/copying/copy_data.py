"""Encode requests for texts to copy as callback data: a prefix, and the data of a clause or a demand."""

from dataclasses import dataclass
from enum import StrEnum

from content.model import Lang
from content.screens.navigation.button_data import DATA_LIMIT, from_data, to_data
from content.screens.navigation.places import AtClause, AtDemand, without_origin


class CopyKind(StrEnum):
    """The kind of a text to copy. The values are prefixes of callback data."""

    TEXT = "x"  # the clause or the demands themselves
    LETTER = "w"  # the screen that offers drafts of a letter to the addressee
    LETTER_TEXT = "n"  # the letter itself


@dataclass(frozen=True, slots=True)
class CopyRequest:
    """A request for a text to copy, or for the screen that offers drafts of a letter to an addressee.

    `subject` is the clause, or the demands on an addressee. If `subject.in_original` is True, the text is in the
    original language, else in the reader's language.
    """

    kind: CopyKind
    subject: AtClause | AtDemand


def to_copy_data(request: CopyRequest, lang: Lang) -> str:
    """Return the callback data for `request`. `lang` is the language of the reader.

    If the data would be too long for a button, leave out the place to which "Back" leads.
    """
    data = f"{request.kind}.{to_data(request.subject, lang)}"
    return data if len(data) <= DATA_LIMIT else f"{request.kind}.{to_data(without_origin(request.subject), lang)}"


def from_copy_data(data: str) -> tuple[CopyRequest, Lang] | None:
    """Return the request and the reader's language that callback data contain, or None for any other data."""
    prefix, _, rest = data.partition(".")
    target = from_data(rest) if prefix in list(CopyKind) else None
    match target:
        case (AtClause() as subject, lang) if prefix == CopyKind.TEXT:
            return CopyRequest(CopyKind.TEXT, subject), lang
        case (AtDemand() as subject, lang):
            return CopyRequest(CopyKind(prefix), subject), lang
        case _:
            return None
