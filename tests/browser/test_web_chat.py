"""The web chat in a real browser with a small bot over raw HTTP: all that a person can see and press."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

import playground
from playground import Playground
from playground.messages import sample_messages
from tests.support.browser import attach, bubble, key, open_chat, press_start, say, shot, toast, visit
from tests.support.playground.client import PlaygroundClient
from tests.support.playground.tiny_bot import BOT, PASHTO, TinyBot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

MARYAM, ZARGHUNA, EMMA = 1001, 1002, 1003
GROUP = -2001
# Resolves to the duration of a media element in seconds, once it has loaded.
LOADED = """player => new Promise((tell) => {
  if (player.readyState) tell(player.duration);
  else player.onloadedmetadata = () => tell(player.duration);
})"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[Playground]:
    async with playground.running(port=0) as running:
        yield running


@asynccontextmanager
async def started_chat(
    browser: Browser, server: Playground, person: int = EMMA, **options: Any
) -> AsyncIterator[Page]:
    """Open the bot's chat as a person, and press START."""
    async with visit(browser, **options) as page:
        await open_chat(page, server.url, person, bot=BOT)
        await press_start(page)
        await expect(bubble(page, "Welcome")).to_be_visible()
        yield page


async def test_a_new_person_reads_the_description_and_starts_the_bot(
    browser: Browser, server: Playground, bot: TinyBot
) -> None:
    await bot.call("setMyDescription", description="I carry a declaration.")
    async with visit(browser) as page:
        await open_chat(page, server.url, EMMA, bot=BOT, start="clause-4")
        await expect(page.locator(".empty-box")).to_contain_text("I carry a declaration.")
        await expect(page.locator(".compose-form")).to_be_hidden()
        await press_start(page)
        await expect(bubble(page, "Welcome")).to_be_visible()
        await expect(page.locator(".compose-form")).to_be_visible()
        await shot(page, "page-desktop-light")

    assert bot.received == ["/start clause-4"]


async def test_entities_are_shown_at_their_offsets_and_html_stays_text(
    browser: Browser, server: Playground, bot: TinyBot
) -> None:
    async with started_chat(browser, server) as page:
        await say(page, "/rich")
        rich = bubble(page, "bold both")
        await expect(rich.locator("strong")).to_have_text("bold both")
        await expect(rich.locator("strong em")).to_have_text("both")
        await expect(rich.locator("img")).to_have_count(0)
        await expect(rich.get_by_role("button", name="Hidden text")).to_have_text("hidden")
        await rich.locator(".spoiler").press("Enter")
        await expect(rich.locator(".spoiler")).to_have_count(0)
        await expect(rich.locator("a.link")).to_have_attribute("href", "https://example.org/page")


async def test_overlapping_entities_are_nested_without_losing_a_letter(browser: Browser, server: Playground) -> None:
    async with visit(browser) as page:
        await open_chat(page, server.url, EMMA)
        html = await page.evaluate(
            """async () => {
              const { richText } = await import("/page/composer/richtext.js");
              const entity = (type, offset, length) => ({ type, offset, length });
              const entities = [
                entity("bold", 0, 6), entity("italic", 3, 6), entity("underline", 4, 30), entity("pre", 13, 4),
              ];
              return richText("abcdefghi\\n😀\\ncode\\nend", entities, {}).innerHTML;
            }"""
        )

    assert "<strong>abc<em>d<u>ef</u></em></strong><em><u>ghi</u></em>" in html
    assert re.findall(r">([^<]+)<", html) == ["abc", "d", "ef", "ghi", "😀", "Copy", "code", "end"]


async def test_a_press_shows_a_spinner_and_a_toast_and_the_edited_message_keeps_the_focus(
    browser: Browser, server: Playground, bot: TinyBot
) -> None:
    async with started_chat(browser, server) as page:
        await expect(key(page, "Choose")).to_have_class(re.compile("key-primary"))
        await key(page, "Choose").press("Enter")
        await expect(key(page, "Choose")).to_have_attribute("aria-busy", "true")
        assert await toast(page) == "Noted."
        changed = bubble(page, "Chosen.")
        await expect(changed.locator(".edited")).to_have_text("edited")
        await expect(key(page, "Back")).to_be_focused()
        await expect(page.locator(".message", has_text="Welcome")).to_have_count(0)


