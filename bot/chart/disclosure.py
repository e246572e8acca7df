"""Decide which numbers of subscribers an admin can see: exact totals, but nothing that reveals fewer than ten people.

It is not enough to leave out numbers under ten, because a reader could subtract the shown numbers from the total.
Therefore each rule below depends only on the numbers that it shows, or leaves at least two possible values for each
hidden number. This holds even against a reader who knows the rules.
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
    """A hidden number of people that is less than PRIVACY_THRESHOLD, perhaps 0."""


@dataclass(frozen=True, slots=True)
class Most:
    """A hidden number of people that is nearly the total. Only its lower bound is shown: it is greater than `than`.

    Fewer than PRIVACY_THRESHOLD people of the total are not counted in the hidden number. A reader who knew the exact
    number could subtract it from the total, and learn how many these few are.
    """

    than: int


@dataclass(frozen=True, slots=True)
class Withheld:
    """A hidden number that can have any size. If it were shown, it would reveal another hidden number."""


Amount = Exact | Few | Most | Withheld


@dataclass(frozen=True, slots=True)
class Point:
    """The number of all subscribers at the end of a day."""

    day: date
    total: int


@dataclass(frozen=True, slots=True)
class DayChanges:
    """How many people joined, left and blocked the bot on a day."""

    day: date
    joined: int
    left: int
    blocked: int


@dataclass(frozen=True, slots=True)
class Week:
    """How many people joined, left and blocked the bot in WEEK_DAYS days. The numbers are rounded to tens."""

    joined: Exact | Few
    left: Exact | Few
    blocked: Exact | Few


@dataclass(frozen=True, slots=True)
class Figures:
    """All numbers that /stats shows. The keys are the numbers of topics and the codes of languages.

    The topic ALL_TOPICS has the people who chose all topics; the other topics do not count them.
    """

    line: tuple[Point, ...]  # ends with today; never empty
    topics: Mapping[int, Amount]
    languages: Mapping[str, Amount]
    week: Week | None = None

    @property
    def total(self) -> int:
        return self.line[-1].total


def figures(
    today: Point,
    before: Iterable[Point],
    topics: Mapping[int, int],
    languages: Mapping[str, int],
    changes: Iterable[DayChanges] = (),
) -> Figures:
    """Return the numbers that an admin can see.

    `before` holds the points of earlier days. `topics` maps each topic to the number of people who chose it, and
    ALL_TOPICS to the number of those who chose all. `languages` maps each language to the number of its subscribers.
    """
    return Figures(
        line(today, before),
        topic_choices(today.total, topics),
        parts(today.total, languages),
        week_before(today.day, changes),
    )


def week_before(today: date, changes: Iterable[DayChanges]) -> Week:
    """Return how many people came and went in the WEEK_DAYS days before `today`.

    Today is left out: otherwise somebody who looks again and again would see a number grow as one person acts. The
    numbers are rounded to tens. Exact ones and two exact totals would reveal the small one among the three.
    """
    days = [day for day in changes if 0 < (today - day.day).days <= WEEK_DAYS]
    joined, left, blocked = (sum(getattr(day, name) for day in days) for name in ("joined", "left", "blocked"))
    return Week(_rounded(joined), _rounded(left), _rounded(blocked))


def _rounded(number: int) -> Exact | Few:
    return Few() if number < PRIVACY_THRESHOLD else Exact(round(number / 10) * 10)


def part_of_list(counts: Mapping[K, int]) -> dict[K, Exact | Few]:
    """Return what an admin can see of the recipients of an announcement for a part of the list, by language.

    The numbers are rounded to tens, so that two audiences that differ by one person cannot be compared.
    """
    return {key: _rounded(number) for key, number in counts.items()}


def topic_choices(total: int, counts: Mapping[int, int]) -> dict[int, Amount]:
    """Return what an admin can see of the `counts` of topics, among them ALL_TOPICS.

    If the number of those who chose all topics is shown, the number of the others is known. Then the topics are
    parts of these others, and are shown as such.
    """
    if ALL_TOPICS not in counts or total < 2 * PRIVACY_THRESHOLD:
        return choices(total, counts)
    everything = _choice(total, counts[ALL_TOPICS])
    if not isinstance(everything, Exact):
        return choices(total, counts)
    others = {topic: number for topic, number in counts.items() if topic != ALL_TOPICS}
    return {ALL_TOPICS: everything, **choices(total - everything.number, others)}


def line(today: Point, before: Iterable[Point]) -> tuple[Point, ...]:
    """Return the points of the line, oldest first: today, and each earlier day that can be shown.

    The days are examined backwards from today. A day is shown if its total differs by at least PRIVACY_THRESHOLD from
    the total of the later day that was shown last. So nobody can read a smaller change from the line, and the line is
    never wrong by PRIVACY_THRESHOLD or more. A list that changes fast is shown day by day. The line does not begin
    below the threshold, because everybody knows that the list was empty once.
    """
    shown = [today]
    for point in sorted(before, key=lambda point: point.day, reverse=True):
        if point.day < today.day and abs(point.total - shown[-1].total) >= PRIVACY_THRESHOLD:
            shown.append(point)
    while len(shown) > 1 and shown[-1].total < PRIVACY_THRESHOLD:
        shown.pop()
    return tuple(reversed(shown))


def choices(total: int, counts: Mapping[K, int]) -> dict[K, Amount]:
    """Return what an admin can see of the `counts` of topics. Each of the `total` people has one or more topics.

    Raises ValueError when a topic has more than `total` people.
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
    """Return what an admin can see of the `counts` of languages.

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
    if not _sum_says_nothing(sum(counts[key] for key in hidden), len(hidden)):
        return _with_next_smallest(counts, hidden)
    return {key: Few() if key in hidden else Exact(n) for key, n in counts.items()}


def _all_hidden(total: int, counts: Mapping[K, int]) -> dict[K, Amount]:
    """Return every count as hidden: as Few if `total` is small, otherwise as Withheld.

    The choice depends only on `total`, so it reveals nothing else.
    """
    return dict.fromkeys(counts, Few() if total < PRIVACY_THRESHOLD else Withheld())


def _sum_says_nothing(together: int, how_many: int) -> bool:
    """Return whether the hidden counts stay unknown to a reader who knows that their sum is `together`.

    `how_many` is the number of hidden counts; each is below PRIVACY_THRESHOLD. The reader might also know which count
    is the larger. There are three cases in which the reader learns something. A single count equals the sum. If the
    sum is more than `how_many` times (threshold - 2), the largest count must be threshold - 1. A sum below the
    threshold is itself a small number.
    """
    return how_many == 0 or PRIVACY_THRESHOLD <= together <= (PRIVACY_THRESHOLD - 2) * how_many


def _with_next_smallest(counts: Mapping[K, int], small: list[K]) -> dict[K, Amount]:
    """Return the counts with the `small` ones hidden, and with the smallest of the other counts hidden as well.

    If a reader could still infer one of the hidden counts, return all counts as hidden.
    """
    first, *others = sorted((key for key in counts if key not in small), key=lambda key: counts[key])
    together = counts[first] + sum(counts[key] for key in small)
    # The reader knows that the additional hidden count is at least the threshold and below the smallest one shown.
    lowest = max(0, together + 1 - min((counts[key] for key in others), default=0))
    highest = min(PRIVACY_THRESHOLD - 1, together - PRIVACY_THRESHOLD)
    enough = lowest < highest and highest >= len(small) and counts[first] < counts[others[0]]
    return {key: Exact(n) if enough and key in others else Withheld() for key, n in counts.items()}
