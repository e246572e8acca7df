"""Feedback in a real browser on a narrow phone: a person writes, an admin answers, and the person reads it."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from content.model import Lang
from tests.support.bot_and_playground import CAMPAIGN, at_work, playground_alone
from tests.support.browser import bubble, key, open_chat, press_start, say, shot, visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
TEXTS = {
    "en": ("The well in our village is dry. See https://example.org/well, ask @somebody", "We have read it."),
    "fa": ("چاه قریهٔ ما خشک است. ببینید: https://example.org/well و @somebody", "پیام شما را خواندیم. تشکر."),
    "ps": ("زموږ د کلي څاه وچه ده. وګورئ: https://example.org/well او @somebody", "ستاسو پیغام مو ولوست. مننه."),
}


def beginning(lang: Lang, phrase: str) -> str:
    """Return a phrase up to its first placeholder."""
    return str(CAMPAIGN.phrasebooks[lang].phrases[phrase]).partition("{")[0].strip()


@pytest.mark.parametrize("lang", [Lang("en"), Lang("fa"), pytest.param(Lang("ps"), marks=pytest.mark.torture)])
async def test_a_person_writes_an_admin_answers_and_the_person_reads(
    browser: Browser, tmp_path: Path, lang: Lang
) -> None:
    phrase, (message, answer) = CAMPAIGN.phrasebooks[lang].say, TEXTS[lang]
    async with playground_alone(tmp_path) as place, visit(browser, width=360, height=760) as page:
        url = place.playground.url
        admin, person = await place.newcomer(lang), await place.newcomer(lang)
        async with at_work(place, ADMIN_IDS=str(admin.id), FEEDBACK="on"):
            await admin.start()
            await open_chat(page, url, person.id, bot="declaration_bot")
            await press_start(page)
            await key(page, phrase("feedback.button_open")).click()
            await bubble(page, phrase("feedback.about")[:40]).wait_for()
            await shot(page, f"feedback-warning-{lang}")
            await say(page, message)
            await bubble(page, phrase("feedback.preview_title")).wait_for()
            await shot(page, f"feedback-preview-{lang}")
            await key(page, phrase("feedback.button_ask")).click()
            await bubble(page, beginning(lang, "feedback.sent_asking")).wait_for()
            await shot(page, f"feedback-sent-{lang}")

            await open_chat(page, url, admin.id, bot="declaration_bot")
            received = bubble(page, message)
            await received.wait_for()
            assert await received.locator("a").count() == 0, "a link or a mention can be tapped"
            await shot(page, f"feedback-admin-{lang}")
            await key(page, phrase("feedback_team.button_answer")).click()
            await bubble(page, beginning(lang, "feedback_team.write")).wait_for()
            await say(page, answer)
            await key(page, phrase("feedback_team.button_send")).wait_for()
            await shot(page, f"feedback-admin-preview-{lang}")
            await key(page, phrase("feedback_team.button_send")).click()
            await bubble(page, beginning(lang, "feedback_team.answer_delivered")).wait_for()

            await open_chat(page, url, person.id, bot="declaration_bot")
            await bubble(page, phrase("feedback.answer_title")).wait_for()
            await say(page, "/mydata")
            await bubble(page, beginning(lang, "feedback.stored")).wait_for()
            await shot(page, f"feedback-answer-{lang}")