async def test_an_alert_waits_for_ok_and_a_deleted_message_disappears(
    browser: Browser, server: Playground, bot: TinyBot
) -> None:
    async with started_chat(browser, server) as page:
        await key(page, "Alert").click()
        await expect(page.get_by_role("dialog")).to_contain_text("Read me")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await key(page, "Delete").click()
        await expect(page.locator(".message", has_text="Welcome")).to_have_count(0)


async def test_an_inline_result_is_shared_and_its_deep_link_starts_the_bot(
    browser: Browser, server: Playground, bot: TinyBot
) -> None:
    async with started_chat(browser, server) as page:
        await key(page, "Share").click()
        await page.get_by_role("dialog").get_by_text("Saved").click()
        await expect(page.locator(".field-text")).to_have_value(f"@{BOT} women")
        await expect(page.locator(".inline-button")).to_have_text("Open the bot")
        await expect(page.locator(".suggestion")).to_contain_text("Clause 4 for women")
        await page.press(".field-text", "Enter")
        await expect(bubble(page, "Clause 4, whole").locator(".via")).to_have_text(f"via @{BOT}")
        await key(page, "Read").click()
        await expect(bubble(page, "Welcome")).to_be_visible()
        await expect(page.locator(".message.out")).to_have_count(2)

    assert bot.received == ["/start", "/start clause-4"]


async def test_dari_and_pashto_are_written_from_right_to_left(
    browser: Browser, server: Playground, bot: TinyBot
) -> None:
    async with started_chat(browser, server, MARYAM, dark=True) as page:
        await say(page, "/dari")
        lines = bubble(page, PASHTO).locator(".line")
        await expect(lines).to_have_count(3)
        directions = await lines.evaluate_all("lines => lines.map((line) => getComputedStyle(line).direction)")
        await shot(page, "page-dari-dark")

    assert directions == ["rtl", "rtl", "ltr"]


async def test_a_long_quote_expands(browser: Browser, server: Playground, bot: TinyBot) -> None:
    async with started_chat(browser, server) as page:
        await say(page, "/quote")
        quote = page.locator(".quote")
        collapsed_height = await quote.evaluate("element => element.offsetHeight")
        button = page.get_by_role("button", name="Show the whole quote")
        await button.press("Enter")
        await expect(page.locator(".unfold")).to_have_attribute("aria-expanded", "true")

        assert await quote.evaluate("element => element.offsetHeight") > collapsed_height * 2


async def test_a_phone_shows_one_pane_and_never_scrolls_sideways(
    browser: Browser, server: Playground, bot: TinyBot
) -> None:
    async with visit(browser, width=360, height=740) as page:
        await open_chat(page, server.url, EMMA)
        await expect(page.locator("#chat")).to_be_hidden()
        await shot(page, "page-360-list")
        await page.locator(".chat-row").filter(has_not_text="Saved").filter(has_not_text="circle").first.click()
        await expect(page.locator("#side")).to_be_hidden()
        await press_start(page)
        await expect(bubble(page, "Welcome")).to_be_visible()
        await say(page, "/rich")
        await say(page, "/quote")
        await expect(page.locator(".quote")).to_be_visible()
        width = await page.evaluate("document.documentElement.scrollWidth")
        log = await page.evaluate("document.querySelector('.scroll').scrollWidth")
        await shot(page, "page-360-chat")
        await page.get_by_role("button", name="Back to the chats").click()
        await expect(page.locator("#side")).to_be_visible()

    assert width == 360
    assert log == 360


async def test_a_command_is_found_with_the_keyboard_alone(browser: Browser, server: Playground, bot: TinyBot) -> None:
    commands = [{"command": name, "description": f"About {name}"} for name in ("start", "rich", "dari")]
    await bot.call("setMyCommands", commands=commands)
    async with started_chat(browser, server) as page:
        await page.keyboard.type("/")
        await expect(page.get_by_role("option")).to_have_count(3)
        await page.keyboard.type("ri")
        await expect(page.get_by_role("option")).to_have_count(1)
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(bubble(page, "bold both")).to_be_visible()


