"""What an admin may see of the list's figures: totals exact, and nothing that tells of fewer than ten people.

Leaving out what is under ten is not enough: the total less the figures shown would tell it. Each rule below therefore
depends only on what it shows, or leaves open at least two values for all it hides, also for who knows the rule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from bot.model.small_numbers import PRIVACY_THRESHOLD

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Exact:
    number: int


@dataclass(frozen=True, slots=True)
class Few:
    """Fewer than the threshold, none among them."""


@dataclass(frozen=True, slots=True)
class Most:
    """All but fewer than the threshold, all among them; said as more than `than`."""

    than: int


@dataclass(frozen=True, slots=True)
class Withheld:
    """It would tell another one; it may be large or small."""


Amount = Exact | Few | Most | Withheld


@dataclass(frozen=True, slots=True)
class Point:
    """The whole list at the end of a day."""

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
    """`before` is the list day by day; `topics` counts who gets a topic's news: who chose it or wants everything."""
    return Figures(line(today, before), choices(today.total, topics), parts(today.total, languages))


def line(today: Point, before: Iterable[Point]) -> tuple[Point, ...]:
    """Today, and going back from it each day that differs by the threshold or more from the one shown after it.

    Two days shown side by side differ by at least the threshold, so no day's smaller change can be read off; a day
    left out lies anywhere within the threshold - 1 of the next one shown. The line is thus never wrong by ten people,
    and a list that changes fast is shown day by day. It does not begin below the threshold: everybody knows that the
    list was empty once.
    """
    shown = [today]
    for point in sorted(before, key=lambda point: point.day, reverse=True):
        if point.day < today.day and abs(point.total - shown[-1].total) >= PRIVACY_THRESHOLD:
            shown.append(point)
    while len(shown) > 1 and shown[-1].total < PRIVACY_THRESHOLD:
        shown.pop()
    return tuple(reversed(shown))


def choices(total: int, counts: Mapping[K, int]) -> dict[K, Amount]:
    """Topics: one person may be in several, and is in one at least."""
    if wrong := [n for n in counts.values() if not 0 <= n <= total]:
        raise ValueError(f"A topic has {wrong[0]} of {total} subscribers: count both at the same moment.")
    if total < 2 * PRIVACY_THRESHOLD:  # few and most overlap, and together would tell
        return _all_hidden(total, counts)
    told = {key: _choice(total, n) for key, n in counts.items()}
    # Everybody is somewhere. Where the topics shown cannot hold all of them, the rest must be in the hidden ones.
    if sum(_at_most(total, amount) for amount in told.values()) < total:
        return dict.fromkeys(counts, Withheld())
    return told


def _choice(total: int, n: int) -> Amount:
    if n < PRIVACY_THRESHOLD:
        return Few()
    return Exact(n) if n <= total - PRIVACY_THRESHOLD else Most(total - PRIVACY_THRESHOLD)


def _at_most(total: int, amount: Amount) -> int:
    return amount.number if isinstance(amount, Exact) else total if isinstance(amount, Most) else 0


def parts(total: int, counts: Mapping[K, int]) -> dict[K, Amount]:
    """Languages: everybody is in exactly one, so those shown tell the sum of those hidden."""
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
    """By the total alone, so that it tells nothing but the total."""
    return dict.fromkeys(counts, Few() if total < PRIVACY_THRESHOLD else Withheld())


def _sum_says_nothing(together: int, how_many: int) -> bool:
    """What is left of the total for the hidden parts must leave each of them open, if their order is known, too.

    A single one it would tell; over the threshold - 2 each, the largest must be the threshold - 1; under the
    threshold it is a small figure.
    """
    return how_many == 0 or PRIVACY_THRESHOLD <= together <= (PRIVACY_THRESHOLD - 2) * how_many


def _with_the_next(counts: Mapping[K, int], small: list[K]) -> dict[K, Amount]:
    """The next smallest is hidden too, and looks the same; all are, where even that would leave too little open."""
    first, *others = sorted((key for key in counts if key not in small), key=lambda key: counts[key])
    together = counts[first] + sum(counts[key] for key in small)
    # The reader knows that the next smallest is at least the threshold and under the smallest one shown.
    lowest = max(0, together + 1 - min((counts[key] for key in others), default=0))
    highest = min(PRIVACY_THRESHOLD - 1, together - PRIVACY_THRESHOLD)
    enough = lowest < highest and highest >= len(small) and counts[first] < counts[others[0]]
    return {key: Exact(n) if enough and key in others else Withheld() for key, n in counts.items()}
