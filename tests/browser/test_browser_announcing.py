"""Announcing in a real browser: written in two languages, previewed, sent to three people, watched, taken back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from content.model import Lang
from tests.support.bot_and_playground import CAMPAIGN, at_work, empty_town
from tests.support.browser import bubble, chromium, key, open_chat, press_start, say, shot, visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SLOW = 60_000  # milliseconds: a chat gets a message a second, and a preview is many


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as one:
        yield one


@pytest.mark.parametrize("lang", ["en", "fa"])
async def test_an_announcement_is_written_sent_watched_and_taken_back(
    browser: Browser, tmp_path: Path, lang: str
) -> None:
    word = CAMPAIGN.phrasebooks[Lang(lang)].say
    async with empty_town(tmp_path) as place, visit(browser, width=420, height=900) as page:
        page.set_default_timeout(SLOW)
        writer, other = await place.newcomer(lang), await place.newcomer(lang)
        async with at_work(place, ADMIN_IDS=f"{writer.id},{other.id}"):
            readers = [await place.newcomer(one) for one in ("en", "fa", "ps")]
            for reader in readers:
                await reader.say("/subscribe")
            await other.start()
            await open_chat(page, place.box.url, writer.id, bot="declaration_bot")
            await press_start(page)
            await say(page, "/broadcast")
            for name, text in (("English", "We meet on Friday at noon."), ("دری", "روز جمعه ساعت ۱۲ گرد هم می‌آییم.")):
                await key(page, name).click()
                await bubble(page, word("broadcast.send_text", language=name)).wait_for()
                await say(page, text)
                await key(page, word("button.chosen", label=name)).wait_for()
            await shot(page, f"announce-panel-{lang}")
            await key(page, word("button.preview")).click()
            await bubble(page, word("broadcast.notice")).wait_for()
            await key(page, word("button.check")).click()
            await key(page, word("button.send_now")).wait_for()
            await shot(page, f"announce-check-{lang}")
            await key(page, word("button.send_now")).click()
            question = word("broadcast.question")
            await other.press_under(question, word("button.confirm"))
            await bubble(page, word("progress.ended")).wait_for()
            await shot(page, f"announce-report-{lang}")

            assert word("progress.sent", amount=CAMPAIGN.languages[Lang(lang)].number(3)) in (
                await bubble(page, word("progress.ended")).inner_text()
            )
            assert "Friday" in str(await readers[2].messages())

            await key(page, word("button.recall")).click()
            await key(page, word("button.sure_recall")).click()
            async with asyncio.timeout(60):
                while "Friday" in str([await reader.messages() for reader in readers]):
                    await asyncio.sleep(0.05)
            await bubble(page, word("progress.deleted")).wait_for()
            await shot(page, f"announce-recalled-{lang}")
            await open_chat(page, place.box.url, other.id, bot="declaration_bot")
            await bubble(page, question.split()[0]).wait_for()
            await shot(page, f"announce-other-{lang}")
            await open_chat(page, place.box.url, readers[1].id, bot="declaration_bot")
            assert await page.locator(".message", has_text="گرد هم می‌آییم").count() == 0
