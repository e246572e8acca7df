"""The chart's figures: an admin cannot derive from them any number of people from one to nine."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chart.disclosure import (
    ALL_TOPICS,
    Amount,
    DayChanges,
    Exact,
    Few,
    Most,
    Point,
    Withheld,
    choices,
    parts,
    shown_history,
    topic_choices,
    week_before,
)

TODAY = date(2026, 11, 24)
Rule = Callable[[int, Mapping[int, int]], Mapping[int, Amount]]


def distributions(total: int, groups: int) -> Iterator[tuple[int, ...]]:
    """Yield every way in which `total` people can speak `groups` languages."""
    for bars in itertools.combinations(range(total + groups - 1), groups - 1):
        ends = (-1, *bars, total + groups - 1)
        yield tuple(after - before - 1 for before, after in itertools.pairwise(ends))


def indistinguishable(rule: Rule, total: int, lists: Iterable[tuple[int, ...]]) -> Iterator[list[tuple[int, ...]]]:
    """Group the lists by what an admin sees of them, who is assumed to know also the order of the groups by size."""
    alike = defaultdict(list)
    for counts in lists:
        alike[tuple(rule(total, dict(enumerate(counts))).values())].append(counts)
    for candidates in alike.values():
        for order in itertools.permutations(range(len(candidates[0]))):
            yield [counts for counts in candidates if sorted(counts) == [counts[group] for group in order]]


@pytest.mark.parametrize(("languages", "totals"), [(2, range(10, 60)), (3, range(10, 60)), (4, (10, 40, 47))])
def test_no_language_or_languages_together_of_fewer_than_ten_can_be_derived(
    languages: int, totals: Iterable[int]
) -> None:
    subsets = [subset for size in range(1, languages) for subset in itertools.combinations(range(languages), size)]
    for total in totals:
        for alike in indistinguishable(parts, total, distributions(total, languages)):
            for subset in subsets:
                sums = {sum(counts[language] for language in subset) for counts in alike}

                assert len(sums) != 1 or min(sums) >= 10, (total, alike, subset)


@pytest.mark.parametrize(("topics", "totals"), [(2, range(10, 60)), (3, range(10, 29))])
def test_no_topic_with_or_without_fewer_than_ten_can_be_derived(topics: int, totals: Iterable[int]) -> None:
    for total in totals:
        everybody = itertools.product(range(total + 1), repeat=topics)
        for alike in indistinguishable(choices, total, (counts for counts in everybody if sum(counts) >= total)):
            for topic in range(topics):
                numbers = {counts[topic] for counts in alike}

                assert len(numbers) != 1 or 10 <= min(numbers) <= total - 10, (total, alike, topic)


@given(st.lists(st.integers(0, 9) | st.integers(0, 40) | st.integers(0, 5000), min_size=2, max_size=6))
def test_each_language_of_fewer_than_ten_could_as_well_be_another_figure(speakers: list[int]) -> None:
    total, counts = sum(speakers), dict(enumerate(speakers))
    shown = parts(total, counts)
    for language, n in counts.items():
        if n < 10 <= total:
            others = [
                counts | {language: n + step, other: counts[other] - step} for other in counts for step in (1, -1, n)
            ]
            possible = [other for other in others if sum(other.values()) == total and min(other.values()) >= 0]

            assert not isinstance(shown[language], Exact)
            assert isinstance(shown[language], Withheld) or any(parts(total, other) == shown for other in possible)


DAYS = st.lists(st.integers(-30, 30) | st.integers(-9, 9) | st.integers(-2000, 3000), min_size=1, max_size=40)


def history_of(changes: list[int]) -> list[Point]:
    """Return the total of each day up to today, beginning with an empty list."""
    totals = itertools.accumulate(changes, lambda total, change: max(0, total + change), initial=0)
    return [Point(TODAY - timedelta(len(changes) - day), total) for day, total in enumerate(totals)][1:]


@given(DAYS)
def test_each_change_of_a_day_by_fewer_than_ten_could_as_well_be_another_figure(changes: list[int]) -> None:
    *before, today = history_of(changes)
    shown = shown_history(today, before)
    history = [Point(today.day - timedelta(len(changes)), 0), *before, today]
    for day, (earlier, later) in enumerate(itertools.pairwise(history)):
        if before and 1 <= abs(later.total - earlier.total) <= 9:
            others = [
                [*before[:index], replace(before[index], total=before[index].total + step), *before[index + 1 :]]
                for index in (day - 1, day)
                for step in (1, -1)
                if 0 <= index < len(before) and before[index].total + step >= 0
            ]

            assert any(shown_history(today, other) == shown for other in others)


@given(DAYS)
def test_the_line_is_never_wrong_by_ten_people_and_never_rises_by_fewer(changes: list[int]) -> None:
    *before, today = history_of(changes)
    shown = shown_history(today, before)

    assert shown[-1] == today
    assert all(abs(after.total - point.total) >= 10 for point, after in itertools.pairwise(shown))
    assert all(point.total >= 10 for point in shown[:1] if point != today)
    for point in before:
        after = next(later for later in shown if later.day >= point.day)
        assert point.day < shown[0].day or abs(after.total - point.total) <= 9 or point in shown


def test_languages_that_are_safe_are_exact_and_the_others_look_alike() -> None:
    assert parts(300, {"en": 4, "fa": 189, "ps": 107}) == {"en": Withheld(), "fa": Exact(189), "ps": Withheld()}
    assert parts(212, {"en": 4, "fa": 200, "ps": 8}) == {"en": Few(), "fa": Exact(200), "ps": Few()}
    assert parts(205, {"en": 0, "fa": 203, "ps": 2}) == {"en": Few(), "fa": Most(195), "ps": Few()}
    assert parts(9, {"en": 0, "fa": 0, "ps": 9}) == dict.fromkeys(("en", "fa", "ps"), Few())
    assert parts(29, {"en": 0, "fa": 0, "ps": 29}) == dict.fromkeys(("en", "fa", "ps"), Withheld())
    assert parts(7, {"en": 7}) == {"en": Exact(7)}


def test_topics_that_few_or_nearly_all_get_are_not_exact() -> None:
    assert choices(100, {1: 0, 2: 9, 3: 10, 4: 90, 5: 91, 6: 100}) == {
        1: Few(),
        2: Few(),
        3: Exact(10),
        4: Exact(90),
        5: Most(90),
        6: Most(90),
    }


def test_figures_counted_at_different_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="count both"):
        parts(10, {"en": 3, "fa": 6})
    with pytest.raises(ValueError, match="count both"):
        choices(10, {1: 11})


@pytest.mark.parametrize("totals", [range(10, 45)])
def test_nobody_can_derive_how_few_chose_all_topics_or_a_topic(totals: Iterable[int]) -> None:
    """The first number counts those who chose all topics. Everybody else chose one or both of two topics."""
    for total in totals:
        lists = defaultdict(list)
        for everything in range(total + 1):
            others = total - everything
            for first, second in itertools.product(range(others + 1), repeat=2):
                if first + second >= others:
                    shown = topic_choices(total, {ALL_TOPICS: everything, 1: first, 2: second})
                    lists[tuple(shown.values())].append((everything, first, second))
        for alike in lists.values():
            for place in range(3):
                numbers = {counts[place] for counts in alike}

                assert len(numbers) != 1 or 10 <= min(numbers) <= total - 10, (total, alike, place)
            without = {total - everything - first for everything, first, _ in alike}
            assert len(without) != 1 or min(without) >= 10, (total, alike)


def test_people_who_chose_all_topics_are_not_counted_in_each_topic() -> None:
    shown = topic_choices(1000, {ALL_TOPICS: 600, 1: 50, 2: 380})

    assert shown == {ALL_TOPICS: Exact(600), 1: Exact(50), 2: Exact(380)}
    assert topic_choices(1000, {ALL_TOPICS: 600, 1: 50, 2: 395})[2] == Most(390)


def test_a_week_is_rounded_and_leaves_out_today() -> None:
    days = [DayChanges(TODAY - timedelta(ago), 12, 3, ago == 1) for ago in range(20)]
    week = week_before(TODAY, days)

    assert (week.joined, week.left, week.blocked) == (Exact(80), Exact(20), Few())
    assert week_before(TODAY, []).joined == Few()