async def test_a_blocked_bot_can_be_restarted(browser: Browser, server: Playground, bot: TinyBot) -> None:
    async with started_chat(browser, server) as page:
        await page.get_by_role("button", name="More about this chat").click()
        await page.get_by_role("menuitem", name="Block bot").click()
        await expect(page.locator(".compose-form")).to_be_hidden()
        await page.get_by_role("button", name="RESTART").click()
        await expect(page.locator(".compose-form")).to_be_visible()
        await expect(page.locator(".message.out")).to_have_count(2)

    assert bot.received == ["/start", "/start"]


async def test_a_button_copies_text_and_another_opens_a_link_after_a_question(
    browser: Browser, server: Playground, bot: TinyBot
) -> None:
    async with started_chat(browser, server) as page:
        await key(page, "Copy").click()
        assert await toast(page) == "Copied"
        assert await page.evaluate("navigator.clipboard.readText()") == "the words"
        await key(page, "Outside").click()
        await expect(page.get_by_role("dialog")).to_contain_text("https://example.org/far")
        await page.keyboard.press("Escape")
        await expect(key(page, "Outside")).to_be_focused()


async def test_two_people_in_two_tabs_see_each_other_in_the_group(
    browser: Browser, server: Playground, bot: TinyBot
) -> None:
    async with visit(browser) as maryams_page, visit(browser) as zarghunas_page:
        await open_chat(maryams_page, server.url, MARYAM, chat=GROUP)
        await open_chat(zarghunas_page, server.url, ZARGHUNA)
        await say(maryams_page, "سلام")
        await expect(zarghunas_page.locator(".badge")).to_have_text(re.compile("^1"))
        await zarghunas_page.locator(".chat-row", has_text="Reading circle").click()
        await expect(bubble(zarghunas_page, "سلام").locator(".name")).to_have_text("Maryam")
        await expect(zarghunas_page.locator(".badge")).to_have_count(0)


async def test_a_chosen_theme_is_kept_after_a_reload(browser: Browser, server: Playground) -> None:
    async with visit(browser) as page:
        await open_chat(page, server.url, EMMA)
        before = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        await page.get_by_role("button", name="Light or dark").click()
        await page.reload()
        await page.wait_for_selector(".chat-row")
        after = await page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert (before, after) == ("rgb(255, 255, 255)", "rgb(23, 33, 43)")


async def test_the_tab_switches_to_an_added_person(browser: Browser, server: Playground, bot: TinyBot) -> None:
    async with started_chat(browser, server) as page:
        await page.get_by_role("button", name="You are Emma").click()
        await page.get_by_role("menuitem", name="Add a person…").click()
        await page.keyboard.type("Laila")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="You are Laila")).to_be_visible()
        await expect(page.locator(".start-button")).to_be_visible()


async def test_faults_are_switched_on_and_off(browser: Browser, server: Playground, bot: TinyBot) -> None:
    async with started_chat(browser, server) as page:
        await page.get_by_role("button", name="More about this chat").click()
        await page.get_by_role("menuitem", name="Faults…").click()
        await page.get_by_role("switch", name=re.compile("^Torn")).check()
        await page.get_by_label("Methods (empty: all)").last.fill("sendPhoto")
        await page.get_by_role("button", name="Apply").click()
        await page.get_by_role("button", name="1 fault is on").click()
        await page.get_by_role("button", name="All off").click()
        await expect(page.locator(".faults-chip")).to_be_hidden()


DARI = "سلام! متن کامل به زبان دری"


async def upload(client: PlaygroundClient, kind: str, **params: Any) -> None:
    file = sample_messages.sample_file(kind)[0]
    method = f"send{kind.capitalize()}"
    body = await client.upload(method, {kind: (file.name, file.data, file.mime)}, chat_id=EMMA, **params)
    assert body["ok"], body


