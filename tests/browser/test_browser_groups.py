"""A group in a real browser: short answers as replies in the topic, and answers that only one person sees."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from content.model import Lang
from tests.integration.groups.group_people import ask, declare_ephemeral, member_of_group
from tests.support.bot_and_playground import CAMPAIGN, GROUP, bot_and_playground
from tests.support.browser import key, open_chat, shot, visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest.mark.parametrize(
    ("lang", "question", "demands"),
    [
        ("en", "@declaration_bot what does it say on girls’ schools?", "/demands"),
        ("fa", "@declaration_bot مکتب دختران", "/demands"),
    ],
)
async def test_a_mention_is_answered_for_all_and_a_command_of_the_menu_for_one_person(
    browser: Browser, tmp_path: Path, lang: str, question: str, demands: str
) -> None:
    say = CAMPAIGN.phrasebooks[Lang(lang)].say
    async with (
        bot_and_playground(tmp_path) as place,
        visit(browser, width=360, height=760) as page,
        visit(browser, width=360, height=760) as other,
    ):
        member, neighbour = await member_of_group(place, lang, forum=True), await member_of_group(place, lang)
        declare_ephemeral(place, "demands")
        await open_chat(page, place.playground.url, member.id, chat=GROUP)
        await open_chat(other, place.playground.url, neighbour.id, chat=GROUP)
        await ask(member, question, message_thread_id=7)
        await key(page, say("button.open_private")).wait_for()
        answer = page.locator(".message").last
        assert question.removeprefix("@")[:20] in await answer.locator(".reply").inner_text()
        await shot(page, f"group-mention-{lang}")

        await page.fill(".field-text", demands)
        await page.keyboard.press("Enter")
        await expect(page.locator(".message.in", has_text="Only you see this")).to_have_count(1)
        await shot(page, f"group-only-you-{lang}")
        await expect(other.locator(".message")).to_have_count(2)
