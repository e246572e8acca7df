"""Clauses named outright: "clause 4", "۴", "#4", "ماده ۴", "څلورمه ماده", "preamble".

The words for it, in all languages, are in `words/references.yaml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from content.model import Campaign, ClauseId
from content.text import fold, words
from content.yaml_source import read_plain

_LONGEST = 12  # words; who writes more does not merely name a clause


@dataclass(frozen=True, slots=True)
class Named:
    """A clause that was named: `clause` is None when the campaign has no clause of that `number`."""

    clause: ClauseId | None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class References:
    """The folded words by which clauses are named."""

    clause: frozenset[str]
    around: frozenset[str]
    numbers: Mapping[str, int]
    parts: Mapping[str, ClauseId]

    def find(self, text: str, campaign: Campaign) -> Named | None:
        """The clause that `text` names and nothing else, or None when it does not name one."""
        said = words(text[:200])
        if not said or len(said) > _LONGEST:
            return None
        return self._part(said, campaign) or self._numbered(said, campaign)

    def _part(self, said: list[str], campaign: Campaign) -> Named | None:
        rest = [word for word in said if word not in self.around and word not in self.clause]
        part = self.parts.get(rest[0]) if len(rest) == 1 else None
        return Named(part) if part in campaign.clause_by_id else None

    def _numbered(self, said: list[str], campaign: Campaign) -> Named | None:
        number = self._only_number(said)
        if number is None:
            return None
        clause = ClauseId(str(number))
        return Named(clause if clause in campaign.clause_by_id else None, number)

    def _only_number(self, said: list[str]) -> int | None:
        """The one number in `said`, when all else are words around it. A number in words needs "clause" beside it."""
        digits = [word for word in said if word.isascii() and word.isdecimal()]
        others = [word for word in said if word not in digits]
        names = [word for word in others if word in self.clause]
        spelled = [word for word in others if word in self.numbers and word not in self.clause]
        if len(digits) == 1:
            fits = all(word in self.clause or word in self.around for word in others)
            return int(digits[0][:6]) if fits else None
        spelled = [word for word in spelled if word not in self.around] or spelled[:1]
        fits = all(word in self.clause or word in self.around or word in spelled for word in others)
        return self.numbers[spelled[0]] if not digits and names and len(spelled) == 1 and fits else None


@cache
def references() -> References:
    """The shipped words, read once."""
    raw: dict[str, Any] = read_plain(Path(__file__).with_name("words") / "references.yaml")
    return References(
        clause=frozenset(fold(word) for word in raw["clause"]),
        around=frozenset(fold(word) for word in raw["around"]),
        numbers={fold(word): int(n) for n, named in raw["numbers"].items() for word in named},
        parts={fold(word): ClauseId(part) for part, named in raw["parts"].items() for word in named},
    )
