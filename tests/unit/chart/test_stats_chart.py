"""The chart of /stats: in the admin's script, with the same words as its caption, drawn by a subprocess."""

import asyncio
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import psutil
import pytest

from bot.chart import draw
from bot.chart.canvas import BLUE
from bot.chart.disclosure import Figures, Point, figures
from bot.chart.drawing_process import DrawingFailed
from bot.chart.renderer import ChartRenderer
from bot.chart.serialization import decode, encode
from bot.chart.stats_chart import Bar, StatsChart, build_chart, caption_rows, short_caption
from content.model import Lang, Phrasebook
from tests.support.chart_pixels import border_is_white, count, halves, inked, missing_glyphs, near, opened, texts
from tests.support.shipped_campaign import CAMPAIGN

LANGUAGES = tuple(str(lang) for lang in CAMPAIGN.languages)
TODAY = date(2026, 11, 24)


def book(lang: str) -> Phrasebook:
    return CAMPAIGN.phrasebooks[Lang(lang)]


def some_figures(total: int = 1268, days: int = 300) -> Figures:
    grown = [Point(TODAY - timedelta(days - day), total * day // days) for day in range(days)]
    topics = {topic.number: total * (1 + 2 * topic.number % 11) // 11 for topic in CAMPAIGN.topics}
    return figures(Point(TODAY, total), grown, topics, {"en": 7, "fa": total - 407, "ps": 400})


def some_chart(lang: str = "fa", shown: Figures | None = None) -> StatsChart:
    return build_chart(shown or some_figures(), CAMPAIGN, book(lang))


# What it says


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_caption_says_every_word_and_figure_of_the_chart(lang: str) -> None:
    chart = some_chart(lang)
    rows = [(row.name, row.amount) for row in caption_rows(chart)]

    assert rows[0] == (chart.title, "")
    assert {(end.day.label, end.total.label) for end in chart.ends} <= set(rows)
    assert [(row.name, row.amount) for row in short_caption(chart)] == rows[: len(chart.week) + 1]
    for section in chart.sections:
        assert (section.heading, "") in rows
        assert {(bar.name, bar.amount) for bar in section.bars} <= set(rows)
    assert rows[-1] == (chart.note, "")
    assert sum(len(name.encode("utf-16")) // 2 + len(amount) + 2 for name, amount in rows) < 1024


@pytest.mark.parametrize("lang", ["fa", "ps"])
def test_dari_and_pashto_have_their_own_digits_everywhere(lang: str) -> None:
    drawn = list(texts(some_chart(lang)))

    assert not set("0123456789") & set("".join(drawn))
    assert "۲۰۲۶/۱۱/۲۴" in drawn


def test_a_chart_survives_its_way_to_the_subprocess() -> None:
    for lang in LANGUAGES:
        assert decode(encode(some_chart(lang))) == some_chart(lang)


def test_bars_stand_in_the_campaigns_order_whatever_their_size() -> None:
    topics, languages = some_chart("en").sections

    assert [bar.name for bar in topics.bars] == [topic.names[Lang("en")] for topic in CAMPAIGN.topics]
    assert [bar.name for bar in languages.bars] == ["English", "Dari", "Pashto"]


def test_nothing_and_nine_are_drawn_alike() -> None:
    nobody, nine = (some_chart("en", figures(Point(TODAY, 100), [], {1: few, 2: 100}, {"fa": 100})) for few in (0, 9))

    assert encode(nobody) == encode(nine)


# How it looks


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("total", "days"), [(7, 1), (60, 4), (1268, 300), (1_234_567, 700)])
def test_nothing_is_cut_off_and_no_letter_is_missing(lang: str, total: int, days: int) -> None:
    chart = some_chart(lang, some_figures(total, days))
    image = opened(draw.png(chart))

    assert (image.width, image.height >= 1350) == (1080, True)
    assert border_is_white(image)
    assert missing_glyphs("".join(texts(chart))) == set()


@pytest.mark.parametrize(("lang", "begins_right"), [("en", False), ("fa", True), ("ps", True)])
def test_titles_and_bars_begin_where_reading_does(lang: str, begins_right: bool) -> None:
    image = opened(draw.png(some_chart(lang)))
    title, bars = inked(image.crop((0, 0, 1080, 130))), near(image.crop((0, 500, 1080, image.height)), BLUE)

    for mask in (title, bars):
        left, right = map(count, halves(mask))
        assert (right > left) == begins_right


def test_a_list_of_nobody_and_a_list_of_today_alone_are_drawn() -> None:
    for total in (0, 7):
        nobody_or_few = figures(Point(TODAY, total), [], {1: 0, 2: total}, {"en": 0, "fa": total})

        assert draw.png(some_chart("ps", nobody_or_few))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_long_names_and_amounts_stay_in_the_picture_and_apart(lang: str) -> None:
    long = Bar("د طالبانو د مخالفانو یووالی " * 6, "له ۱۰ څخه لږ " * 6, 0.5, 0.1)
    chart = some_chart(lang)
    image = opened(draw.png(replace(chart, sections=(replace(chart.sections[0], bars=(long,)),))))
    text = inked(image.crop((0, 490, 1080, 545)))
    gap = (352, 0, 368, text.height) if chart.rtl else (712, 0, 728, text.height)  # a name has 650 of 960 pixels

    assert border_is_white(image)
    assert count(text) > 1000
    assert count(text.crop(gap)) == 0


# Apart from the bot


def test_drawing_takes_little_memory() -> None:
    draws = "import resource, subprocess, sys; subprocess.run([sys.executable, '-m', 'bot.chart'], check=True)"
    reports = "sys.stderr.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))"
    process = subprocess.run(
        [sys.executable, "-c", f"{draws}; {reports}"], input=encode(some_chart()), capture_output=True, check=True
    )

    assert process.stdout.startswith(b"\x89PNG")
    assert int(process.stderr) < 100 * 1024  # KiB; measured: 70 MiB


async def test_one_chart_is_drawn_at_a_time() -> None:
    renderer = ChartRenderer()
    tasks = [asyncio.create_task(renderer.render(some_chart())) for _ in range(2)]
    most = 0
    while not all(task.done() for task in tasks):
        children = psutil.Process().children()
        most = max(most, sum(child.status() != psutil.STATUS_ZOMBIE for child in children))
        await asyncio.sleep(0.02)

    assert most == 1
    assert all(task.result() for task in tasks)


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that puts a line of shell in the place of Python."""

    def put(line: str) -> None:
        program = tmp_path / "python"
        program.write_text(f"#!/bin/sh\n{line}\n")
        program.chmod(stat.S_IRWXU)
        monkeypatch.setattr(sys, "executable", str(program))

    return put


async def test_a_subprocess_that_takes_too_long_is_ended_and_reported(broken: Callable[[str], None]) -> None:
    broken("exec sleep 60")

    with pytest.raises(DrawingFailed, match=r"longer than 0\.2 s"):
        await ChartRenderer(deadline=0.2).render(some_chart())
    assert not psutil.Process().children()


async def test_a_cancelled_task_leaves_no_subprocess_behind(broken: Callable[[str], None]) -> None:
    broken("exec sleep 60")
    task = asyncio.create_task(ChartRenderer().render(some_chart()))
    while not psutil.Process().children():
        await asyncio.sleep(0.01)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert not psutil.Process().children()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("echo 'no such module' >&2; exit 3", "ended with 3: no such module"),
        ("echo this is no picture", "wrote no picture"),
        ("kill -9 $$", "ended with -9"),
    ],
)
async def test_a_subprocess_that_fails_is_reported(broken: Callable[[str], None], line: str, message: str) -> None:
    broken(line)

    with pytest.raises(DrawingFailed, match=message):
        await ChartRenderer().render(some_chart())


async def test_a_missing_python_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    with pytest.raises(DrawingFailed, match="did not start"):
        await ChartRenderer().render(some_chart())


async def test_the_subprocess_is_not_told_the_token(
    broken: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "12345:canary")
    broken("env | grep -c canary >&2; exit 1")

    with pytest.raises(DrawingFailed, match=r": 0$"):
        await ChartRenderer().render(some_chart())


def test_the_bot_itself_imports_no_imaging_library() -> None:
    is_imported = "'PIL' in sys.modules"
    process = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys, bot.app, bot.chart.renderer, bot.chart.stats_chart; print({is_imported})",
        ],
        capture_output=True,
        check=True,
        text=True,
    )

    assert process.stdout == "False\n"
