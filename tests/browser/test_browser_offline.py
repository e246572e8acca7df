"""The web page of the whole text in a real browser without a network, and the way to it in the chat."""

from functools import partial
from pathlib import Path

import pytest
from playwright.async_api import Browser, Request

from bot.export.web_page import web_page
from content.model import Lang
from tests.support.bot_and_playground import CAMPAIGN, DARI, bot_and_playground
from tests.support.browser import bubble, key, open_chat, press_start, shot, visit
from tests.support.exported_files import DOCUMENTS, RIGHT_TO_LEFT

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
CUT = """() => [...document.querySelectorAll("body *")].filter(element => {
  const { left, right } = element.getBoundingClientRect();
  return left < 0 || right > innerWidth || element.scrollWidth > element.clientWidth + 1 && element.clientWidth;
}).map(element => element.outerHTML.slice(0, 80))"""


def _record(addresses: list[str], request: Request) -> None:
    addresses.append(request.url)


async def test_the_page_opens_without_a_network_in_every_language_and_nothing_is_cut(
    browser: Browser, tmp_path: Path
) -> None:
    (file := tmp_path / "text.html").write_bytes(web_page(list(DOCUMENTS.values())))
    for lang, scheme in (("en", "light"), ("fa", "dark"), ("ps", "light")):
        context = await browser.new_context(viewport={"width": 360, "height": 740}, offline=True)
        page, requests = await context.new_page(), list[str]()
        page.on("request", partial(_record, requests))
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await page.goto(f"{file.as_uri()}#{lang}-4")
        section = page.locator(f"#{lang}")

        assert requests == [file.as_uri()]
        assert await page.evaluate(CUT) == []
        assert await page.evaluate("document.documentElement.scrollWidth") == 360
        direction = await section.evaluate("element => getComputedStyle(element).direction")
        assert direction == ("rtl" if lang in RIGHT_TO_LEFT else "ltr")
        background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (background == "rgb(255, 255, 255)") == (scheme == "light")
        shown = " ".join((await section.inner_text()).split())
        assert all(" ".join(clause.texts[Lang(lang)].split()) in shown for clause in CAMPAIGN.clauses)
        await shot(page, f"offline-page-{lang}")
        await context.close()


async def test_a_reader_takes_the_page_along_from_the_contents(browser: Browser, tmp_path: Path) -> None:
    phrase = CAMPAIGN.phrasebooks[Lang("fa")].say
    async with bot_and_playground(tmp_path) as place, visit(browser, width=360, height=760) as page:
        await open_chat(page, place.playground.url, DARI, bot="declaration_bot")
        await press_start(page)
        await key(page, phrase("button.read")).click()
        await key(page, phrase("offline.button")).click()
        await bubble(page, phrase("offline.title")).wait_for()
        await shot(page, "offline-choice-fa")
        await key(page, phrase("offline.html_button")).click()
        await page.get_by_text("text.html", exact=True).wait_for()
        await shot(page, "offline-sent-fa")
