"""An announcement with a post in the channel, in a real browser: chosen, posted, edited and withdrawn."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from content.model import Lang
from tests.support.bot_and_playground import CAMPAIGN, BotAndPlayground, at_work, playground_alone
from tests.support.browser import bubble, key, open_chat, press_start, say, shot, visit
from tests.support.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

Phrase = Callable[..., str]
CHANNEL, SLOW = -1002778, 60_000  # the channel's id; milliseconds


@pytest.mark.parametrize("lang", ["en", "fa"])
async def test_a_post_in_the_channel_is_chosen_made_edited_and_withdrawn(
    browser: Browser, tmp_path: Path, lang: str
) -> None:
    phrase = CAMPAIGN.phrasebooks[Lang(lang)].say
    async with playground_alone(tmp_path) as place, visit(browser, width=360, height=800) as page:
        page.set_default_timeout(SLOW)
        writer, other = await place.newcomer(lang), await place.newcomer(lang)
        async with at_work(place, ADMIN_IDS=f"{writer.id},{other.id}"):
            await other.start()
            await open_chat(page, place.playground.url, writer.id, bot="declaration_bot")
            await press_start(page)
            await name_channel(page, phrase("channel.button_show"), phrase("channel.button_name"))
            await bubble(page, phrase("channel.ready")).wait_for()
            await shot(page, f"channel-named-{lang}")

            await write(page, phrase, "We meet on Friday at noon.")
            await key(page, phrase("channel.button_also")).click()
            await key(page, "English").click()
            await key(page, phrase("button.chosen", label="English")).wait_for()
            await shot(page, f"channel-chosen-{lang}")
            await key(page, phrase("button.back")).click()
            await key(page, phrase("button.check")).click()
            await key(page, phrase("button.ask_approval")).click()
            await other.press_under(phrase("broadcast.question"), phrase("button.confirm"))
            await bubble(page, phrase("progress.ended")).wait_for()
            await shot(page, f"channel-report-{lang}")
            await open_chat(page, place.playground.url, writer.id, chat=CHANNEL)
            await bubble(page, "We meet on Friday at noon.").wait_for()
            assert not await page.locator(".key").count()
            assert not await page.locator(".field-text").is_visible()
            await shot(page, f"channel-post-{lang}")

            await edit(page, place, writer, other, phrase)
            await open_chat(page, place.playground.url, writer.id, chat=CHANNEL)
            await bubble(page, "We meet on Friday at one.").wait_for()
            await withdraw_without_right(page, place, writer, phrase, lang)


async def name_channel(page: Page, show: str, name: str) -> None:
    await say(page, "/team")
    await key(page, show).click()
    await key(page, name).click()
    await say(page, "@campaign_channel")


async def write(page: Page, phrase: Phrase, text: str) -> None:
    await say(page, "/broadcast")
    await key(page, "English").click()
    await asyncio.sleep(0.5)
    await say(page, text)
    await key(page, phrase("button.chosen", label="English")).wait_for()


async def edit(page: Page, place: BotAndPlayground, writer: Person, other: Person, phrase: Phrase) -> None:
    """Change the text of the announcement in the browser; the other admin approves it."""
    await open_chat(page, place.playground.url, writer.id, bot="declaration_bot")
    await key(page, phrase("button.edit")).click()
    await key(page, phrase("button.chosen", label="English")).click()
    await asyncio.sleep(0.5)
    await say(page, "We meet on Friday at one.")
    await key(page, phrase("button.check")).click()
    await key(page, phrase("button.ask_approval")).click()
    await other.press_under(phrase("broadcast.question_edit"), phrase("button.confirm_edit"))
    async with asyncio.timeout(60):
        while "at one" not in str(place.playground.state.messages(CHANNEL)):
            await asyncio.sleep(0.05)


async def withdraw_without_right(
    page: Page, place: BotAndPlayground, writer: Person, phrase: Phrase, lang: str
) -> None:
    """Take the right away, withdraw the announcement, read what to do, do it, and try again."""
    await writer.post(f"chats/{CHANNEL}/rights", rights=[])
    await open_chat(page, place.playground.url, writer.id, bot="declaration_bot")
    await key(page, phrase("button.recall")).click()
    await key(page, phrase("button.sure_recall")).click()
    await key(page, phrase("button.channel_retry")).wait_for()
    await shot(page, f"channel-refused-{lang}")
    await writer.post(f"chats/{CHANNEL}/rights", rights=["can_post_messages"])
    await key(page, phrase("button.channel_retry")).click()
    await bubble(page, phrase("channel.is_deleted")).wait_for()
    assert place.playground.state.messages(CHANNEL) == []
