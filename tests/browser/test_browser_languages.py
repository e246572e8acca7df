"""A campaign that the command `new` writes, used in a real browser in all languages of the locales, at 360 pixels."""

import argparse
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from bot.cli.new_campaign import write_new_campaign
from bot.cli.parser import parser
from content.loading.load import load_matcher
from content.model import Lang
from content.paths import LOCALES
from content.search.matcher import Matcher
from tests.support.bot_and_playground import at_work, playground_alone
from tests.support.browser import bubble, key, open_chat, press_start, say, shot, visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

LANGUAGES = sorted(path.stem for path in LOCALES.glob("*.yaml"))
# A word that is in no sample text, in every language.
UNKNOWN = {
    "ar": "كسكس",
    "de": "Spätzle",
    "en": "pancakes",
    "fa": "پیتزا",
    "fr": "crêpes",
    "ps": "کلچې",
    "uk": "вареники",
}


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    folder = tmp_path_factory.mktemp("campaign") / "lake"
    options: argparse.Namespace = parser().parse_args(
        ["new", str(folder), "--title", "Declaration for the Lake", "--languages", ",".join(LANGUAGES)]
    )
    assert list(write_new_campaign(options))
    return load_matcher(folder)


async def is_within_the_window(page: Page) -> bool:
    """Return whether nothing on the page can be scrolled to the side."""
    width: int = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return width <= 0


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_language_has_its_screens(browser: Browser, tmp_path: Path, matcher: Matcher, lang: str) -> None:
    campaign = matcher.campaign
    book, first = campaign.phrasebooks[Lang(lang)], campaign.clauses[1]
    async with (
        playground_alone(tmp_path) as place,
        at_work(place, matcher=matcher),
        visit(browser, width=360, height=740) as page,
    ):
        person = await place.newcomer(lang)
        await open_chat(page, place.playground.url, person.id, bot="declaration_bot")
        await press_start(page)
        await key(page, book.say("button.read")).wait_for()
        await shot(page, f"start-{lang}")
        await say(page, "/help")
        await bubble(page, book.say("help.title")).wait_for()
        await shot(page, f"help-{lang}")
        await say(page, book.language.number(1))
        await bubble(page, first.texts[Lang(lang)][:30]).wait_for()
        await shot(page, f"clause-{lang}")
        await say(page, UNKNOWN[lang])
        await bubble(page, book.say("answer.nothing", first=1, last=campaign.numbered_clause_count)[:40]).wait_for()
        await shot(page, f"nothing-{lang}")
        await say(page, "/subscribe")
        await bubble(page, book.say("panel.hint")[:20]).wait_for()
        await shot(page, f"panel-{lang}")

        text = page.locator(".message").last.locator("[dir=auto]", has_text=book.say("panel.hint")[:20])
        direction = await text.first.evaluate("element => getComputedStyle(element).direction")
        assert direction == ("rtl" if book.language.rtl else "ltr")
        assert await is_within_the_window(page)
