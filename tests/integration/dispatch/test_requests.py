"""People ask the bot for its screens in their own words, and no sentence changes what is stored."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from content.model import Lang
from tests.support.announcement_admins import new_subscriber
from tests.support.bot_and_playground import CAMPAIGN, BotAndPlayground, bot_and_playground
from tests.support.person import labels
from tests.support.subscriptions import BOOKS, EN, PS, stored_subscriber

FA = Lang("fa")


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[BotAndPlayground]:
    async with bot_and_playground(tmp_path) as there:
        yield there


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("delete everything you have about me", "mydata.title"),
        ("please stop sending me messages", "mydata.title"),
        ("is it safe?", "privacy.title"),
        ("mute the notifications", "panel.title"),
        ("how does this work", "help.title"),
        ("what's new?", "latest.none"),
        ("subscribe", "panel.title"),
    ],
)
async def test_a_sentence_opens_a_screen_and_changes_nothing(place: BotAndPlayground, text: str, phrase: str) -> None:
    person = await new_subscriber(place)
    before = await stored_subscriber(place, person)
    shown = await person.say(text)

    assert shown["text"].startswith(BOOKS[EN].say(phrase))
    assert await stored_subscriber(place, person) == before


async def test_a_sentence_about_leaving_shows_the_button_that_erases(place: BotAndPlayground) -> None:
    person = await new_subscriber(place)
    await person.say("i want to leave")
    await person.press(BOOKS[EN].say("button.unsubscribe"))

    await person.sees(BOOKS[EN].say("panel.left"))
    assert await stored_subscriber(place, person) is None


async def test_somebody_who_wants_to_subscribe_gets_the_button(place: BotAndPlayground) -> None:
    person = await place.newcomer()
    shown = await person.say("how do I subscribe?")

    assert BOOKS[EN].say("panel.none") in shown["text"]
    assert await stored_subscriber(place, person) is None
    await person.press(BOOKS[EN].say("button.subscribe"))
    await person.sees(BOOKS[EN].say("panel.joined"))


async def test_the_answer_is_in_the_language_of_the_words_or_in_the_one_that_they_name(
    place: BotAndPlayground,
) -> None:
    person = await place.newcomer()

    assert (await person.say("آیا امن است"))["text"].startswith(BOOKS[FA].say("privacy.title"))
    assert (await person.say("speak Dari"))["text"].startswith(CAMPAIGN.editions[FA].title)


async def test_a_language_that_is_named_in_words_is_used_at_once_on_the_screen_where_the_person_was(
    place: BotAndPlayground,
) -> None:
    person = await place.newcomer()
    await person.say("/clause 4")
    await person.say("/help")

    assert CAMPAIGN.clauses[4].texts[FA] in (await person.say("speak Dari"))["text"]
    chosen = await person.say("/language")
    assert CAMPAIGN.languages[PS].name in labels(chosen)
    assert CAMPAIGN.clauses[4].texts[PS] in (await person.press(CAMPAIGN.languages[PS].name))["text"]
