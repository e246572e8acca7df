"""Name the kinds of refusals, so that they can be counted without an id, a number or a name in them. Pure."""

import re
from collections.abc import Iterable, Mapping

BLOCKED = "blocked"
DEACTIVATED = "deactivated"
NOT_FOUND = "not found"
NOT_FOUND_AGAIN = "not found again"
NOT_STARTED = "not started"
FLOOD_WAIT = "flood wait"
OTHER = "other"
FOR_GOOD = frozenset({BLOCKED, DEACTIVATED, NOT_FOUND_AGAIN})
KNOWN = (*sorted(FOR_GOOD), NOT_FOUND, NOT_STARTED, FLOOD_WAIT, OTHER)  # the others are Telegram's words

MOST = 10  # kinds that are counted by themselves
_KIND_LENGTH = 40
_WORDS_LENGTH = 120
_PREFIX = re.compile(r"^(?:bad request|forbidden|request entity too large): *")
_QUOTED = re.compile(r"(?<![a-z])'[^']*'|\"[^\"]*\"|“[^”]*”")
_SLUG = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_NO_LETTER = re.compile(r"[^a-z_' ]+")


def words_of(why: str) -> str:
    """Return Telegram's words for a screen, in letters alone: what it quotes, ids and numbers are left out."""
    plain = _QUOTED.sub(" ", _PREFIX.sub("", why.lower().replace("can't", "cannot")))
    return " ".join(_NO_LETTER.sub(" ", plain).split())[:_WORDS_LENGTH].strip()


def kind_of(why: str) -> str:
    """Return under what a refusal is counted: its slug, like PRIVACY_PREMIUM_REQUIRED, or else its first words."""
    words = words_of(why).replace("'", "")
    if slug := _SLUG.search(words):
        return slug[0][:_KIND_LENGTH]
    return words[:_KIND_LENGTH].strip() or OTHER


def counted(known: Mapping[str, int], kinds: Iterable[str], sign: int = 1) -> dict[str, int]:
    """Return `known` with one more (or less) of each of `kinds`; what has no room is counted as OTHER."""
    after = dict(known)
    for kind in kinds:
        has_room = kind in after or kind in KNOWN or len(after) < MOST
        name = kind if has_room else OTHER
        after[name] = after.get(name, 0) + sign
    return {kind: count for kind, count in after.items() if count > 0}
