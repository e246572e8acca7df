"""The canvas of charts: values fall on their pixels, and text is fitted, joined and ordered."""

import hashlib
import itertools
import math
from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.chart import draw, typesetting
from bot.chart.axis import Tick
from bot.chart.canvas import BLUE, INNER, WIDTH, Canvas, Pen
from bot.chart.plot_area import PlotArea, Point, dashes
from bot.chart.stats_chart import StatsChart
from tests.support.chart_pixels import count, inked, missing_glyphs, near, opened, widths_of_runs

PASHTO = "ټډړږښځڅڼېۍئګپچژکگیآأؤءۀةهيىےلا۰۱۲۳۴۵۶۷۸۹٬٪،؛؟«»:/()\u200c\u200f"
LATIN = "AZaz09.,:;-–—/()%!?’“”…ÄÖÜäöüßçéèêñıİşŞğĞ"
SCALE, DAYS = [Tick(0, "0"), Tick(50, "50"), Tick(100, "100")], [Tick(0, "a"), Tick(10, "b")]


def width(text: str, size: float = 30) -> float:
    return typesetting.text_width(text, size, is_rtl=False)


# Graphs


def test_a_line_passes_its_points_and_rises_upwards() -> None:
    values = [(0, 10), (3, 80), (4, 80), (10, 100)]
    canvas = Canvas(500, is_rtl=False)
    canvas.down(20)
    area = canvas.plot_area(300, SCALE, DAYS, domain=(0, 10))
    canvas.line(area.pixels(values), Pen(BLUE, 6))
    blue = near(opened(canvas.png()), BLUE)

    for x, y in area.pixels(values):
        assert blue.getpixel((min(round(x), WIDTH - 1), round(y))) == 255
    assert area.y(100) < area.y(10)
    assert area.x(10) > area.x(0)


@pytest.mark.parametrize("is_rtl", [False, True])
def test_the_scale_stands_where_reading_begins_and_time_runs_to_the_right(is_rtl: bool) -> None:
    area = Canvas(500, is_rtl).plot_area(300, SCALE, DAYS, domain=(0, 10))

    assert (area.left > WIDTH - area.right) == (not is_rtl)
    assert area.x(0) == area.left
    assert area.x(10) == area.right


def test_a_single_day_stands_in_the_middle() -> None:
    area = PlotArea(left=100, top=0, width=200, height=50, first=7, last=7, highest=10)

    assert area.x(7) == 200


LENGTHS = st.floats(1, 50)
LINES = st.lists(st.tuples(st.floats(0, 900), st.floats(0, 500)), min_size=2, max_size=12)


def length(points: Sequence[Point]) -> float:
    return sum(math.dist(start, end) for start, end in itertools.pairwise(points))


@given(LINES, LENGTHS, LENGTHS)
def test_dashes_cover_their_share_of_a_line_and_begin_with_it(line: list[Point], dash: float, gap: float) -> None:
    assume(all(math.dist(start, end) > 0.01 for start, end in itertools.pairwise(line)))
    cut = list(dashes(line, dash, gap))
    whole, rest = divmod(length(line), dash + gap)

    assert cut[0][0] == line[0]
    assert all(length(part) <= dash + 1e-6 for part in cut)
    assert sum(map(length, cut)) == pytest.approx(whole * dash + min(rest, dash), abs=1e-3)


def test_a_bar_is_solid_then_hatched_then_empty() -> None:
    canvas = Canvas(120, is_rtl=False)
    canvas.bar(12, 0.5, 0.25)
    blue = near(opened(canvas.png()), BLUE)
    left, middle, right = (
        count(blue.crop((60 + int(INNER * begin), 54, 60 + int(INNER * end), 66))) / (INNER * (end - begin) * 12)
        for begin, end in ((0.01, 0.49), (0.51, 0.74), (0.76, 0.99))
    )

    assert left == pytest.approx(1, abs=0.01)
    assert 0.1 < middle < 0.6
    assert right == 0


# Text


def test_the_font_is_the_one_whose_charts_were_looked_at() -> None:
    """Google's build 2.012. After a change, look at charts in all three languages before this digest is changed."""
    assert hashlib.sha256(typesetting.FONT.read_bytes()).hexdigest().startswith("252629ca0e87b6233851249b8cbf7b43")


def test_the_font_has_the_letters_of_three_scripts() -> None:
    assert missing_glyphs(PASHTO + LATIN) == set()


def test_texts_in_greek_and_cyrillic_letters_have_a_font_of_their_own() -> None:
    assert missing_glyphs("Передплатники 12 ґєїі Συνδρομητές") == set()
    assert missing_glyphs("中ж") == {"中"}


def test_a_missing_letter_would_be_found() -> None:
    assert missing_glyphs("a中") == {"中"}


def test_text_that_fits_keeps_its_size() -> None:
    assert typesetting.fit("short", 30, 500, is_rtl=False) == ("short", 30)


def test_text_that_is_a_little_too_wide_gets_smaller() -> None:
    text = "a name that is a little too wide"
    fitted, size = typesetting.fit(text, 30, width(text) * 0.8, is_rtl=False)

    assert fitted == text
    assert typesetting.SMALLEST < size < 30


@pytest.mark.parametrize("text", ["a very long name " * 20, "د طالبانو د مخالفانو یووالی " * 20])
def test_text_that_is_far_too_wide_is_cut_and_stays_legible(text: str) -> None:
    fitted, size = typesetting.fit(text, 30, 400, is_rtl=False)

    assert fitted.endswith("…")
    assert text.startswith(fitted[:-1])
    assert size == typesetting.SMALLEST
    assert 300 < width(fitted, size) <= 400


@given(st.lists(st.text("abcdefghij", min_size=1, max_size=9), max_size=40))
def test_wrapping_loses_no_word_and_no_line_is_too_wide(words: list[str]) -> None:
    lines = typesetting.wrap(" ".join(words), 30, 300, is_rtl=False)

    assert " ".join(lines).split() == words
    assert all(width(line) <= 300 for line in lines)


def title_runs(text: str, is_rtl: bool = True) -> list[int]:
    canvas = Canvas(200, is_rtl)
    canvas.down(40)
    canvas.write(text, 46)
    return widths_of_runs(inked(opened(canvas.png())))


def test_letters_are_joined_and_run_from_right_to_left() -> None:
    joined, alef = title_runs("ا سسسس")

    assert alef < 15 < joined


def test_figures_in_dari_run_from_left_to_right() -> None:
    one_width, six_width = title_runs("۱۶")

    assert one_width < six_width


def test_a_date_in_dari_keeps_its_order_between_words() -> None:
    """The year, whose figures are all wide, stays left of the narrow month."""
    runs = title_runs("۲۴۶۸/۱۱")

    assert min(runs[:4]) > max(runs[-2:])


@pytest.mark.parametrize("is_rtl", [False, True])
def test_a_latin_word_in_dari_stays_left_to_right(is_rtl: bool) -> None:
    last_letter_is_m, last_letter_is_i = title_runs("iM", is_rtl)[-1], title_runs("Mi", is_rtl)[-1]

    assert last_letter_is_m > last_letter_is_i


def test_without_fribidi_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.features.check", lambda feature: feature != "raqm")
    chart = StatsChart(rtl=False, title="", points=(), ends=(), scale=(), sections=(), note="")

    with pytest.raises(draw.TextLayoutMissing, match="apt install libfribidi0"):
        draw.png(chart)
