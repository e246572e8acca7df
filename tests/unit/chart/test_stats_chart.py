"""The chart of /stats as it is seen and made: in the admin's script, like its caption, and apart from the bot."""

import asyncio
import hashlib
import io
import itertools
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import psutil
import pytest
from matplotlib import image
from matplotlib.ft2font import FT2Font

from bot.chart import canvas, draw
from bot.chart.disclosure import Figures, Point, figures
from bot.chart.renderer import ChartFailed, ChartRenderer
from bot.chart.serialization import decoded, encoded
from bot.chart.stats_chart import Bar, Picture, caption_rows, picture
from content.loading.load import SHIPPED_CAMPAIGN, load_matcher
from content.model import Lang, Phrasebook

CAMPAIGN = load_matcher(SHIPPED_CAMPAIGN).campaign
LANGUAGES = tuple(str(lang) for lang in CAMPAIGN.languages)
TODAY = date(2026, 11, 24)
PASHTO = "ټډړږښځڅڼېۍئګپچژکگیآأؤءۀةهيىےلا۰۱۲۳۴۵۶۷۸۹،؛؟«»\u200c\u200f"


def book(lang: str) -> Phrasebook:
    return CAMPAIGN.phrasebooks[Lang(lang)]


def some_figures(total: int = 1268, days: int = 300) -> Figures:
    grown = [Point(TODAY - timedelta(days - day), total * day // days) for day in range(days)]
    topics = {topic.number: total * (1 + 2 * topic.number % 11) // 11 for topic in CAMPAIGN.topics}
    return figures(Point(TODAY, total), grown, topics, {"en": 7, "fa": total - 407, "ps": 400})


def some_picture(lang: str = "fa") -> Picture:
    return picture(some_figures(), CAMPAIGN, book(lang))


def titled(title: str) -> Picture:
    return replace(some_picture(), title=title, sections=(), note="")


# What it says


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_caption_says_every_word_and_figure_of_the_chart(lang: str) -> None:
    shown = some_picture(lang)
    rows = [(row.name, row.amount) for row in caption_rows(shown)]

    assert rows[0] == (shown.title, "")
    assert [(end.day.label, end.total.label) for end in shown.ends] == rows[1:3]
    for section in shown.sections:
        assert (section.heading, "") in rows
        assert {(bar.name, bar.amount) for bar in section.bars} <= set(rows)
    assert rows[-1] == (shown.note, "")
    assert sum(len(name.encode("utf-16")) // 2 + len(amount) + 2 for name, amount in rows) < 1024


@pytest.mark.parametrize("lang", ["fa", "ps"])
def test_dari_and_pashto_have_their_own_digits_everywhere(lang: str) -> None:
    said = encoded(some_picture(lang)).decode("unicode-escape")
    labels = [word for row in caption_rows(some_picture(lang)) for word in (row.name, row.amount)]

    assert not set("0123456789") & set("".join(labels))
    assert "۲۰۲۶/۱۱/۲۴" in said


def test_a_picture_survives_its_way_to_the_subprocess() -> None:
    for lang in LANGUAGES:
        assert decoded(encoded(some_picture(lang))) == some_picture(lang)


def test_bars_stand_in_the_campaigns_order_whatever_their_size() -> None:
    topics, languages = some_picture("en").sections

    assert [bar.name for bar in topics.bars] == [topic.names[Lang("en")] for topic in CAMPAIGN.topics]
    assert [bar.name for bar in languages.bars] == [language.name for language in CAMPAIGN.languages.values()]


def test_nothing_and_nine_are_drawn_alike() -> None:
    nobody, nine = (
        picture(figures(Point(TODAY, 100), [], {1: few, 2: 100}, {"fa": 100}), CAMPAIGN, book("en")) for few in (0, 9)
    )

    assert encoded(nobody) == encoded(nine)


# How it looks


def pixels(png: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    """Rows of columns of red, green and blue, from 0 to 1."""
    return image.imread(io.BytesIO(png), format="png")[:, :, :3]


def inked_runs(png: bytes) -> list[int]:
    """How wide the pieces of black ink are, from the left."""
    inked = (pixels(png)[:150].max(axis=2) < 0.5).any(axis=0)
    return [len(list(columns)) for is_inked, columns in itertools.groupby(inked) if is_inked]


def test_the_font_has_every_letter_of_every_label_and_of_pashto() -> None:
    own, latin = (set(FT2Font(path).get_charmap()) for path in (canvas.FONT, canvas.LATIN_FONT))
    for lang in LANGUAGES:
        said = "".join(word for row in caption_rows(some_picture(lang)) for word in (row.name, row.amount))
        names = "".join(topic.names[Lang(lang)] for topic in CAMPAIGN.topics)

        assert not [letter for letter in said + names if ord(letter) not in own | latin]
    assert not [letter for letter in PASHTO if ord(letter) not in own]


def test_the_font_is_the_one_that_was_looked_at() -> None:
    assert hashlib.sha256(canvas.FONT.read_bytes()).hexdigest().startswith("504d7407d86875acf7d04dfaa0fd7524")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_is_drawn_without_a_missing_letter(lang: str) -> None:
    assert draw.png(some_picture(lang))  # a missing letter is a warning, and a warning is an error here


def test_a_missing_letter_would_be_found() -> None:
    with pytest.warns(UserWarning, match="missing from font"):
        draw.png(titled("中"))


def test_letters_are_joined_and_run_from_right_to_left() -> None:
    alef, joined = inked_runs(draw.png(titled("ا سسسس")))[::-1]

    assert alef < 15 < joined


def test_figures_in_dari_run_from_left_to_right() -> None:
    one, six = inked_runs(draw.png(titled("۱۶")))

    assert one < six


@pytest.mark.parametrize(("lang", "begins_right"), [("en", False), ("fa", True), ("ps", True)])
def test_titles_and_bars_begin_where_reading_does(lang: str, begins_right: bool) -> None:
    drawn = pixels(draw.png(some_picture(lang)))
    half = drawn.shape[1] // 2
    title = drawn[:130].max(axis=2) < 0.5
    blue = abs(drawn[500:] - np.array([0, 0.447, 0.698])).max(axis=2) < 0.02

    for inked in (title, blue):
        assert (inked[:, half:].sum() > inked[:, :half].sum()) == begins_right


def test_a_list_of_nobody_and_a_list_of_today_alone_are_drawn() -> None:
    for total in (0, 7):
        shown = figures(Point(TODAY, total), [], {1: 0, 2: total}, {"en": 0, "fa": total})

        assert draw.png(picture(shown, CAMPAIGN, book("ps")))


def test_long_names_stay_on_the_sheet() -> None:
    long = Bar("د طالبانو د مخالفانو یووالی " * 6, "له ۱۰ څخه لږ " * 6, 0.5, 0.1)
    shown = some_picture()
    section = replace(shown.sections[0], bars=(long,))
    drawn = pixels(draw.png(replace(shown, sections=(section,))))

    assert drawn[:, :40].min() == drawn[:, -40:].min() == 1


# Apart from the bot


def test_a_drawing_takes_little_memory() -> None:
    waiting = "import resource, subprocess, sys; subprocess.run([sys.executable, '-m', 'bot.chart'], check=True)"
    told = "sys.stderr.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))"
    done = subprocess.run(
        [sys.executable, "-c", f"{waiting}; {told}"], input=encoded(some_picture()), capture_output=True, check=True
    )

    assert done.stdout.startswith(b"\x89PNG")
    assert int(done.stderr) < 150 * 1024  # KiB; measured: 78 MiB


async def test_one_picture_is_drawn_at_a_time() -> None:
    draughtsman = ChartRenderer()
    asked = [asyncio.create_task(draughtsman.drawn(some_picture())) for _ in range(2)]
    most = 0
    while not all(task.done() for task in asked):
        children = psutil.Process().children()
        most = max(most, sum(child.status() != psutil.STATUS_ZOMBIE for child in children))
        await asyncio.sleep(0.02)

    assert most == 1
    assert all(task.result() for task in asked)


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a shell's line in the place of Python."""

    def put(what: str) -> None:
        program = tmp_path / "python"
        program.write_text(f"#!/bin/sh\n{what}\n")
        program.chmod(stat.S_IRWXU)
        monkeypatch.setattr(sys, "executable", str(program))

    return put


async def test_a_drawing_that_takes_too_long_is_ended_and_said(broken: Callable[[str], None]) -> None:
    broken("exec sleep 60")

    with pytest.raises(ChartFailed, match=r"longer than 0\.2 s"):
        await ChartRenderer(deadline=0.2).drawn(some_picture())
    assert not psutil.Process().children()


async def test_whoever_gives_up_leaves_no_subprocess_behind(broken: Callable[[str], None]) -> None:
    broken("exec sleep 60")
    asked = asyncio.create_task(ChartRenderer().drawn(some_picture()))
    while not psutil.Process().children():
        await asyncio.sleep(0.01)
    asked.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asked
    assert not psutil.Process().children()


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("echo 'no such module' >&2; exit 3", "ended with 3: no such module"),
        ("echo this is no picture", "ended with 0: it said nothing"),
        ("kill -9 $$", "ended with -9"),
    ],
)
async def test_a_drawing_that_fails_is_said(broken: Callable[[str], None], what: str, said: str) -> None:
    broken(what)

    with pytest.raises(ChartFailed, match=said):
        await ChartRenderer().drawn(some_picture())


async def test_python_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    with pytest.raises(ChartFailed, match="did not start"):
        await ChartRenderer().drawn(some_picture())


async def test_the_subprocess_is_not_told_the_token(
    broken: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "12345:canary")
    broken("env | grep -c canary >&2; exit 1")

    with pytest.raises(ChartFailed, match=r": 0$"):
        await ChartRenderer().drawn(some_picture())


def test_the_bot_itself_imports_no_plotting_library() -> None:
    found = "sorted({'matplotlib', 'numpy', 'PIL'} & set(sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", f"import sys, bot.app, bot.chart.renderer, bot.chart.stats_chart; print({found})"],
        capture_output=True,
        check=True,
        text=True,
    )

    assert told.stdout == "[]\n"
