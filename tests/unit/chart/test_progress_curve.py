"""The chart of a broadcast's progress: what it and its caption say, what they hide, and how it looks."""

import itertools
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.broadcast.progress import progress_chart, summary_text
from bot.broadcast.progress.progress_view import ProgressView
from bot.chart import draw
from bot.chart.axis import hour_ticks
from bot.chart.canvas import BLUE
from bot.chart.progress_curve import ProgressCurve
from bot.chart.serialization import decode, encode
from content.model import Lang
from content.screens.reader import Reader
from content.screens.screen import CAPTION_LIMIT, units
from storage.deliveries.broadcast_state import JobReason, Status, Work
from storage.deliveries.timeline import Timeline
from storage.subscriptions.subscriber import ZONES
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.chart_pixels import (
    border_is_white,
    count,
    halves,
    inked,
    missing_glyphs,
    near,
    opened,
    rows_in,
    texts,
)
from tests.support.finished_broadcasts import BEGUN, Stretch, finished_broadcast

HOUR = 3600.0
LANGUAGES = tuple(str(lang) for lang in CAMPAIGN.languages)
SHORT: list[Stretch] = [(40, 30)]
LONG: list[Stretch] = [(HOUR, 28)]
TWO_DAYS: list[Stretch] = [(20 * HOUR, 30), (10 * HOUR, 0), (18 * HOUR, 29)]
COURSES = (SHORT, LONG, TWO_DAYS)


def reader(lang: str = "en") -> Reader:
    return Reader(CAMPAIGN, Lang(lang))


def curve(lang: str, stretches: list[Stretch], *, refused: float = 0.0, unknown: float = 0.0) -> ProgressCurve:
    course, view = finished_broadcast(stretches, refused=refused, unknown=unknown)
    return progress_chart.build_curve(reader(lang), view, course)


def words(course: Timeline | None, view: ProgressView, lang: str = "en") -> str:
    return summary_text.summary(reader(lang), view, course, (view.progress.ended or 0) + 5).text


def hours(chart: ProgressCurve) -> list[str]:
    return [tick.label for tick in chart.clock]


# What it says


def test_ticks_are_seconds_quarters_of_an_hour_or_half_days() -> None:
    assert hours(curve("en", SHORT)) == ["18:00:00\n2026-12-01", "18:00:10", "18:00:20", "18:00:30", "18:00:40"]
    assert hours(curve("fa", LONG)) == ["۱۸:۰۰\n۲۰۲۶/۱۲/۰۱", "۱۸:۱۵", "۱۸:۳۰", "۱۸:۴۵", "۱۹:۰۰"]
    assert hours(curve("en", TWO_DAYS)) == ["00:00\n2026-12-02", "12:00", "00:00\n2026-12-03", "12:00"]


@given(st.floats(0, 4e9), st.floats(2, 400 * 86400), st.sampled_from(ZONES))
def test_any_duration_has_one_to_five_round_hours_of_its_zone(begun: float, seconds: float, zone: str) -> None:
    shown = hour_ticks(begun, seconds, zone, CAMPAIGN.languages[Lang("en")])

    assert 1 <= len(shown) <= 5
    for hour in shown:
        assert -0.001 <= hour.at <= seconds + 0.001
        moment = datetime.fromtimestamp(round(begun + hour.at), ZoneInfo(zone))
        first = hour.label.split("\n")[0]
        assert first in (f"{moment:%H:%M:%S}", f"{moment:%H:%M}", f"{moment:%Y-%m-%d}")
    assert "\n" in shown[0].label or len(shown[0].label) == 10


def test_a_pause_is_flat() -> None:
    _, *points = curve("en", TWO_DAYS).sent.points
    flat = [(a[0], b[0]) for a, b in itertools.pairwise(points) if a[1] == b[1]]

    assert len(flat) == 1
    assert flat[0] == pytest.approx((20 * HOUR, 30 * HOUR), abs=2100)


def test_failures_are_drawn_only_where_they_can_be_seen() -> None:
    none, few, many = (curve("en", LONG, refused=share, unknown=share) for share in (0.0, 0.002, 0.1))

    assert none.refused is none.unknown is few.refused is few.unknown is None
    assert many.refused
    assert many.unknown
    assert many.refused.name == "Refused by Telegram: 10,080"
    assert many.refused.points[-1] == (HOUR, 10080)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("stretches", COURSES)
@pytest.mark.parametrize("is_everyone", [True, False])
def test_the_caption_says_what_the_chart_shows_and_fits(
    lang: str, stretches: list[Stretch], is_everyone: bool
) -> None:
    course, view = finished_broadcast(stretches, refused=0.1, unknown=0.1, is_everyone=is_everyone)
    shown, caption = progress_chart.build_curve(reader(lang), view, course), words(course, view, lang)

    assert shown.sent.name in caption
    assert shown.note in caption
    for strand in (shown.refused, shown.unknown):
        assert strand is None or strand.name in caption
    assert units(caption) < CAPTION_LIMIT * 0.7
    if lang != "en":
        assert not set("0123456789") & set(
            caption + "".join(hours(shown)) + "".join(tick.label for tick in shown.scale)
        )


def test_duration_pause_and_rate_are_told_in_words() -> None:
    captions = [words(*finished_broadcast(stretches)) for stretches in COURSES]

    assert "Started: 2026-12-01 18:00 (Kabul)\nDuration: 40 seconds\nAbout 30 messages a second" in captions[0]
    assert "Duration: about 60 minutes\nAbout 28 messages a second" in captions[1]
    assert (
        "Duration: about 48 hours\nOf that, no progress for: about 10 hours\nAbout 29 messages a second"
        in captions[2]
    )
    assert "Of that, no progress for: 10 seconds\nAbout 30 messages a second" in words(
        *finished_broadcast([(20, 30), (10, 0), (20, 30)])
    )
    assert "About 6 messages a minute" in words(*finished_broadcast([(600, 0.1)]))


