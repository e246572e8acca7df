"""Times that admins type: words, digits and dates as people write them, in every language of the product."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.broadcast.authoring.timing.time_choices import chosen_time, time_choices
from bot.broadcast.authoring.timing.time_words import ALL_WORDS
from bot.broadcast.authoring.timing.typed_time import TimeError, parse_time
from bot.flows import time_format
from content.calendars import WEEKDAYS
from content.loading.phrases.locales import describe_language
from content.loading.phrases.phrasebooks import build_phrasebooks
from content.model import Edition
from content.paths import LOCALES
from content.screens.reader import Reader
from storage.subscriptions.subscriber import ZONES
from tests.support.bot_and_playground import CAMPAIGN

NOW = datetime(2026, 11, 24, 20, tzinfo=UTC).timestamp()
LOCALE_NAMES = sorted(path.stem for path in LOCALES.glob("*.yaml"))
LANGUAGES = [describe_language(lang) for lang in sorted(LOCALE_NAMES, key=lambda name: name != "en")]


def read(text: str, zone: str = "UTC", now: float = NOW) -> str:
    """Return the time that `text` means, in UTC, or why it means none."""
    at = parse_time(text, zone, now, LANGUAGES)
    return at.value if isinstance(at, TimeError) else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("21:00", "2026-11-24 21:00"),
        ("18:00", "2026-11-25 18:00"),  # it is 20:00 now
        ("9pm", "2026-11-24 21:00"),
        ("tomorrow 6pm", "2026-11-25 18:00"),
        ("6 p.m. tomorrow", "2026-11-25 18:00"),
        ("Tomorrow at 9", "2026-11-25 09:00"),
        ("12 am", "2026-11-25 00:00"),
        ("29.11.2026 18:00", "2026-11-29 18:00"),
        ("29.11. 18:00", "2026-11-29 18:00"),
        ("18:00 29/11", "2026-11-29 18:00"),
        ("3.1. 18:00", "2027-01-03 18:00"),
        ("29 November 2026, 18:00", "2026-11-29 18:00"),
        ("Nov 29 6:30 pm", "2026-11-29 18:30"),
        ("2026-11-29T18:00", "2026-11-29 18:00"),
        ("2026-12-01 18:00:00", "2026-12-01 18:00"),
        (" 2026.12.1  18:00 ", "2026-12-01 18:00"),
        ("٢٠٢٦/١٢/١ ١٨:٠٠", "2026-12-01 18:00"),
        ("۱۸:۰۰", "2026-11-25 18:00"),
        ("فردا ساعت ۹", "2026-11-25 09:00"),
        ("فردا ۶ شام", "2026-11-25 18:00"),
        ("۱۴۰۵/۹/۱۰ ۱۸:۰۰", "2026-12-01 18:00"),
        ("۱۰ قوس ۱۸:۰۰", "2026-12-01 18:00"),
        ("سبا ۹ بجې", "2026-11-25 09:00"),
        ("سبا ماښام ۶", "2026-11-25 18:00"),
        ("morgen um 9 Uhr", "2026-11-25 09:00"),
        ("demain à 18h30", "2026-11-25 18:30"),
        ("غدا الساعة ٩ صباحا", "2026-11-25 09:00"),
        ("завтра о 18:00", "2026-11-25 18:00"),
    ],
)
def test_a_time_is_read_as_people_write_it(text: str, meaning: str) -> None:
    assert read(text) == meaning


@pytest.mark.parametrize(
    ("text", "zone", "why"),
    [
        *(
            (text, "UTC", "form")
            for text in (
                "",
                "tomorrow",
                "midnight",
                "18",
                "10.12",
                "1405",
                "2027",
                "13 pm",
                "24:00",
                "7:60",
                "18:00 x",
            )
        ),
        *((text, "UTC", "form") for text in ("2026-13-01 10:00", "30.2.2027 10:00", "0000-12-01 10:00", "9" * 200)),
        ("today 19:59", "UTC", "past"),
        ("2026-11-24 19:59", "UTC", "past"),
        ("2029-01-01 10:00", "UTC", "far"),
        ("2027-03-28 02:30", "Europe/Berlin", "gap"),
    ],
)
def test_an_unusable_time_has_a_reason(text: str, zone: str, why: str) -> None:
    assert read(text, zone) == why


def test_the_zone_decides_what_today_is() -> None:
    assert read("today 0:30", "Asia/Kabul") == "past"
    assert read("tomorrow 0:30", "Asia/Kabul") == "2026-11-25 20:00"  # it is half past midnight there


@pytest.mark.parametrize("lang", LOCALE_NAMES)
def test_a_time_that_the_bot_writes_can_be_typed_in_every_language(lang: str) -> None:
    language = describe_language(lang)
    edition = Edition(language.code, "Lake", "", is_official=True)
    books = build_phrasebooks({language.code: language}, {language.code: edition}, {})
    reader = Reader(replace(CAMPAIGN, languages={language.code: language}, phrasebooks=books), language.code)
    at = datetime(2026, 12, 1, 13, 30, tzinfo=UTC).timestamp()

    for write in (time_format.format_moment, time_format.format_moment_with_weekday):
        assert parse_time(write(reader, at, zone=0), ZONES[0], NOW, [language]) == at


@pytest.mark.parametrize("lang", LOCALE_NAMES)
def test_every_language_has_words_for_typed_times(lang: str) -> None:
    words = describe_language(lang).time_words

    assert words.keys() == ALL_WORDS
    assert len(words["numbers"]) == 12
    assert all(words[day] for day in WEEKDAYS)
    assert read(f"{words['tomorrow'][0]} 9:30") == "2026-11-25 09:30"


@given(st.text(max_size=30) | st.text("0123456789:./ apmt", max_size=20), st.sampled_from(ZONES))
def test_any_typed_text_can_be_read(text: str, zone: str) -> None:
    at = parse_time(text, zone, NOW, LANGUAGES)

    assert isinstance(at, TimeError) or at > NOW


@pytest.mark.parametrize(
    ("hour", "keys"), [(12, ["in_an_hour", "today_at", "tomorrow_at"]), (19, ["in_an_hour", "tomorrow_at"])]
)
def test_the_usual_times_are_offered_and_mean_the_day_that_they_show(hour: int, keys: list[str]) -> None:
    now = datetime(2026, 11, 24, hour, tzinfo=UTC).timestamp()
    choices = list(time_choices("UTC", now))
    next_day = now + 86400
    last = chosen_time(choices[-1].action, "UTC", next_day)

    assert [choice.key for choice in choices] == keys
    assert chosen_time("at.hour", "UTC", now) == now + 3600
    assert last == datetime(2026, 11, 25, 9, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("action", ["at", "at.x", "at.1.99", "at.99999999999.9", "now", "at.0.9"])
def test_other_actions_mean_no_time(action: str) -> None:
    assert chosen_time(action, "UTC", NOW) is None
