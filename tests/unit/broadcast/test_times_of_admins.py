"""Times as admins of several languages write them. The first sixty were written without a look at the parser."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.broadcast.authoring.timing.typed_time import TimeError, parse_time
from content.calendars import WEEKDAYS
from content.loading.phrases.locales import describe_language, shipped_locales

KABUL = ZoneInfo("Asia/Kabul")
NOW = datetime(2026, 11, 25, 10, tzinfo=KABUL)  # a Wednesday


def read(lang: str, text: str) -> str:
    """Return the day and the time in Kabul that `text` means to an admin who reads `lang`, or why it means none."""
    names = sorted(shipped_locales(), key=lambda name: name != lang)
    at = parse_time(text, KABUL.key, NOW.timestamp(), [describe_language(name) for name in names])
    return at.value if isinstance(at, TimeError) else f"{datetime.fromtimestamp(at, KABUL):%d %H:%M}"


# The day of November 2026 and the time.
SIXTY = [
    ("en", "18:00", "25 18:00"),
    ("en", "6pm", "25 18:00"),
    ("en", "6 p.m.", "25 18:00"),
    ("en", "6:30 pm", "25 18:30"),
    ("en", "tomorrow 9am", "26 09:00"),
    ("en", "tomorrow at 9", "26 09:00"),
    ("en", "Friday 18:00", "27 18:00"),
    ("en", "on Friday at 6pm", "27 18:00"),
    ("en", "Fri, 6 pm", "27 18:00"),
    ("en", "Monday morning at 9", "30 09:00"),
    ("en", "in 2 hours", "25 12:00"),
    ("en", "in 30 minutes", "25 10:30"),
    ("en", "in half an hour", "25 10:30"),
    ("en", "in an hour", "25 11:00"),
    ("en", "noon", "25 12:00"),
    ("en", "tomorrow at noon", "26 12:00"),
    ("en", "18.00", "25 18:00"),
    ("en", "18h30", "25 18:30"),
    ("en", "1800", "25 18:00"),
    ("en", "29 November 18:00", "29 18:00"),
    ("en", "Nov 29, 6pm", "29 18:00"),
    ("en", "29.11. 18:00", "29 18:00"),
    ("en", "29/11/2026 18:00", "29 18:00"),
    ("en", "2026-11-29 18:00", "29 18:00"),
    ("en", "tonight at 8", "25 20:00"),
    ("fa", "۱۸:۰۰", "25 18:00"),
    ("fa", "ساعت ۱۸", "25 18:00"),
    ("fa", "ساعت ۶ شام", "25 18:00"),
    ("fa", "فردا ساعت ۹ صبح", "26 09:00"),
    ("fa", "فردا ۹ صبح", "26 09:00"),
    ("fa", "جمعه ۱۸:۰۰", "27 18:00"),
    ("fa", "جمعه ساعت ۶ شام", "27 18:00"),
    ("fa", "روز جمعه ساعت ۱۸", "27 18:00"),
    ("fa", "شنبه ۹:۳۰ صبح", "28 09:30"),
    ("fa", "پنجشنبه ساعت ۸ شب", "26 20:00"),
    ("fa", "پنج‌شنبه ۲۰:۰۰", "26 20:00"),
    ("fa", "یک ساعت بعد", "25 11:00"),
    ("fa", "بعد از دو ساعت", "25 12:00"),
    ("fa", "۲ ساعت بعد", "25 12:00"),
    ("fa", "نیم ساعت بعد", "25 10:30"),
    ("fa", "۳۰ دقیقه بعد", "25 10:30"),
    ("fa", "فردا ساعت ۲ بعد از ظهر", "26 14:00"),
    ("fa", "۸ قوس ساعت ۱۸", "29 18:00"),
    ("fa", "امشب ساعت ۸", "25 20:00"),
    ("fa", "ساعت شش شام", "25 18:00"),
    ("fa", "چاشت", "25 12:00"),
    ("fa", "پس‌فردا ساعت ۱۰ صبح", "27 10:00"),
    ("ps", "۱۸ بجې", "25 18:00"),
    ("ps", "د ماښام ۶ بجې", "25 18:00"),
    ("ps", "سبا ۹ بجې", "26 09:00"),
    ("ps", "سبا سهار ۹ بجې", "26 09:00"),
    ("ps", "نن ماښام ۶ بجې", "25 18:00"),
    ("ps", "جمعه ۱۸:۰۰", "27 18:00"),
    ("ps", "د جمعې په ورځ ۱۸:۰۰", "27 18:00"),
    ("ps", "شنبه سهار ۹ بجې", "28 09:00"),
    ("ps", "یو ساعت وروسته", "25 11:00"),
    ("ps", "۲ ساعته وروسته", "25 12:00"),
    ("ps", "۳۰ دقیقې وروسته", "25 10:30"),
    ("ps", "غرمه ۱۲ بجې", "25 12:00"),
    ("ps", "پنجشنبه د شپې ۸ بجې", "26 20:00"),
]
OTHERS = [
    ("de", "Freitag 18 Uhr", "27 18:00"),
    ("de", "am Freitag um sechs Uhr abends", "27 18:00"),
    ("de", "in einer Stunde", "25 11:00"),
    ("fr", "vendredi 18h", "27 18:00"),
    ("fr", "demain à 18 heures 30", "26 18:30"),
    ("fr", "dans deux heures", "25 12:00"),
    ("uk", "пʼятниця 18:00", "27 18:00"),
    ("uk", "у п'ятницю о 18:00", "27 18:00"),
    ("uk", "через 2 години", "25 12:00"),
    ("ar", "الجمعة ١٨:٠٠", "27 18:00"),
    ("ar", "يوم الجمعة الساعة السادسة مساءً", "27 18:00"),
    ("fa", "یک شنبه ۹ صبح", "29 09:00"),
    ("fa", "ساعت شش و نیم شام", "25 18:30"),
    ("fa", "ساعت ۶ و ۳۰ دقیقه شام", "25 18:30"),
    ("ps", "د جمعې د ماښام شپږ بجې", "27 18:00"),
    ("en", "Friday 27 November 18:00", "27 18:00"),
    ("en", "Wednesday 09:00", "02 09:00"),  # it is ten o'clock on a Wednesday
    ("en", "Wednesday 11:00", "25 11:00"),
    ("en", "in 2 hours 30 minutes", "25 12:30"),
]
UNCLEAR = [
    *("next Friday 18:00", "Friday 28 November 18:00", "Friday Saturday 18:00", "tomorrow tonight at 8", "Saturday"),
    *("midnight", "12 at night", "ساعت ۱۲ شب", "2 hours", "in 2 days", "2026", "10.12", "6-7pm", "18:00 19:00"),
    *("half past six", "6pm Kabul time", "11/29 6pm"),
]


@pytest.mark.parametrize(("lang", "text", "meaning"), SIXTY + OTHERS)
def test_a_time_means_what_its_writer_meant(lang: str, text: str, meaning: str) -> None:
    assert read(lang, text) == meaning


@pytest.mark.parametrize("text", UNCLEAR)
def test_a_time_with_more_than_one_meaning_is_refused(text: str) -> None:
    assert read("en", text) == "form"


@pytest.mark.parametrize("lang", shipped_locales())
def test_every_day_of_the_week_is_read_in_every_language(lang: str) -> None:
    days = [30, 1, 2, 26, 27, 28, 29]  # from Monday; nine o'clock has passed on this Wednesday
    words = describe_language(lang).time_words

    for name, day in zip(WEEKDAYS, days, strict=True):
        assert [read(lang, f"{word} 09:00") for word in words[name]] == [f"{day:02} 09:00"] * len(words[name])