async def test_photos_files_and_players_show_real_files(browser: Browser, server: Playground, bot: TinyBot) -> None:
    client = PlaygroundClient(server, bot.session)
    async with started_chat(browser, server, dark=True) as page:
        bold = [{"type": "bold", "offset": 0, "length": 4}]
        await upload(client, "photo", caption=DARI, caption_entities=bold, disable_notification=True)
        await upload(client, "voice", caption="voice")
        await upload(client, "video", caption="film")
        await upload(client, "document", caption="letter", protect_content=True)
        photo, letter = bubble(page, DARI), bubble(page, "letter")
        await expect(photo.locator("img")).to_have_js_property("naturalWidth", 640)
        await expect(photo.locator("strong")).to_have_text("سلام")
        await expect(photo.get_by_role("img", name="Sent without a sound")).to_be_visible()
        assert await photo.locator(".line").evaluate("line => getComputedStyle(line).direction") == "rtl"
        for text, tag in (("voice", "audio"), ("film", "video")):
            player = bubble(page, text).locator(tag)
            await expect(player).to_have_js_property("error", None)
            assert await player.evaluate(LOADED) > 1.5
        await expect(letter.get_by_role("img", name="Protected")).to_be_visible()
        async with page.expect_download() as saving:
            await letter.get_by_role("link", name="Save letter.pdf").click()
        await shot(page, "page-media-dark")

        assert (await (await saving.value).path()).read_bytes() == sample_messages.sample_file("document")[0].data


async def test_a_hidden_photo_is_shown_after_a_press(browser: Browser, server: Playground, bot: TinyBot) -> None:
    async with started_chat(browser, server) as page:
        await upload(PlaygroundClient(server, bot.session), "photo", has_spoiler=True)
        cover = page.get_by_role("button", name="Hidden photo or video")
        await expect(page.locator(".covered")).to_have_count(1)
        await cover.press("Enter")
        await expect(cover).to_have_count(0)
        await expect(page.locator(".covered")).to_have_count(0)


async def test_an_album_is_shown_as_one_message_and_shrinks_when_a_photo_is_deleted(
    browser: Browser, server: Playground, bot: TinyBot
) -> None:
    async with started_chat(browser, server, width=360, height=740) as page:
        await attach(page, "Album", caption="Three of them")
        album = bubble(page, "Three of them")
        await expect(album.locator("img")).to_have_count(3)
        await expect(page.locator(".message.out")).to_have_count(2)
        await shot(page, "page-media-360")
        last = server.state.messages(EMMA)[-1]["message_id"]
        await bot.call("deleteMessage", chat_id=EMMA, message_id=last)
        await expect(album.locator("img")).to_have_count(2)

        assert await page.evaluate("document.querySelector('.scroll').scrollWidth") == 360


async def test_a_file_from_disk_is_sent_with_its_caption(
    browser: Browser, server: Playground, bot: TinyBot, tmp_path: Path
) -> None:
    file = tmp_path / "نامه.txt"
    file.write_text("words")
    async with started_chat(browser, server) as page:
        await attach(page, "File", caption=DARI, file=file)
        await expect(bubble(page, DARI)).to_contain_text("نامه.txt")
        await attach(page, "Photo", caption="a sample")
        await expect(bubble(page, "a sample").locator("img")).to_have_js_property("naturalWidth", 640)
    _, _, document, photo = server.state.messages(EMMA)

    assert (document["document"]["file_name"], document["document"]["file_size"]) == ("نامه.txt", 5)
    assert (document["caption"], photo["caption"]) == (DARI, "a sample")


async def test_a_photo_whose_bytes_were_dropped_has_a_placeholder(
    browser: Browser, server: Playground, bot: TinyBot
) -> None:
    async with visit(browser, forgive="404") as page:
        await open_chat(page, server.url, EMMA, bot=BOT)
        await press_start(page)
        await expect(bubble(page, "Welcome")).to_be_visible()
        await page.route("**/box/files/*", lambda route: route.fulfill(status=404))
        await upload(PlaygroundClient(server, bot.session), "photo")
        await expect(page.get_by_role("img", name="Photo: this file is no longer stored")).to_be_visible()


async def test_a_visit_finds_nothing_of_an_earlier_one(browser: Browser, server: Playground) -> None:
    for _ in range(2):
        async with visit(browser) as page:
            await open_chat(page, server.url, EMMA)
            assert await page.evaluate("localStorage.length + document.cookie.length") == 0
            await page.evaluate("localStorage.setItem('key', 'value'); document.cookie = 'key=value'")


async def test_the_page_says_when_the_playground_has_stopped(browser: Browser) -> None:
    async with visit(browser, forgive="ERR_") as page:
        async with playground.running(port=0) as server:
            await open_chat(page, server.url, EMMA, bot=BOT)
        await expect(page.locator(".chat-below")).to_contain_text("offline")
