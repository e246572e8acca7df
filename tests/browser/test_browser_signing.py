"""The page for checking works in a real browser without network, and agrees with the bot about every text."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from bot.signing import page as page_package
from bot.signing import signature
from bot.signing.handover import handover_texts
from bot.signing.page.build import LIBRARY_SHA256, build_page
from bot.signing.plain_form import normalized, plain_form
from content.model import Lang
from tests.support.browser import bubble, key, open_chat, say, shot, visit
from tests.support.signing import (
    DARI_TEXT,
    DAY,
    ENGLISH_TEXT,
    FORGERIES,
    INVISIBLE,
    KEY,
    ON_THE_WAY,
    OTHER_KEY,
    PIECE,
    RFC_8032,
    SIGNING_CAMPAIGN,
    signed,
)
from tests.support.signing_bot import signing_bot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SAY = SIGNING_CAMPAIGN.phrasebooks[Lang("en")].say
DAY_SHOWN = "\u20662026\u201111\u201130\u2069"  # from left to right, and in one line
GENUINE = SAY("signing_page.announcement", day=DAY_SHOWN)
FORGED = SAY("signing_page.forged")
# The order of the group of Ed25519. Added to the second half of a signature, it makes another spelling of the same.
ORDER = 2**252 + 27742317777372353535851937790883648493


@asynccontextmanager
async def opened(browser: Browser, folder: Path, locale: str = "en") -> AsyncIterator[Page]:
    """Open the page from a file in a browser without network; nothing may be requested or reported."""
    file = folder / "verify.html"
    file.write_text(build_page(SIGNING_CAMPAIGN), encoding="utf-8")
    context = await browser.new_context(offline=True, locale=locale, viewport={"width": 360, "height": 740})
    page, problems = await context.new_page(), list[str]()
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: problems.append(request.url) if request.url != file.as_uri() else None)
    await page.goto(file.as_uri())
    yield page
    await context.close()
    assert not problems, problems


async def check(page: Page, text: str, code: str = "") -> str:
    await page.fill("#message", text)
    await page.fill("#separate", code)
    await page.click("#check")
    return await page.inner_text("#result")


async def test_a_genuine_text_is_told_from_a_changed_one_and_from_a_clone(browser: Browser, tmp_path: Path) -> None:
    copy = signed(plain_form(PIECE))
    body, code = signature.split(copy)
    clone = signed("Come to https://t.me/clone_bot", OTHER_KEY)
    async with opened(browser, tmp_path) as page:
        assert await check(page, copy) == GENUINE
        await shot(page, "signing-genuine-en")
        assert await check(page, body, f" {code[:40]} {code[40:]}\n") == GENUINE
        assert await check(page, copy.replace("noon", "moon")) == FORGED
        await shot(page, "signing-forged-en")
        assert await check(page, clone) == FORGED
        assert await check(page, body, signature.split(clone)[1]) == FORGED
        assert await check(page, body) == SAY("signing_page.no_code")
        assert await check(page, "") == SAY("signing_page.no_text")
        assert await page.inner_text("#key") == SIGNING_CAMPAIGN.public_key


@pytest.mark.parametrize("lang", ["fa"])
async def test_a_forged_announcement_is_recognised_in_the_chat(browser: Browser, tmp_path: Path, lang: str) -> None:
    phrase = SIGNING_CAMPAIGN.phrasebooks[Lang(lang)].say
    async with signing_bot(tmp_path, language=lang) as running, visit(browser, width=360, height=740) as page:
        await running.announce()
        await open_chat(page, running.admins.place.playground.url, running.reader.id, chat=running.reader.chat)
        await shot(page, f"signing-announcement-{lang}")
        await key(page, phrase("button.signed_copy")).click()
        await bubble(page, phrase("signing.copy")[:30]).wait_for()
        await shot(page, f"signing-copy-{lang}")
        copy = str((await running.reader.sees("(https://example.org/place)"))["text"])
        for text, answer in ((copy, "genuine"), (copy.replace("noon", "moon"), "bad_code")):
            await say(page, "/verify")
            await bubble(page, phrase("signing.prompt")[:30]).wait_for()
            await say(page, text)
            await bubble(page, phrase(f"signing.{answer}", day="|").partition("|")[0]).wait_for()
        await shot(page, f"signing-verdict-{lang}")


@pytest.mark.parametrize("lang", ["fa", "ps"])
async def test_a_handover_is_shown_as_one_in_the_language_of_the_browser(
    browser: Browser, tmp_path: Path, lang: str
) -> None:
    text = handover_texts(SIGNING_CAMPAIGN, "standby_bot", DAY, KEY)[Lang(lang)]
    async with opened(browser, tmp_path, lang) as page:
        shown = await check(page, text)
        await shot(page, f"signing-handover-{lang}")
        direction = await page.evaluate("document.documentElement.dir")
        width = await page.evaluate("document.documentElement.scrollWidth")

    assert shown == SIGNING_CAMPAIGN.phrasebooks[Lang(lang)].say("signing_page.handover", day=DAY_SHOWN)
    assert direction == "rtl"
    assert width <= 360


async def test_the_script_agrees_with_the_bot_about_every_text(browser: Browser, tmp_path: Path) -> None:
    changes = [change for _, change in (*ON_THE_WAY, *FORGERIES)]
    texts = [change(text) for change in changes for text in (ENGLISH_TEXT, DARI_TEXT)]
    texts += [
        f"a{sign}b\n{sign}" for sign in (*INVISIBLE, "\u2028", "\u0085", "\v", "\x1c", "\u3000", "\u202f", "\ufe0e")
    ]
    texts += [
        "é e\u0301",
        "1\ufe0f\u20e3",
        "©\ufe0f\ufe0f",
        "\u203c\ufe0f\ufe0f\u20e3",
        "👍🏽\ufe0f",
        "\U0001fb00\ufe0f",
        " \n x \n ",
    ]
    copies = [signed(normalized(text)) for text in texts]
    async with opened(browser, tmp_path) as page:
        forms = await page.evaluate("texts => texts.map(signatures.normalized)", texts)
        campaign = json.loads(await page.inner_text("#data"))["campaign"]
        verdicts = await page.evaluate(
            "([all, campaign]) => all.map(text => signatures.verify(text, '', campaign).found)", [copies, campaign]
        )

    assert forms == [normalized(text) for text in texts]
    assert {"genuine"} == {verdict for verdict, text in zip(verdicts, texts, strict=True) if normalized(text)}


async def test_the_script_keeps_to_rfc_8032_and_refuses_other_spellings(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, tmp_path) as page:

        async def is_signed(message: str, signature: str, public: str) -> Any:
            return await page.evaluate(
                "all => signatures.isSigned(...all.map(bytes => Uint8Array.from(bytes)))",
                [list(bytes.fromhex(part)) for part in (message, signature, public)],
            )

        for _, public, message, value in RFC_8032:
            second = int.from_bytes(bytes.fromhex(value[64:]), "little") + ORDER
            assert await is_signed(message, value, public)
            assert not await is_signed(message + "00", value, public)
            assert not await is_signed(message, value[:64] + second.to_bytes(32, "little").hex(), public)


async def test_the_library_is_the_one_that_was_audited() -> None:
    library = Path(str(page_package.__file__)).with_name("nacl.min.js").read_bytes()

    assert sha256(library).hexdigest() == LIBRARY_SHA256
