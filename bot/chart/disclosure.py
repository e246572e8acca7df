"""Decide what an admin may see of the subscribers: exact totals, and nothing that reveals fewer than ten people.

It is not enough to leave out figures under ten: the total minus the shown figures would reveal them. Therefore each
rule below depends only on what it shows, or leaves at least two values possible for everything it hides. This holds
also against a reader who knows the rule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from bot.model.small_numbers import PRIVACY_THRESHOLD

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Exact:
    """A number that may be shown."""

    number: int


@dataclass(frozen=True, slots=True)
class Few:
    """Fewer than the threshold, perhaps none."""


@dataclass(frozen=True, slots=True)
class Most:
    """All but fewer than the threshold, perhaps all; shown as more than `than`."""

    than: int


@dataclass(frozen=True, slots=True)
class Withheld:
    """Any number, hidden because it would reveal another one."""


Amount = Exact | Few | Most | Withheld


@dataclass(frozen=True, slots=True)
class Point:
    """The number of all subscribers at the end of a day."""

    day: date
    total: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All that /stats shows; keys are topics' numbers and languages' codes, in the campaign's order."""

    line: tuple[Point, ...]  # ends with today; never empty
    topics: Mapping[int, Amount]
    languages: Mapping[str, Amount]

    @property
    def total(self) -> int:
        return self.line[-1].total


def figures(
    today: Point, before: Iterable[Point], topics: Mapping[int, int], languages: Mapping[str, int]
) -> Figures:
    """Return what may be shown of these numbers.

    `before` holds the earlier days. `topics` counts who gets a topic's news: they chose it, or want everything.
    """
    return Figures(line(today, before), choices(today.total, topics), parts(today.total, languages))


def line(today: Point, before: Iterable[Point]) -> tuple[Point, ...]:
    """Return today and, going back, each day that differs by the threshold or more from the day shown after it.

    Two neighbouring days of the result differ by at least the threshold, so a smaller change cannot be read off. A
    day that is left out lies within the threshold - 1 of the next one shown, so the line is never wrong by ten
    people. A list that changes fast is shown day by day. The line does not begin below the threshold, because
    everybody knows that the list was empty once.
    """
    shown = [today]
    for point in sorted(before, key=lambda point: point.day, reverse=True):
        if point.day < today.day and abs(point.total - shown[-1].total) >= PRIVACY_THRESHOLD:
            shown.append(point)
    while len(shown) > 1 and shown[-1].total < PRIVACY_THRESHOLD:
        shown.pop()
    return tuple(reversed(shown))


def choices(total: int, counts: Mapping[K, int]) -> dict[K, Amount]:
    """Return what may be shown of topics. A person is in one or more of them.

    Raises ValueError where a topic has more people than there are.
    """
    if wrong := [n for n in counts.values() if not 0 <= n <= total]:
        raise ValueError(f"A topic has {wrong[0]} of {total} subscribers: count both at the same moment.")
    if total < 2 * PRIVACY_THRESHOLD:  # Few and Most overlap, and together they would reveal the number
        return _all_hidden(total, counts)
    amounts = {key: _choice(total, n) for key, n in counts.items()}
    # Everybody has a topic. Where the shown topics cannot hold all people, the rest must be in the hidden ones.
    if sum(_at_most(total, amount) for amount in amounts.values()) < total:
        return dict.fromkeys(counts, Withheld())
    return amounts


def _choice(total: int, n: int) -> Amount:
    if n < PRIVACY_THRESHOLD:
        return Few()
    return Exact(n) if n <= total - PRIVACY_THRESHOLD else Most(total - PRIVACY_THRESHOLD)


def _at_most(total: int, amount: Amount) -> int:
    return amount.number if isinstance(amount, Exact) else total if isinstance(amount, Most) else 0


def parts(total: int, counts: Mapping[K, int]) -> dict[K, Amount]:
    """Return what may be shown of languages. A person has exactly one, so the shown ones reveal the hidden ones' sum.

    Raises ValueError where the languages do not add up to the total.
    """
    if sum(counts.values()) != total:
        raise ValueError(f"The languages have {sum(counts.values())} of {total} subscribers: count both together.")
    if len(counts) == 1:
        return {key: Exact(total) for key in counts}
    if total < PRIVACY_THRESHOLD * len(counts):
        return _all_hidden(total, counts)
    if max(counts.values()) > total - PRIVACY_THRESHOLD:
        return {key: Few() if n < PRIVACY_THRESHOLD else Most(total - PRIVACY_THRESHOLD) for key, n in counts.items()}
    hidden = [key for key, n in counts.items() if n < PRIVACY_THRESHOLD]
    if not _sum_says_nothing(sum(counts[key] for key in hidden), len(hidden)):
        return _with_the_next(counts, hidden)
    return {key: Few() if key in hidden else Exact(n) for key, n in counts.items()}


def _all_hidden(total: int, counts: Mapping[K, int]) -> dict[K, Amount]:
    """Hide all, in a way that depends on the total alone and so reveals nothing else."""
    return dict.fromkeys(counts, Few() if total < PRIVACY_THRESHOLD else Withheld())


def _sum_says_nothing(together: int, how_many: int) -> bool:
    """Return whether the sum of the hidden parts leaves each of them open, even for a reader who knows their order.

    A single part equals its sum. Above the threshold - 2 each, the largest must be the threshold - 1. A sum under the
    threshold is itself a small figure.
    """
    return how_many == 0 or PRIVACY_THRESHOLD <= together <= (PRIVACY_THRESHOLD - 2) * how_many


def _with_the_next(counts: Mapping[K, int], small: list[K]) -> dict[K, Amount]:
    """Hide the next smallest part, too, and let it look the same; hide all where that leaves too little open."""
    first, *others = sorted((key for key in counts if key not in small), key=lambda key: counts[key])
    together = counts[first] + sum(counts[key] for key in small)
    # The reader knows that the next smallest is at least the threshold and below the smallest one shown.
    lowest = max(0, together + 1 - min((counts[key] for key in others), default=0))
    highest = min(PRIVACY_THRESHOLD - 1, together - PRIVACY_THRESHOLD)
    enough = lowest < highest and highest >= len(small) and counts[first] < counts[others[0]]
    return {key: Exact(n) if enough and key in others else Withheld() for key, n in counts.items()}
