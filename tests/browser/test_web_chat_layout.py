"""The web chat in a real browser: nothing covers or overlaps anything, and the first person reads one's language."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

import playground
from playground import Playground
from tests.support.browser import key, open_chat, press_start, say, shot, visit
from tests.support.playground.tiny_bot import BOT, TinyBot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

EMMA, ADMIN, GROUP = 1003, 1009, -2001
SIZES = pytest.mark.parametrize(("width", "height"), [(1200, 820), (360, 740)], ids=["desktop", "phone"])

# Everything is measured at once, because a toast is gone after seconds.
PLACES = """() => {
  const box = (element) => element.getBoundingClientRect().toJSON();
  const one = (selector) => box(document.querySelector(selector));
  const keys = [...document.querySelectorAll(".key")];
  const fixed = [...document.querySelectorAll("header button, form button, nav button")]; // keys scroll in the log
  return {
    toast: one(".chat-toast"),
    log: one(".scroll"),
    lowest: box(keys.findLast((key) => key.textContent === "Delete")),
    buttons: fixed.map(box),
    spoken: getComputedStyle(document.getElementById("toast")).clipPath,
  };
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[Playground]:
    async with playground.running(port=0, notice="Only a try.") as running:
        yield running


@asynccontextmanager
async def first_visit(browser: Browser, server: Playground, languages: list[str]) -> AsyncIterator[Page]:
    """Open the page for the first time with a browser of these languages."""
    context = await browser.new_context()
    await context.add_init_script(f"Object.defineProperty(navigator, 'languages', {{value: {languages}}})")
    page = await context.new_page()
    await page.goto(server.url)
    await page.wait_for_selector(".chat-row")
    yield page
    await context.close()


@pytest.mark.parametrize(
    ("languages", "name"),
    [
        (["en-GB", "en"], "Emma"),
        (["fa-AF"], "Maryam"),
        (["ps"], "Zarghuna"),
        (["sq", "ps-AF", "en"], "Zarghuna"),
        (["sq"], "Maryam"),
    ],
)
async def test_the_first_person_reads_the_language_of_the_browser(
    browser: Browser, server: Playground, languages: list[str], name: str
) -> None:
    async with first_visit(browser, server, languages) as page:
        await expect(page.get_by_role("button", name=f"You are {name}")).to_be_visible()


async def test_the_page_opens_in_the_language_that_chromium_was_started_with(
    browser: Browser, server: Playground
) -> None:
    context = await browser.new_context(locale="ps-AF")
    page = await context.new_page()
    await page.goto(server.url)
    await expect(page.get_by_role("button", name="You are Zarghuna")).to_be_visible()
    await context.close()


@SIZES
async def test_the_notice_is_above_everything(browser: Browser, server: Playground, width: int, height: int) -> None:
    async with visit(browser, width=width, height=height) as page:
        await open_chat(page, server.url, EMMA)
        await expect(page.get_by_role("note")).to_have_text("Only a try.")
        notice, side = await box(page.locator(".notice")), await box(page.locator("#side"))

        assert notice["y"] == 0
        assert notice["width"] == width
        assert side["y"] == notice["height"]
        assert side["y"] + side["height"] == height


@SIZES
async def test_a_toast_covers_no_button_and_moves_none(
    browser: Browser, server: Playground, bot: TinyBot, width: int, height: int
) -> None:
    async with visit(browser, width=width, height=height) as page:
        await open_chat(page, server.url, EMMA, bot=BOT)
        await press_start(page)
        await say(page, "/start")
        lowest = key(page, "Delete")
        await expect(lowest).to_be_visible()
        before = await box(lowest)
        await key(page, "Copy").click()
        await expect(page.locator(".chat-toast")).to_have_text("Copied")
        seen = await page.evaluate(PLACES)
        await shot(page, f"toast-{width}")
        toast, log = seen["toast"], seen["log"]

        assert abs(seen["lowest"]["y"] - before["y"]) <= 1
        assert toast["height"] > 0
        assert toast["y"] + toast["height"] <= log["y"]
        assert not [button for button in seen["buttons"] if overlap(button, toast)]
        assert seen["spoken"] == "inset(50%)"


async def test_a_toast_where_no_chat_is_open_is_seen(browser: Browser) -> None:
    async with (
        playground.running(port=0) as server,
        visit(browser, width=360, height=740, forgive="404") as page,
    ):
        await open_chat(page, server.url, EMMA)
        await page.goto(f"{server.url}/#person={EMMA}&bot=nobody_here")
        await expect(page.locator("#toast")).to_have_text("There is no @nobody_here in the playground.")
        assert await page.locator("#toast").evaluate("element => getComputedStyle(element).clipPath") == "none"


@SIZES
async def test_the_preview_of_a_group_shows_who_wrote_beside_what(
    browser: Browser, server: Playground, bot: TinyBot, width: int, height: int
) -> None:
    await bot.call("sendMessage", chat_id=GROUP, text="A long answer to a question that somebody asked in the group")
    async with visit(browser, width=width, height=height) as page:
        await open_chat(page, server.url, ADMIN)
        row = page.locator(".chat-row", has_text="Reading circle")
        await expect(row.locator(".who")).to_have_text("Declaration bot:")
        sender, text = await box(row.locator(".who")), await box(row.locator(".row-last > .ellipsis"))
        await shot(page, f"chat-list-{width}")

        assert sender["x"] + sender["width"] <= text["x"]
        assert sender["width"] > 60
        assert text["width"] > 60


async def test_rows_without_messages_say_what_they_are_for(browser: Browser, server: Playground) -> None:
    async with playground.running(port=0) as empty, visit(browser) as page:
        await open_chat(page, empty.url, EMMA)
        lines = page.locator(".row-last")

        await expect(lines).to_have_text(["Press START to begin", "No messages yet", "Keep notes and clauses here"])


async def test_the_invitation_to_choose_a_chat_is_in_the_middle(browser: Browser, server: Playground) -> None:
    async with visit(browser) as page:
        await open_chat(page, server.url, EMMA)
        pill, pane = await box(page.get_by_text("Choose a chat to start")), await box(page.locator("#chat"))

        assert abs(middle(pill, "x", "width") - middle(pane, "x", "width")) <= 1
        assert abs(middle(pill, "y", "height") - middle(pane, "y", "height")) <= 1


async def test_the_switcher_says_who_is_an_admin_and_what_admins_do(browser: Browser, server: Playground) -> None:
    async with visit(browser) as page:
        await open_chat(page, server.url, EMMA)
        await page.get_by_role("button", name="You are Emma").click()
        await expect(page.get_by_role("menuitemradio", name=re.compile("admin"))).to_have_count(2)
        await expect(page.locator(".menu-hint")).to_contain_text("/broadcast. Another admin approves")
        await shot(page, "people")
        await page.get_by_role("menuitemradio", name=re.compile("^Second admin")).click()
        await expect(page.get_by_role("button", name="You are Second admin")).to_be_visible()


async def test_messages_stay_in_their_place_while_a_toast_comes_and_goes(
    browser: Browser, server: Playground, bot: TinyBot
) -> None:
    async with visit(browser, height=500) as page:
        await open_chat(page, server.url, EMMA, bot=BOT)
        await press_start(page)
        for _ in range(4):
            await say(page, "/start")
        await expect(page.locator(".message", has_text="Welcome")).to_have_count(5)
        await page.locator(".scroll").evaluate("log => (log.scrollTop = 300)")
        message = page.locator(".message").nth(3)
        before = await box(message)
        await page.evaluate("import('/page/widgets/toast.js').then(({ toast }) => toast('A line of its own'))")
        await expect(page.locator(".chat-toast")).to_be_visible()

        assert abs((await box(message))["y"] - before["y"]) <= 1


async def box(locator: Locator) -> dict[str, float]:
    """Return the place of an element on the screen, in pixels: x, y, width and height."""
    place = await locator.bounding_box()
    assert place
    return {name: float(value) for name, value in place.items()}  # type: ignore[arg-type]


def overlap(first: dict[str, float], second: dict[str, float]) -> bool:
    return all(
        first[start] < second[start] + second[size] and second[start] < first[start] + first[size]
        for start, size in (("x", "width"), ("y", "height"))
    )


def middle(area: dict[str, float], start: str, size: str) -> float:
    return area[start] + area[size] / 2
