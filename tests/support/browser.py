"""A real Chromium for tests of the web chat, and the actions that such tests share.

A test module starts Chromium once, in an event loop of the module (see the fixture `browser` of the tests):
`pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]`.
"""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from weakref import WeakKeyDictionary

import pytest
from playwright.async_api import Browser, ConsoleMessage, Error, Locator, Page, Request, async_playwright

# Chromium's own services may not use the network, so that all requests come from the page.
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
    """Return the path of Chromium or Chrome; None when it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run Chromium. Without it the test is skipped, or fails in CI, where nobody would notice."""
    path = chromium_path()
    if path is None:
        missing = "There is no Chromium on PATH, so the web chat was not tested: install the package `chromium`."
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
    """Open a tab in a browser profile without any data.

    At the end the console must have no errors and warnings, and the page must have contacted no other host. Messages
    that contain `forgive` are allowed.
    """
    idle = _idle_tabs.setdefault(browser, [])
    page = idle.pop() if idle else await _new_tab(browser)
    await page.set_viewport_size({"width": width, "height": height})
    await page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    with _watched(page) as problems:
        yield page
    await _delete_data(page)
    idle.append(page)  # not after a test that failed

    serious = [problem for problem in problems if not (forgive and forgive in problem)]
    assert not serious, "\n".join(serious)


# Chromium takes two seconds of CPU for a new profile and tab, so those of an earlier visit are used again.
_idle_tabs: WeakKeyDictionary[Browser, list[Page]] = WeakKeyDictionary()


async def _new_tab(browser: Browser) -> Page:
    """Open a tab in a profile of its own."""
    context = await browser.new_context()
    context.set_default_timeout(PATIENCE)
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    return await context.new_page()


async def _delete_data(page: Page) -> None:
    """Leave the site, and delete what it has stored in the profile; forget what the test does with its requests."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
    await page.goto("about:blank")
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    await devtools.send("Network.clearBrowserCache")
    await devtools.detach()
    await page.context.clear_cookies()
    await page.unroute_all()


@contextmanager
def _watched(page: Page) -> Iterator[list[str]]:
    """Yield a list to which errors and warnings of the console, and requests to other hosts, are added."""
    problems: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            problems.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        if urlsplit(request.url).hostname not in ("127.0.0.1", "localhost", None):
            problems.append(f"another host: {request.url}")

    def on_error(error: Error) -> None:
        problems.append(f"error: {error}")

    listeners = {"console": on_console, "request": on_request, "pageerror": on_error}
    for event, listener in listeners.items():
        page.on(event, listener)  # type: ignore[call-overload]
    yield problems
    for event, listener in listeners.items():
        page.remove_listener(event, listener)


async def open_chat(
    page: Page, url: str, person: int, *, chat: int | None = None, bot: str = "", start: str | None = None
) -> None:
    """Open the web chat at `url` as a person: the list of chats, a chat by id, or a bot by username."""
    target = {"person": person, "chat": chat, "bot": bot or None, "start": start}
    fragment = urlencode({key: value for key, value in target.items() if value is not None})
    if page.url != "about:blank":
        await page.goto("about:blank")  # a change of the fragment alone does not load the page again
    await page.goto(f"{url}/#{fragment}")
    await page.wait_for_selector(".chat-header:visible" if chat or bot else ".chat-row")


async def press_start(page: Page) -> None:
    """Press the START button of a chat or deep link, and wait for the text field."""
    await page.click(".start-button")
    await page.wait_for_selector(".field-text")


async def say(page: Page, text: str) -> None:
    """Type a text into the composer and send it with Enter."""
    await page.fill(".field-text", text)
    await page.press(".field-text", "Enter")


async def attach(page: Page, kind: str, *, caption: str, file: Path | None = None) -> None:
    """Send a file through the attach menu, from disk or a sample."""
    await page.get_by_role("button", name="Send a photo, file or other message").click()
    await page.get_by_role("menuitem", name=kind, exact=True).click()
    if file:
        await page.get_by_label("A file of yours").set_input_files(file)
    await page.get_by_label("Caption").fill(caption)
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()


def bubble(page: Page, text: str) -> Locator:
    """Return the newest message that shows `text`."""
    return page.locator(".message", has_text=text).last


def key(page: Page, label: str) -> Locator:
    """Return the newest inline button with exactly this label."""
    return page.locator(".key").filter(has=page.get_by_text(label, exact=True)).last


async def toast(page: Page) -> str:
    """Wait for a toast; return its text."""
    await page.wait_for_selector("#toast.shown")
    return await page.inner_text("#toast")


async def shot(page: Page, name: str) -> Path:
    """Save a screenshot for people to look at, in the directory $SHOTS or /tmp."""
    path = Path(os.environ.get("SHOTS", "/tmp")) / f"{name}.png"  # not secret
    path.parent.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=path)
    return path
