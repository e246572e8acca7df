"""The day of two admins in a real browser on narrow phones: one writes in English, the other confirms in Dari."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page

from content.model import Lang
from tests.support.bot_and_playground import CAMPAIGN, BotAndPlayground, at_work, playground_alone
from tests.support.browser import attach, bubble, key, open_chat, press_start, say, shot, visit
from tests.support.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

ENGLISH, DARI = "We meet on Friday at noon.", "روز جمعه ساعت ۱۲ گرد هم می‌آییم."
SLOW = 60_000  # milliseconds
DARI_BOOK = CAMPAIGN.phrasebooks[Lang("fa")]


@dataclass
class Day:
    """The two admins at their phones, and a reader of each language."""

    writer: Page
    other: Page
    english: Person
    dari: Person

    async def request(self, name: str) -> None:
        """Let the writer ask for approval on the check page, whose screenshot is `name`."""
        await key(self.writer, "Ask for approval").wait_for()
        await shot(self.writer, f"day-check-{name}-en")
        await key(self.writer, "Ask for approval").click()
        await bubble(self.writer, "Waiting for another admin to confirm.").wait_for()

    async def approve(self, name: str, question: str, label: str) -> None:
        """Let the other admin approve with the button that begins with `label`; the screenshot is `name`."""
        await bubble(self.other, DARI_BOOK.say(question)).wait_for()
        await shot(self.other, f"day-question-{name}-fa")
        await self.other.locator(".key", has_text=DARI_BOOK.say(label, moment="").strip()).last.click()
        await bubble(self.other, DARI_BOOK.say("broadcast.you_confirmed")).wait_for()


@asynccontextmanager
async def two_phones(browser: Browser, folder: Path) -> AsyncIterator[tuple[BotAndPlayground, Day]]:
    """Yield the playground with a running bot, and the day of its two admins, who have pressed Start."""
    async with (
        playground_alone(folder, rate=10_000) as place,
        visit(browser, width=380, height=800) as writer,
        visit(browser, width=380, height=800) as other,
    ):
        people = [await place.newcomer(language) for language in ("en", "fa")]
        async with at_work(place, ADMIN_IDS=",".join(str(person.id) for person in people)):
            for page, person in zip((writer, other), people, strict=True):
                page.set_default_timeout(SLOW)
                await open_chat(page, place.playground.url, person.id, bot="declaration_bot")
                await press_start(page)
            readers = [await place.newcomer(language) for language in ("en", "fa")]
            for reader in readers:
                await reader.say("/subscribe")
            yield place, Day(writer, other, *readers)


async def test_the_day_of_two_admins_from_the_draft_to_the_withdrawal(browser: Browser, tmp_path: Path) -> None:
    async with two_phones(browser, tmp_path) as (_, day):
        writer = day.writer
        tomorrow = datetime.now(ZoneInfo("Asia/Kabul")) + timedelta(days=1)
        later = tomorrow + timedelta(days=1)

        # Two languages with one picture, scheduled for tomorrow.
        await say(writer, "/broadcast")
        await key(writer, "English").click()
        await bubble(writer, "Now send what those who read English").wait_for()
        await attach(writer, "Photo", caption=ENGLISH)
        await key(writer, "دری").click()
        await bubble(writer, "Now send what those who read Dari").wait_for()
        await say(writer, DARI)
        await bubble(writer, "For Dari: a photo, ").wait_for()
        await shot(writer, "day-draft-en")
        await key(writer, "When").click()
        await key(writer, "Tomorrow 09:00").wait_for()
        await shot(writer, "day-times-en")
        await key(writer, "Tomorrow 09:00").click()
        await key(writer, "Review and send").click()
        await day.request("new")
        await day.approve("new", "broadcast.question", "button.confirm_at")
        await bubble(writer, f"Will be sent: {tomorrow:%A, %Y-%m-%d} 09:00 (Kabul)").wait_for()

        # Found again, and edited.
        await say(writer, "/announcements")
        await key(writer, f"Scheduled, no. 1: {ENGLISH}").wait_for()
        await shot(writer, "day-list-en")
        await key(writer, f"Scheduled, no. 1: {ENGLISH}").click()
        await bubble(writer, "Will be sent").wait_for()
        await shot(writer, "day-scheduled-en")
        await key(writer, "Edit the text").click()
        await key(writer, "✓ English").click()
        await bubble(writer, "The text so far").wait_for()
        await say(writer, "We meet on Friday at one.")
        await key(writer, "Review and send").click()
        await day.request("text")
        await day.approve("text", "broadcast.question_scheduled", "button.confirm_edit")
        await bubble(writer, "is being changed for everyone").wait_for()

        # Another time, typed as a day of the week.
        await key(writer, "Change the time").click()
        await bubble(writer, "Choose a time, or write one").wait_for()
        await say(writer, f"{later:%A} 18:00")
        await day.request("time")
        await day.approve("time", "broadcast.question_time", "button.confirm_at")
        for page, book in ((writer, CAMPAIGN.phrasebooks[Lang("en")]), (day.other, DARI_BOOK)):
            moment = book.language.number("18:00")
            scheduled = book.say("progress.scheduled", moment="", zone="").split(":")[0]
            await page.locator(".message", has_text=scheduled).filter(has_text=moment).last.wait_for()
        await shot(day.other, "day-moved-fa")

        # Sent now, and watched.
        await key(writer, "Send now").click()
        await day.request("now")
        await day.approve("now", "broadcast.question_time", "button.confirm")
        await day.english.sees("We meet on Friday at one.")
        assert (await day.dari.sees(DARI))["photo"]
        await bubble(writer, "Sending has ended.").wait_for()
        await bubble(day.other, DARI_BOOK.say("progress.ended")).wait_for()
        await shot(writer, "day-report-en")
        await shot(day.other, "day-report-fa")

        # Changed everywhere.
        await key(writer, "Edit the text").click()
        await key(writer, "✓ دری").click()
        await bubble(writer, "The text so far").wait_for()
        await say(writer, DARI.replace("۱۲", "۱"))
        await key(writer, "Review and send").click()
        await day.request("sent")
        await day.approve("sent", "broadcast.question_edit", "button.confirm_edit")
        await day.dari.sees(DARI.replace("۱۲", "۱"))
        await bubble(writer, "Changes in every chat:").wait_for()
        await shot(writer, "day-changed-en")

        # Withdrawn.
        await key(writer, "Delete for everyone").click()
        await key(writer, "Yes, delete it everywhere").click()
        await bubble(writer, "Was deleted for everyone.").wait_for()
        await shot(writer, "day-withdrawn-en")
        await shot(day.other, "day-withdrawn-fa")
        async with asyncio.timeout(30):
            while "Friday at one" in str(await day.english.messages()):
                await asyncio.sleep(0.05)
        assert "گرد هم" not in str(await day.dari.messages())
