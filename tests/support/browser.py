"""A real Chromium for tests of the web chat, found or skipped with a sentence, and the moves that such tests share.

A test module starts it once, in a loop of its own module (see the fixture `browser` in test_web_chat.py):
`pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]`.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request, async_playwright

# Nothing but the page itself may use the network: the rest of Chromium stays quiet.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 30_000  # milliseconds that a step on the page may take; a busy machine is slow


def chromium_path() -> str | None:
    """Where Debian, Ubuntu or a person put it."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Skips the test where there is no Chromium; in CI that is a failure, so that nobody skips unseen."""
    path = chromium_path()
    if path is None:
        missing = "There is no Chromium on PATH, so the web chat was not tried: install the package `chromium`."
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        await browser.close()


@asynccontextmanager
async def visit(
    browser: Browser, *, width: int = 1200, height: int = 820, dark: bool = False, forgive: str = ""
) -> AsyncIterator[Page]:
    """A fresh profile's tab. When the test is through, the console must be clean and no other host asked;
    messages with `forgive` in them are expected."""
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = await context.new_page()
    problems = _watch(page)
    yield page
    await context.close()

    serious = [problem for problem in problems if not (forgive and forgive in problem)]
    assert not serious, "\n".join(serious)


def _watch(page: Page) -> list[str]:
    problems: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            problems.append(f"console: {message.text}")

    def asked(request: Request) -> None:
        if urlsplit(request.url).hostname not in ("127.0.0.1", "localhost", None):
            problems.append(f"another host: {request.url}")

    page.on("console", said)
    page.on("request", asked)
    page.on("pageerror", lambda error: problems.append(f"error: {error}"))
    return problems


async def open_chat(
    page: Page, url: str, person: int, *, chat: int | None = None, bot: str = "", start: str | None = None
) -> None:
    """Opens the box at `url` as `person`, in a chat by id or with a bot by username (as a deep link does)."""
    place = {"person": person, "chat": chat, "bot": bot or None, "start": start}
    fragment = urlencode({key: value for key, value in place.items() if value is not None})
    if page.url != "about:blank":
        await page.goto("about:blank")  # the same address with another fragment would not load anew
    await page.goto(f"{url}/#{fragment}")
    await page.wait_for_selector(".chat-header:visible" if chat or bot else ".chat-row")


async def press_start(page: Page) -> None:
    """The big START button of a chat that is not started, or of a deep link; then the text field is there."""
    await page.click(".start-button")
    await page.wait_for_selector(".field-text")


async def say(page: Page, text: str) -> None:
    """Writes into the composer and sends with Enter, as a person does."""
    await page.fill(".field-text", text)
    await page.press(".field-text", "Enter")


def bubble(page: Page, text: str) -> Locator:
    """The newest message that shows `text`."""
    return page.locator(".message", has_text=text).last


def key(page: Page, label: str) -> Locator:
    """The newest inline button with exactly this label."""
    return page.locator(".key").filter(has=page.get_by_text(label, exact=True)).last


async def toast(page: Page) -> str:
    """The sentence that the page shows for a moment."""
    await page.wait_for_selector(".toast.shown")
    return await page.inner_text(".toast")


async def shot(page: Page, name: str) -> Path:
    """A screenshot for eyes, in the directory $SHOTS or else /tmp."""
    path = Path(os.environ.get("SHOTS", "/tmp")) / f"{name}.png"  # a place to look, nothing secret
    path.parent.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=path)
    return path
