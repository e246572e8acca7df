"""Copying a letter and listening to a recording, with the real bot in a real browser, in Dari."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from content.model import AddresseeId
from content.screens.copying.letters import letter_text
from content.screens.copying.plain_text import addressee_of
from content.screens.reader import Reader
from tests.integration.dispatch.test_listening import recorded
from tests.support.bot_and_playground import CAMPAIGN, DARI, MATCHER, at_work, bot_and_playground, playground_alone
from tests.support.browser import key, open_chat, press_start, shot, visit
from tests.support.subscriptions import BOOKS, FA

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

# Plays a sound; ends with its length in seconds, as soon as a part of it was heard.
PLAYED = """async (player) => {
  await player.play();
  while (player.currentTime < 0.2) await new Promise((resolve) => setTimeout(resolve, 20));
  return player.duration;
}"""


async def clipboard(page: Page) -> str:
    return str(await page.evaluate("navigator.clipboard.readText()"))


async def test_a_letter_and_its_subject_are_copied_with_one_press_each(browser: Browser, tmp_path: Path) -> None:
    reader, say = Reader(CAMPAIGN, FA), BOOKS[FA].say
    addressee = addressee_of(reader, AddresseeId("international"))
    assert addressee
    async with bot_and_playground(tmp_path) as place, visit(browser, width=360, height=720) as page:
        await open_chat(page, place.playground.url, DARI, bot="declaration_bot", start="demand-international")
        await press_start(page)
        for label in (say("button.pass_on"), say("letter.button")):
            await key(page, label).click()
        await key(page, say("letter.show", language=reader.language_name("fa"))).click()
        block = page.locator(".message").last.locator(".pre")
        await block.locator(".link").click()
        letter = await clipboard(page)
        direction = await block.locator("pre").evaluate("element => getComputedStyle(element).direction")
        await shot(page, "letter-fa")
        await key(page, say("letter.copy_subject")).click()
        await page.wait_for_function(
            "text => navigator.clipboard.readText().then(copied => copied === text)",
            arg=say("letter.subject", declaration=CAMPAIGN.editions[FA].title),
        )

    assert letter == letter_text(reader, addressee, FA)
    assert direction == "rtl"


async def test_a_recording_is_played_in_the_chat(browser: Browser, tmp_path: Path) -> None:
    matcher = replace(MATCHER, campaign=recorded(tmp_path, "4"))
    async with (
        playground_alone(tmp_path) as place,
        at_work(place, matcher=matcher),
        visit(browser, width=360, height=720) as page,
    ):
        await open_chat(page, place.playground.url, DARI, bot="declaration_bot", start="clause-4")
        await press_start(page)
        await key(page, BOOKS[FA].say("listen.button")).click()
        await page.locator(".message audio").wait_for()
        player = page.locator(".message audio").last
        duration = await player.evaluate(PLAYED)
        await shot(page, "voice-fa")

    assert 2.9 < duration < 3.1
