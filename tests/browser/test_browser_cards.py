"""A clause as a picture in a real browser: from the ways to share into the chat, and inline into a group."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from content.model import Lang
from tests.support.bot_and_playground import ADMIN, CAMPAIGN, GROUP, bot_and_playground
from tests.support.browser import key, open_chat, press_start, shot, visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_a_card_is_shown_in_the_chat_and_sent_into_a_group(browser: Browser, tmp_path: Path) -> None:
    say = CAMPAIGN.phrasebooks[Lang("en")].say
    async with bot_and_playground(tmp_path) as place, visit(browser, width=400, height=760) as page:
        await open_chat(page, place.playground.url, ADMIN, bot="declaration_bot", start="clause-4")
        await press_start(page)
        await key(page, say("button.pass_on")).click()
        await key(page, say("button.picture")).click()
        await key(page, say("card.dark")).wait_for()
        await shot(page, "card-in-chat")
        width = await page.locator(".message img").last.evaluate(
            "async image => (await image.decode(), image.naturalWidth)"
        )
        assert width == 1080

        await open_chat(page, place.playground.url, ADMIN, chat=GROUP)
        await page.fill(".field-text", "@declaration_bot women")
        await page.locator(".suggestion", has_text=say("button.picture")).click()
        await page.locator(".message img").last.wait_for()
        await shot(page, "card-in-group")
        shared = await page.locator(".message").last.inner_text()
        assert "via @declaration_bot" in shared
        assert "t.me" not in shared
