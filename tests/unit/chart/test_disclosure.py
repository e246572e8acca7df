"""The chart's figures: from all that an admin is shown, nobody can tell of one to nine people."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chart.disclosure import Amount, Exact, Few, Most, Point, Withheld, choices, line, parts

TODAY = date(2026, 11, 24)
Rule = Callable[[int, Mapping[int, int]], Mapping[int, Amount]]


def held_apart(total: int, groups: int) -> Iterator[tuple[int, ...]]:
    """Every way in which `total` people speak `groups` languages."""
    for bars in itertools.combinations(range(total + groups - 1), groups - 1):
        ends = (-1, *bars, total + groups - 1)
        yield tuple(after - before - 1 for before, after in itertools.pairwise(ends))


def told_apart(rule: Rule, total: int, lists: Iterable[tuple[int, ...]]) -> Iterator[list[tuple[int, ...]]]:
    """The lists, together those that look the same to an admin who even knows which group is at least as large."""
    alike = defaultdict(list)
    for counts in lists:
        alike[tuple(rule(total, dict(enumerate(counts))).values())].append(counts)
    for some in alike.values():
        for order in itertools.permutations(range(len(some[0]))):
            yield [counts for counts in some if sorted(counts) == [counts[one] for one in order]]


@pytest.mark.parametrize(("languages", "totals"), [(2, range(10, 60)), (3, range(10, 60)), (4, (10, 40, 47))])
def test_no_language_or_languages_together_of_fewer_than_ten_can_be_derived(
    languages: int, totals: Iterable[int]
) -> None:
    some = [which for size in range(1, languages) for which in itertools.combinations(range(languages), size)]
    for total in totals:
        for alike in told_apart(parts, total, held_apart(total, languages)):
            for which in some:
                sums = {sum(counts[one] for one in which) for counts in alike}

                assert len(sums) != 1 or min(sums) >= 10, (total, alike, which)


@pytest.mark.parametrize(("topics", "totals"), [(2, range(10, 60)), (3, range(10, 29))])
def test_no_topic_with_or_without_fewer_than_ten_can_be_derived(topics: int, totals: Iterable[int]) -> None:
    for total in totals:
        everybody = itertools.product(range(total + 1), repeat=topics)
        for alike in told_apart(choices, total, (counts for counts in everybody if sum(counts) >= total)):
            for topic in range(topics):
                found = {counts[topic] for counts in alike}

                assert len(found) != 1 or 10 <= min(found) <= total - 10, (total, alike, topic)


@given(st.lists(st.integers(0, 9) | st.integers(0, 40) | st.integers(0, 5000), min_size=2, max_size=6))
def test_each_language_of_fewer_than_ten_could_as_well_be_another_figure(spoken: list[int]) -> None:
    total, counts = sum(spoken), dict(enumerate(spoken))
    shown = parts(total, counts)
    for one, n in counts.items():
        if n < 10 <= total:
            others = [
                counts | {one: n + step, other: counts[other] - step} for other in counts for step in (1, -1, n)
            ]
            real = [some for some in others if sum(some.values()) == total and min(some.values()) >= 0]

            assert not isinstance(shown[one], Exact)
            assert isinstance(shown[one], Withheld) or any(parts(total, some) == shown for some in real)


DAYS = st.lists(st.integers(-30, 30) | st.integers(-9, 9) | st.integers(-2000, 3000), min_size=1, max_size=40)


def list_of(changes: list[int]) -> list[Point]:
    """Day by day up to today; the list was empty before."""
    totals = itertools.accumulate(changes, lambda total, change: max(0, total + change), initial=0)
    return [Point(TODAY - timedelta(len(changes) - day), total) for day, total in enumerate(totals)][1:]


@given(DAYS)
def test_each_change_of_a_day_by_fewer_than_ten_could_as_well_be_another_figure(changes: list[int]) -> None:
    *before, today = list_of(changes)
    shown = line(today, before)
    history = [Point(today.day - timedelta(len(changes)), 0), *before, today]
    for day, (earlier, later) in enumerate(itertools.pairwise(history)):
        if before and 1 <= abs(later.total - earlier.total) <= 9:
            others = [
                [*before[:place], replace(before[place], total=before[place].total + step), *before[place + 1 :]]
                for place in (day - 1, day)
                for step in (1, -1)
                if 0 <= place < len(before) and before[place].total + step >= 0
            ]

            assert any(line(today, other) == shown for other in others)


@given(DAYS)
def test_the_line_is_never_wrong_by_ten_people_and_never_rises_by_fewer(changes: list[int]) -> None:
    *before, today = list_of(changes)
    shown = line(today, before)

    assert shown[-1] == today
    assert all(abs(after.total - point.total) >= 10 for point, after in itertools.pairwise(shown))
    assert all(point.total >= 10 for point in shown[:1] if point != today)
    for point in before:
        after = next(one for one in shown if one.day >= point.day)
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
