"""Subscribing in a real browser on a narrow phone: join, choose topics, see the stored data and delete it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from content.model import Lang, Phrasebook
from storage.subscriptions.subscriber import QuietHours, Subscriber
from tests.support.bot_and_playground import (
    CAMPAIGN,
    DARI,
    ENGLISH,
    PASHTO,
    BotAndPlayground,
    at_work,
    playground_alone,
)
from tests.support.browser import bubble, key, open_chat, press_start, say, shot, visit
from tests.support.subscriptions import BOOKS, FA, LANGUAGES, checked_label, read_my_data, stored_subscriber

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
PEOPLE = dict(zip(LANGUAGES, (ENGLISH, DARI, PASHTO), strict=True))


@asynccontextmanager
async def fast_bot(folder: Path) -> AsyncIterator[BotAndPlayground]:
    """Run the playground and the bot with a rate that never delays an answer."""
    async with playground_alone(folder, rate=10_000) as place, at_work(place):
        yield place


async def test_a_subscriber_joins_chooses_topics_sees_the_data_and_is_forgotten(
    browser: Browser, tmp_path: Path
) -> None:
    book = BOOKS[FA]
    names = [topic.names[FA] for topic in CAMPAIGN.topics]
    chosen = names[:2]
    async with fast_bot(tmp_path) as place, visit(browser, width=400, height=760) as page:
        await open_chat(page, place.playground.url, DARI, bot="declaration_bot")
        await press_start(page)
        await key(page, book.say("button.subscribe")).click()
        await bubble(page, book.say("panel.joined")).wait_for()
        await key(page, book.say("button.choose_topics")).click()
        for topic in chosen:
            await key(page, topic).click()
            await key(page, checked_label(book, topic)).wait_for()
        await shot(page, "topics-fa")
        await key(page, book.say("button.back")).click()
        await key(page, book.say("button.discreet")).click()
        await key(page, checked_label(book, book.say("button.discreet"))).wait_for()
        panel = await page.locator(".message").last.inner_text()
        assert f"{book.say('word.comma')} ".join(chosen) in panel
        assert book.say("panel.discreet") in panel
        await shot(page, "subscribed-fa")

        await say(page, "/mydata")
        await bubble(page, book.say("mydata.nothing_else")).wait_for()
        shown = read_my_data((await place.person(DARI).screen())["text"], FA)
        expected = Subscriber(DARI, "fa", frozenset(topic.number for topic in CAMPAIGN.topics[:2]), discreet=True)
        assert shown == expected == await stored_subscriber(place, place.person(DARI))
        await shot(page, "mydata-fa")

        await say(page, "/forget")
        await bubble(page, book.say("panel.left")).wait_for()
        await say(page, "/mydata")
        await bubble(page, book.say("mydata.nothing")[:40]).wait_for()
        await shot(page, "forgotten-fa")

        assert await stored_subscriber(place, place.person(DARI)) is None


def suggested_zone_name(book: Phrasebook) -> str:
    return book.say("zone." + book.language.zone.lower().replace("/", "-").replace("_", "-"))


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_panel_fits_a_narrow_phone(browser: Browser, tmp_path: Path, lang: Lang) -> None:
    """No label is cut off and no row is wider than the chat; the screenshots are in $SHOTS."""
    book = BOOKS[lang]
    async with fast_bot(tmp_path) as place, visit(browser, width=360, height=760) as page:
        await open_chat(page, place.playground.url, PEOPLE[lang], bot="declaration_bot")
        await press_start(page)
        await assert_fits(page, f"start-{lang}")
        await key(page, book.say("button.subscribe")).click()
        await bubble(page, book.say("panel.joined")).wait_for()
        await assert_fits(page, f"panel-joined-{lang}")
        for label in ("quiet", "text_only", "discreet"):
            await key(page, book.say(f"button.{label}")).click()
            await key(page, checked_label(book, book.say(f"button.{label}"))).wait_for()
        await key(page, book.say("button.daily")).click()
        await bubble(page, book.say("panel.choose_hour")).wait_for()
        await assert_fits(page, f"panel-hours-{lang}")
        await key(page, book.language.number("08:00")).click()
        await key(page, book.say("button.daily")).wait_for()
        await assert_fits(page, f"panel-full-{lang}")
        await key(page, book.say("button.daily")).click()
        await key(page, book.say("button.zone", zone=suggested_zone_name(book))).click()
        await bubble(page, book.say("panel.choose_zone")).wait_for()
        await assert_fits(page, f"panel-zones-{lang}")
        await key(page, book.say("button.back")).click()
        await bubble(page, book.say("panel.choose_hour")).wait_for()
        await assert_fits(page, f"panel-hours-chosen-{lang}")
        await key(page, book.say("button.back")).click()
        await key(page, book.say("arrival.button")).click()
        await bubble(page, book.say("arrival.setting", value=book.say("arrival.at_once"))).wait_for()
        await assert_fits(page, f"panel-arrival-{lang}")
        await key(page, book.say("arrival.pick_weekly")).click()
        await bubble(page, book.say("arrival.choose_weekday")).wait_for()
        await assert_fits(page, f"panel-digest-days-{lang}")
        await key(page, book.language.time_words["friday"][0]).click()
        await bubble(page, book.say("arrival.late")).wait_for()
        await assert_fits(page, f"panel-digest-hours-{lang}")
        await key(page, book.language.number("18:00")).click()
        await key(page, book.say("arrival.button")).click()
        await key(page, checked_label(book, book.say("arrival.pick_weekly"))).wait_for()
        await assert_fits(page, f"panel-digest-chosen-{lang}")
        await key(page, book.say("arrival.pick_quiet")).click()
        await bubble(page, book.say("arrival.choose_quiet")).wait_for()
        await assert_fits(page, f"panel-quiet-hours-{lang}")
        await key(page, book.say("arrival.own")).click()
        await bubble(page, book.say("arrival.begin")).wait_for()
        await assert_fits(page, f"panel-quiet-begin-{lang}")
        await key(page, book.language.number("21:00")).click()
        await bubble(page, book.say("arrival.end", begin=book.language.number("21:00"), number=16)).wait_for()
        await assert_fits(page, f"panel-quiet-end-{lang}")
        await key(page, book.language.number("05:00")).click()
        await bubble(page, span_of(book, "21:00", "05:00")).wait_for()
        await assert_fits(page, f"panel-quiet-chosen-{lang}")
        person = await stored_subscriber(place, place.person(PEOPLE[lang]))
        assert person
        assert person.quiet_hours == QuietHours(21, 5, book.language.zone)
        await key(page, book.say("button.choose_topics")).click()
        await bubble(page, book.say("panel.choose_topics")).wait_for()
        await assert_fits(page, f"panel-topics-{lang}")
        await key(page, book.say("button.back")).click()
        own = CAMPAIGN.languages[lang].name
        await key(page, book.say("button.update_language", language=own)).click()
        await bubble(page, book.say("panel.choose_language")).wait_for()
        await assert_fits(page, f"panel-languages-{lang}")
        await say(page, "/mydata")
        await bubble(page, book.say("mydata.title")).wait_for()
        await assert_fits(page, f"panel-mydata-{lang}")
        await key(page, book.say("button.unsubscribe")).click()
        await bubble(page, book.say("panel.left")).wait_for()
        await assert_fits(page, f"panel-left-{lang}")


def span_of(book: Phrasebook, begin: str, end: str) -> str:
    """Return how the page names quiet hours."""
    return book.say("arrival.span", begin=book.language.number(begin), end=book.language.number(end))


async def assert_fits(page: Page, name: str) -> None:
    """Save a screenshot; assert that no label is cut off and that the page does not scroll sideways."""
    await shot(page, name)
    cut = await page.locator(".key-label").evaluate_all(
        "labels => labels.filter(label => label.scrollHeight > label.clientHeight + 1).map(label => label.innerText)"
    )
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert cut == [], name
    assert wide <= 0, name
