"""A subscriber in a real browser chooses a weekly digest, and gets the announcements of the week together."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page

from content.calendars import WEEKDAYS
from content.model import Phrasebook
from storage.subscriptions.subscriber import Digest
from tests.support.announcement_admins import Clock, TwoAdmins, two_admins
from tests.support.browser import bubble, key, open_chat, press_start, shot, visit
from tests.support.person import Person
from tests.support.subscriptions import BOOKS, EN, stored_subscriber

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
ZONE, HOUR = "Europe/London", 18
FIRST, SECOND = "We meet on Friday at noon.", "The hall is closed: we meet outside."


def in_three_days(clock: Clock) -> datetime:
    """Return the hour of the digest three days from now."""
    day = datetime.fromtimestamp(clock(), ZoneInfo(ZONE)) + timedelta(days=3)
    return day.replace(hour=HOUR, minute=0, second=0, microsecond=0)


async def choose_weekly_digest(page: Page, book: Phrasebook, weekday: int) -> None:
    await key(page, book.say("button.subscribe")).click()
    await bubble(page, book.say("panel.joined")).wait_for()
    await key(page, book.say("arrival.button")).click()
    await key(page, book.say("arrival.pick_weekly")).click()
    await bubble(page, book.say("arrival.choose_weekday")).wait_for()
    await key(page, book.language.time_words[WEEKDAYS[weekday]][0]).click()
    await bubble(page, book.say("arrival.late")).wait_for()
    await key(page, book.language.number(f"{HOUR}:00")).click()
    await bubble(page, book.say("panel.hint")).wait_for()


async def got_nothing_yet(admins: TwoAdmins, reader: Person) -> bool:
    texts = str(await reader.messages())
    await admins.writer.sees("Sent to everybody who gets announcements at once.")
    return FIRST not in texts and SECOND not in texts


async def test_a_weekly_digest_is_chosen_and_brings_two_announcements_together(
    browser: Browser, tmp_path: Path
) -> None:
    book = BOOKS[EN]
    async with two_admins(tmp_path) as admins, visit(browser, width=360, height=760) as page:
        reader, due = await admins.place.newcomer("en"), in_three_days(admins.clock)
        await open_chat(page, admins.place.playground.url, reader.id, bot="declaration_bot")
        await press_start(page)
        await choose_weekly_digest(page, book, due.weekday())
        stored = await stored_subscriber(admins.place, reader)
        assert stored
        assert stored.digest == Digest(HOUR, due.weekday(), ZONE)
        await shot(page, "digest-chosen-en")
        for text in (FIRST, SECOND):
            await admins.begin_sending(text)
            assert await got_nothing_yet(admins, reader)

        admins.clock.ahead = due.timestamp() - admins.clock() + admins.clock.ahead + 1
        await bubble(page, SECOND).wait_for()
        await shot(page, "digest-arrived-en")
        texts = [message["text"] for message in await reader.messages() if message.get("text") in (FIRST, SECOND)]
        assert texts == [FIRST, SECOND]
