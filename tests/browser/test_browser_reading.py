"""Reading the declaration from the real bot in a real browser: in English, and in Dari from right to left."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from content.model import ClauseId, Lang
from tests.support.bot_and_playground import CAMPAIGN, DARI, ENGLISH, bot_and_playground
from tests.support.browser import bubble, key, open_chat, press_start, say, shot, visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def read(page: Page, lang: Lang) -> None:
    """Read the declaration from START to the last clause, with the buttons that a new reader presses."""
    phrase = CAMPAIGN.phrasebooks[lang].say
    await press_start(page)
    await key(page, phrase("button.read")).click()
    await key(page, CAMPAIGN.clauses[0].titles[lang]).click()
    for clause in CAMPAIGN.clauses:
        await bubble(page, clause.texts[lang][:40]).wait_for()
        shown = await page.locator(".message").last.inner_text()
        assert _on_one_line(clause.texts[lang]) in _on_one_line(shown)
        if clause is not CAMPAIGN.clauses[-1]:
            await key(page, phrase("button.next")).click()


def _on_one_line(text: str) -> str:
    """Return a text with single spaces instead of line breaks."""
    return " ".join(text.split())


@pytest.mark.parametrize(("reader", "lang"), [(ENGLISH, "en"), (DARI, "fa")])
async def test_the_declaration_is_read_to_its_end(browser: Browser, tmp_path: Path, reader: int, lang: str) -> None:
    async with bot_and_playground(tmp_path) as place, visit(browser, width=400, height=760) as page:
        await open_chat(page, place.playground.url, reader, bot="declaration_bot")
        await page.get_by_text(CAMPAIGN.phrasebooks[Lang(lang)].say("description").split("\n")[0]).wait_for()
        await read(page, Lang(lang))
        await shot(page, f"declaration-{lang}")
        text = page.locator(".message").last.locator(
            "[dir=auto]", has_text=CAMPAIGN.clauses[-1].texts[Lang(lang)][:20]
        )
        direction = await text.first.evaluate("element => getComputedStyle(element).direction")

    assert direction == ("rtl" if lang == "fa" else "ltr")


async def test_questions_are_answered_and_a_clause_is_shared(browser: Browser, tmp_path: Path) -> None:
    """A Dari question typed on an Arabic keyboard, a typo, an off-topic question, an inline share."""
    dari, english = CAMPAIGN.phrasebooks[Lang("fa")].say, CAMPAIGN.phrasebooks[Lang("en")].say
    clause_8 = CAMPAIGN.clause_by_id[ClauseId("8")]
    async with bot_and_playground(tmp_path) as place, visit(browser, width=400, height=760) as page:
        await open_chat(page, place.playground.url, DARI, bot="declaration_bot")
        await press_start(page)
        await say(page, "مكتب دختران")
        await key(page, dari("button.whole_clause")).wait_for()
        assert clause_8.titles[Lang("fa")] in await page.locator(".message").last.inner_text()
        await shot(page, "answer-fa")
        await key(page, dari("button.whole_clause")).click()
        await bubble(page, dari("clause.position", number=8, total=11)).wait_for()
        await say(page, "santions")
        await bubble(page, "Clause 9").wait_for()
        await shot(page, "answer-typo")
        await say(page, "austria visa")
        await bubble(page, english("answer.nothing", first=1, last=11)).wait_for()
        await shot(page, "answer-nothing")
        await page.fill(".field-text", "@declaration_bot زنان")
        await page.locator(".suggestion").first.click()
        await bubble(page, CAMPAIGN.editions[Lang("fa")].title).wait_for()
        await shot(page, "answer-shared")
