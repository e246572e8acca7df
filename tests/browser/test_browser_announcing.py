"""An announcement in a real browser: written in two languages, previewed, sent, monitored and recalled."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser

from content.model import Lang
from tests.support.bot_and_playground import CAMPAIGN, at_work, playground_alone
from tests.support.browser import bubble, key, open_chat, press_start, say, shot, visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SLOW = 60_000  # milliseconds; a chat gets one message a second, and a preview has many


@pytest.mark.parametrize("lang", ["en", "fa"])
async def test_an_announcement_is_written_sent_monitored_and_recalled(
    browser: Browser, tmp_path: Path, lang: str
) -> None:
    book = CAMPAIGN.phrasebooks[Lang(lang)]
    phrase = book.say
    async with playground_alone(tmp_path) as place, visit(browser, width=420, height=900) as page:
        page.set_default_timeout(SLOW)
        writer, other = await place.newcomer(lang), await place.newcomer(lang)
        async with at_work(place, ADMIN_IDS=f"{writer.id},{other.id}"):
            readers = [await place.newcomer(language) for language in ("en", "fa", "ps")]
            for reader in readers:
                await reader.say("/subscribe")
            await other.start()
            await open_chat(page, place.playground.url, writer.id, bot="declaration_bot")
            await press_start(page)
            await say(page, "/broadcast")
            for code, name, text in (
                ("en", "English", "We meet on Friday at noon."),
                ("fa", "دری", "روز جمعه ساعت ۱۲ گرد هم می‌آییم."),
            ):
                await key(page, name).click()
                await bubble(
                    page,
                    phrase("broadcast.send_text", language=book.language.name_of(CAMPAIGN.languages[Lang(code)])),
                ).wait_for()
                await say(page, text)
                await key(page, phrase("button.chosen", label=name)).wait_for()
            await shot(page, f"announce-panel-{lang}")
            await key(page, phrase("button.preview")).click()
            await bubble(page, phrase("broadcast.notice")).wait_for()
            await key(page, phrase("button.check")).click()
            await key(page, phrase("button.ask_approval")).wait_for()
            await shot(page, f"announce-check-{lang}")
            await key(page, phrase("button.ask_approval")).click()
            question = phrase("broadcast.question")
            await other.press_under(question, phrase("button.confirm"))
            await bubble(page, phrase("progress.ended")).wait_for()
            await shot(page, f"announce-report-{lang}")

            assert phrase("progress.sent", amount=CAMPAIGN.languages[Lang(lang)].number(3)) in (
                await bubble(page, phrase("progress.ended")).inner_text()
            )
            assert "Friday" in str(await readers[2].messages())

            await key(page, phrase("button.recall")).click()
            await key(page, phrase("button.sure_recall")).click()
            async with asyncio.timeout(60):
                while "Friday" in str([await reader.messages() for reader in readers]):
                    await asyncio.sleep(0.05)
            await bubble(page, phrase("progress.deleted")).wait_for()
            await shot(page, f"announce-recalled-{lang}")
            await open_chat(page, place.playground.url, other.id, bot="declaration_bot")
            await bubble(page, question.split()[0]).wait_for()
            await shot(page, f"announce-other-{lang}")
            await open_chat(page, place.playground.url, readers[1].id, bot="declaration_bot")
            assert await page.locator(".message", has_text="گرد هم می‌آییم").count() == 0
