"""Check the names that members choose, and format them for messages. Pure."""

import unicodedata
from collections.abc import Collection

from bot.model.roles import Role
from bot.team.members import Member
from content.invisible import is_invisible
from content.screens.reader import Reader

MAX_NAME = 32  # characters
_LEFT_TO_RIGHT_MARK, _RIGHT_TO_LEFT_MARK = "\u200e", "\u200f"
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def parse_name(text: str) -> str | None:
    """Return a typed name without invisible characters and with single spaces; None if it is not allowed.

    Addresses and commands are not allowed, because Telegram would turn them into links.
    """
    visible = "".join(" " if char.isspace() else char for char in text if char.isspace() or not is_invisible(char))
    name = " ".join(unicodedata.normalize("NFC", visible).split())
    is_link = any(sign in name for sign in "/@#") or "." in name.strip(".")
    return name if 0 < len(name) <= MAX_NAME and any(map(str.isalnum, name)) and not is_link else None


def unused_name(name: str, taken: Collection[str]) -> str:
    """Return `name`; if it is in `taken`, append a number."""
    folded = {other.casefold() for other in taken}
    candidates = (name, *(f"{name} {number}" for number in range(2, len(folded) + 3)))
    return next(candidate for candidate in candidates if candidate.casefold() not in folded)


def default_name(reader: Reader, role: Role, taken: Collection[str]) -> str:
    """Return a name that is not in `taken`: the role and a number, such as "Editor 2"."""
    folded = {other.casefold() for other in taken}
    numbers = range(1, len(folded) + 2)
    names = (role_with_number(reader, role, number) for number in numbers)
    return next(name for name in names if name.casefold() not in folded)


def role_with_number(reader: Reader, role: Role, number: int) -> str:
    """Return the name of a role with a number, such as "Owner 1"."""
    return reader.say("team.default_name", role=reader.say(f"team.role_{role.value}"), number=number)


def shown_name(reader: Reader, member: Member) -> str:
    """Return the name of a member, ready to put into a sentence in the reader's language.

    A member without a name is shown by role and number.
    """
    name = member.name or role_with_number(reader, member.role, member.number)
    return isolated(reader, name)


def isolated(reader: Reader, text: str) -> str:
    """Return `text` in Unicode isolates if it runs in the other direction than the reader's language.

    Without them, it would change the order of the words around it.
    """
    turns = _turns(text, is_rtl=reader.book.language.rtl)
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" if turns else text


def direction_mark(reader: Reader) -> str:
    """Return the Unicode mark that gives the line after it the direction of the reader's language."""
    return _RIGHT_TO_LEFT_MARK if reader.book.language.rtl else _LEFT_TO_RIGHT_MARK


def _turns(name: str, *, is_rtl: bool) -> bool:
    """Return whether `name` has letters that run against the direction of the sentence around it.

    `is_rtl` says whether the sentence runs from right to left.
    """
    against = ("L",) if is_rtl else ("R", "AL")
    return any(unicodedata.bidirectional(char) in against for char in name)
