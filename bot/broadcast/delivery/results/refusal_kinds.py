"""Name the kinds of refusals of messages, for counting. Pure.

The names contain no ids, numbers or names from Telegram's texts, so that the counts reveal nothing about anybody.
"""

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
KNOWN = (*sorted(FOR_GOOD), NOT_FOUND, NOT_STARTED, FLOOD_WAIT, OTHER)  # all other kinds are Telegram's words

MAX_KINDS = 10  # different kinds that are counted; others are OTHER
_KIND_LENGTH = 40
_WORDS_LENGTH = 120
_PREFIX = re.compile(r"^(?:bad request|forbidden|request entity too large): *")
_QUOTED = re.compile(r"(?<![a-z])'[^']*'|\"[^\"]*\"|“[^”]*”")
_SLUG = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_NO_LETTER = re.compile(r"[^a-z_' ]+")


def words_of(description: str) -> str:
    """Return the words of Telegram's error text without quotations, ids and numbers, to be shown on screens."""
    plain = _QUOTED.sub(" ", _PREFIX.sub("", description.lower().replace("can't", "cannot")))
    return " ".join(_NO_LETTER.sub(" ", plain).split())[:_WORDS_LENGTH].strip()


def kind_of(description: str) -> str:
    """Return the kind of a refusal: its error code, such as `privacy_premium_required`, or its first words."""
    words = words_of(description).replace("'", "")
    if slug := _SLUG.search(words):
        return slug[0][:_KIND_LENGTH]
    return words[:_KIND_LENGTH].strip() or OTHER


def add_kinds(counts: Mapping[str, int], kinds: Iterable[str], sign: int = 1) -> dict[str, int]:
    """Return `counts` with 1 added for each of `kinds`, or 1 subtracted if `sign` is -1.

    Once MAX_KINDS kinds are counted, count any other kind as OTHER.
    """
    after = dict(counts)
    for kind in kinds:
        has_room = kind in after or kind in KNOWN or len(after) < MAX_KINDS
        name = kind if has_room else OTHER
        after[name] = after.get(name, 0) + sign
    return {kind: count for kind, count in after.items() if count > 0}
