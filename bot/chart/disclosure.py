"""Decide which numbers of subscribers an admin can see: exact totals, but nothing that reveals fewer than ten people.

It is not enough to hide numbers under ten, because a reader could subtract the shown numbers from the total.
Therefore other numbers are hidden as well, until each hidden number has at least two possible values. This holds even
against a reader who knows these rules.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from bot.model.small_numbers import PRIVACY_THRESHOLD

K = TypeVar("K")
ALL_TOPICS = -1  # as a topic: people who chose all topics
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Exact:
    """A number that can be shown."""

    number: int


@dataclass(frozen=True, slots=True)
class Few:
    """A hidden number of people that is below PRIVACY_THRESHOLD (10), perhaps 0."""


@dataclass(frozen=True, slots=True)
class Most:
    """A hidden number of people that is nearly the total. Admins see only that it is greater than `than`.

    The exact number would reveal a small one: 97 of 100 people read Dari, so 3 do not.
    """

    than: int


@dataclass(frozen=True, slots=True)
class Withheld:
    """A hidden number that may be large. It is hidden because a smaller number could be computed from it."""


Amount = Exact | Few | Most | Withheld


@dataclass(frozen=True, slots=True)
class Point:
    """The number of all subscribers at the end of a day."""

    day: date
    total: int


@dataclass(frozen=True, slots=True)
class DayChanges:
    """The numbers of people who joined, left and blocked the bot on a day."""

    day: date
    joined: int
    left: int
    blocked: int


@dataclass(frozen=True, slots=True)
class Week:
    """The numbers of people who joined, left and blocked the bot in WEEK_DAYS days, rounded to tens."""

    joined: Exact | Few
    left: Exact | Few
    blocked: Exact | Few


@dataclass(frozen=True, slots=True)
class Figures:
    """All numbers that /stats shows.

    `topics` maps the id of a topic to the number of people who chose it, and ALL_TOPICS to the number of those who
    chose all topics. People who chose all topics are not counted under single topics. `languages` maps the code of a
    language to the number of its subscribers.
    """

    history: tuple[Point, ...]  # ends with today; never empty
    topics: Mapping[int, Amount]
    languages: Mapping[str, Amount]
    week: Week | None = None

    @property
    def total(self) -> int:
        return self.history[-1].total


def figures(
    today: Point,
    before: Iterable[Point],
    topics: Mapping[int, int],
    languages: Mapping[str, int],
    changes: Iterable[DayChanges] = (),
) -> Figures:
    """Return the numbers of subscribers that an admin can see, computed from the exact numbers.

    `before` holds the points of earlier days. `topics` maps each topic to the number of people who chose it, and
    ALL_TOPICS to the number of those who chose all. `languages` maps each language to the number of its subscribers.
    `changes` holds the changes of earlier days.
    """
    return Figures(
        shown_history(today, before),
        topic_choices(today.total, topics),
        parts(today.total, languages),
        week_before(today.day, changes),
    )


def week_before(today: date, changes: Iterable[DayChanges]) -> Week:
    """Return the numbers of people who joined, left and blocked the bot in the WEEK_DAYS days before `today`.

    Changes of today do not count: otherwise an admin who looks often would see a number grow when one person acts.
    The numbers are rounded to tens. If two of them were exact, the third could be computed from the change of the
    total, even if it is small: joined - left - blocked = change of the total.
    """
    days = [day for day in changes if 0 < (today - day.day).days <= WEEK_DAYS]
    joined, left, blocked = (sum(getattr(day, name) for day in days) for name in ("joined", "left", "blocked"))
    return Week(_rounded(joined), _rounded(left), _rounded(blocked))


def _rounded(number: int) -> Exact | Few:
    return Few() if number < PRIVACY_THRESHOLD else Exact(round(number / 10) * 10)


def rounded_counts(counts: Mapping[K, int]) -> dict[K, Exact | Few]:
    """Return what an admin can see of `counts`, the numbers of recipients by language.

    Use this for an announcement that is not for everyone. Numbers are rounded to tens, and those below
    PRIVACY_THRESHOLD are hidden. So the numbers of two announcements do not reveal that their audiences differ by one
    person.
    """
    return {key: _rounded(number) for key, number in counts.items()}


def topic_choices(total: int, counts: Mapping[int, int]) -> dict[int, Amount]:
    """Return what an admin can see of `counts`, the numbers of people by topic; ALL_TOPICS can be one of the keys.

    If the number for ALL_TOPICS is shown, everybody can subtract it from `total`, and so knows how many people chose
    single topics. Then `choices` decides about the numbers for single topics, as if only these people existed.
    """
    if ALL_TOPICS not in counts or total < 2 * PRIVACY_THRESHOLD:
        return choices(total, counts)
    everything = _choice(total, counts[ALL_TOPICS])
    if not isinstance(everything, Exact):
        return choices(total, counts)
    others = {topic: number for topic, number in counts.items() if topic != ALL_TOPICS}
    return {ALL_TOPICS: everything, **choices(total - everything.number, others)}


def shown_history(today: Point, before: Iterable[Point]) -> tuple[Point, ...]:
    """Return the days whose totals an admin can see as a curve, oldest first; the last one is `today`.

    Go backwards from today, and show a day only if its total differs by PRIVACY_THRESHOLD or more from that of the
    next later day shown. So the curve shows no smaller change. Leave out the first days if their totals are below the
    threshold, because everybody knows that the list began with 0.
    """
    shown = [today]
    for point in sorted(before, key=lambda point: point.day, reverse=True):
        if point.day < today.day and abs(point.total - shown[-1].total) >= PRIVACY_THRESHOLD:
            shown.append(point)
    while len(shown) > 1 and shown[-1].total < PRIVACY_THRESHOLD:
        shown.pop()
    return tuple(reversed(shown))


def choices(total: int, counts: Mapping[K, int]) -> dict[K, Amount]:
    """Return what an admin can see of `counts`, the numbers of people by topic.

    Each of the `total` people is counted for at least one key. One of the keys can be ALL_TOPICS. Raises ValueError
    when a number is greater than `total`.
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
    """Return what an admin can see of `counts`, the numbers of people by language.

    Each of the `total` people has exactly one language, so the shown counts reveal the sum of the hidden ones.
    Raises ValueError when the counts do not add up to `total`.
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
    if not _sum_reveals_nothing(sum(counts[key] for key in hidden), len(hidden)):
        return _with_next_smallest(counts, hidden)
    return {key: Few() if key in hidden else Exact(n) for key, n in counts.items()}


def _all_hidden(total: int, counts: Mapping[K, int]) -> dict[K, Amount]:
    """Return every count as hidden: as Few if `total` is below PRIVACY_THRESHOLD, otherwise as Withheld."""
    return dict.fromkeys(counts, Few() if total < PRIVACY_THRESHOLD else Withheld())


def _sum_reveals_nothing(together: int, how_many: int) -> bool:
    """Return whether `together`, the sum of the hidden counts, reveals none of them.

    `how_many` is the number of hidden counts, each below PRIVACY_THRESHOLD. The reader knows the sum, and might know
    which count is the largest. The sum reveals something in three cases:

    - There is only one hidden count, which then equals the sum.
    - The sum is more than `how_many` times (threshold - 2). Then the largest count must be threshold - 1.
      Example for a threshold of 10: two counts with the sum 17 can only be 9 and 8.
    - The sum is below the threshold, so that it is itself a small number.
    """
    return how_many == 0 or PRIVACY_THRESHOLD <= together <= (PRIVACY_THRESHOLD - 2) * how_many


def _with_next_smallest(counts: Mapping[K, int], small: list[K]) -> dict[K, Amount]:
    """Return what an admin can see if the counts for the keys `small` and the smallest other count are hidden.

    The more counts are hidden, the less their sum reveals. If a reader could still infer one of them, all counts are
    hidden.
    """
    first, *others = sorted((key for key in counts if key not in small), key=lambda key: counts[key])
    together = counts[first] + sum(counts[key] for key in small)
    # The reader knows that the additional hidden count is at least the threshold and below the smallest one shown.
    lowest = max(0, together + 1 - min((counts[key] for key in others), default=0))
    highest = min(PRIVACY_THRESHOLD - 1, together - PRIVACY_THRESHOLD)
    enough = lowest < highest and highest >= len(small) and counts[first] < counts[others[0]]
    return {key: Exact(n) if enough and key in others else Withheld() for key, n in counts.items()}