def test_the_moment_and_the_lost_course_are_told_without_a_rate() -> None:
    _, moment = finished_broadcast([(1, 30)])
    _, lost = finished_broadcast(SHORT)

    assert not moment.has_chart
    assert words(None, moment).endswith("Duration: a moment")
    assert words(None, lost).endswith("Duration: 40 seconds")


def test_nothing_sent_has_no_chart_and_a_stop_is_said() -> None:
    course, view = finished_broadcast([(0.5, 30), (HOUR, 0)], refused=1.0)
    jobs = {Work.SEND: replace(view.progress.jobs[Work.SEND], status=Status.OVER, reason=JobReason.STOPPED)}
    stopped = replace(view, progress=replace(view.progress, jobs=jobs))

    assert not view.has_chart
    assert "Stopped by an admin.\n\nSent: 0" in words(course, stopped)


# What it hides when only a part of the list was addressed


def part(stretches: list[Stretch], refused: int = 0, unknown: int = 0) -> tuple[Timeline, ProgressView]:
    """Return the course and view of a finished broadcast to a part of the list.

    At its end `refused` and `unknown` deliveries are added to the sent ones.
    """
    course, view = finished_broadcast(stretches, is_everyone=False)
    progress = view.progress
    claimed = progress.sent + refused + unknown
    return course, replace(view, progress=replace(progress, refused=refused, unknown=unknown, claimed=claimed))


def test_of_fewer_than_a_hundred_there_is_no_chart() -> None:
    assert not part([(99, 1)])[1].has_chart
    assert part([(100, 1)])[1].has_chart


@given(st.integers(0, 9), st.integers(0, 9))
@settings(deadline=None, max_examples=30)
def test_how_few_were_refused_or_unknown_changes_neither_chart_nor_words(refused: int, unknown: int) -> None:
    clean, other = part(SHORT), part(SHORT, refused, unknown)

    assert progress_chart.build_curve(reader(), clean[1], clean[0]) == progress_chart.build_curve(
        reader(), other[1], other[0]
    )
    assert words(*clean) == words(*other)


@given(st.lists(st.tuples(st.floats(1, 900), st.just(0.0) | st.floats(0.5, 60)), min_size=1, max_size=6))
@settings(deadline=None, max_examples=60)
def test_each_step_stands_for_ten_people_at_least_and_for_the_time_of_ten(stretches: list[Stretch]) -> None:
    course, view = finished_broadcast(stretches, is_everyone=False)
    if not view.has_chart:
        return
    shown = progress_chart.build_curve(reader(), view, course)
    times, shares = zip(*shown.sent.points, strict=True)

    assert set(shares) == set(range(0, 101, 10))
    assert list(times) == sorted(times)
    assert list(shares) == sorted(shares)
    assert all(view.progress.sent * share / 100 >= 10 for share in shares if share)
    assert all((at / max(course.width, 10 / 30)).is_integer() for at in times)
    assert (shown.refused, shown.unknown) == (None, None)
    for at, share in shown.sent.points:
        so_far = max(point.counts.sent for point in summary_text.points(view, course) if point.at <= at)
        assert so_far * 100 >= view.progress.sent * share, "it is never ahead"


def test_of_a_part_neither_seconds_nor_a_rate_are_told() -> None:
    caption = words(*part(SHORT))

    assert "Duration: less than a minute" in caption
    assert "a second" not in caption


# How it looks


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("stretches", COURSES)
def test_it_is_small_as_wide_as_a_phone_uncut_and_lacks_no_letter(lang: str, stretches: list[Stretch]) -> None:
    chart = curve(lang, stretches, refused=0.06, unknown=0.03)
    png = draw.png(chart)
    image = opened(png)

    assert len(png) < 40_000
    assert image.width == 1080
    assert 700 < image.height < 1100
    assert border_is_white(image)
    assert missing_glyphs("".join(texts(chart)).replace("\n", "")) == set()


@pytest.mark.parametrize(("lang", "begins_right"), [("en", False), ("fa", True), ("ps", True)])
def test_words_begin_where_reading_does_and_time_runs_to_the_right(lang: str, begins_right: bool) -> None:
    image = opened(draw.png(curve(lang, LONG)))
    left, right = map(count, halves(inked(image.crop((0, 0, 1080, 110)))))
    blue = near(image.crop((0, 220, *image.size)), BLUE)

    assert (right > left) == begins_right
    assert rows_in(blue, 300)[0] > rows_in(blue, 780)[0], "the line rises to the right"


def test_the_drawn_pause_is_level() -> None:
    blue = near(opened(draw.png(curve("ps", TWO_DAYS))).crop((0, 250, 1080, 800)), BLUE)
    columns = [rows_in(blue, column) for column in range(430, 555)]  # the pause is 20 h to 30 h of 48 h

    assert all(columns[0] == rows for rows in columns)
    assert 1 <= len(columns[0]) <= 7


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_survives_its_way_to_the_subprocess(lang: str) -> None:
    for refused in (0.0, 0.1):
        shown = curve(lang, SHORT, refused=refused)
        assert decode(encode(shown)) == shown


def test_of_a_part_of_the_list_it_is_drawn_too() -> None:
    course, view = part([(200, 30), (900, 0), (120, 30)])

    assert draw.png(progress_chart.build_curve(reader("fa"), view, course))
    assert view.progress.begun == BEGUN
