"""People continue from what they have just read: "next", "more", "again", "is this official"."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from content.model import Lang
from tests.support.bot_and_playground import CAMPAIGN, BotAndPlayground, bot_and_playground
from tests.support.subscriptions import BOOKS, EN, PS

FA = Lang("fa")


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[BotAndPlayground]:
    async with bot_and_playground(tmp_path) as there:
        yield there


async def test_next_and_previous_lead_from_clause_to_clause(place: BotAndPlayground) -> None:
    person = await place.newcomer()
    await person.say("clause 4")

    assert CAMPAIGN.clauses[5].texts[EN] in (await person.say("next"))["text"]
    assert CAMPAIGN.clauses[6].texts[EN] in (await person.say("continue"))["text"]
    assert CAMPAIGN.clauses[5].texts[EN] in (await person.say("previous"))["text"]
    assert CAMPAIGN.clauses[5].texts[EN] in (await person.say("again"))["text"]


async def test_more_opens_the_whole_clause_of_an_answer(place: BotAndPlayground) -> None:
    person = await place.newcomer()
    answer = await person.say("girls schools")
    clause = CAMPAIGN.clauses[8].texts[EN]

    assert clause not in answer["text"]
    assert clause in (await person.say("more"))["text"]


async def test_a_text_continues_in_its_own_language(place: BotAndPlayground) -> None:
    person = await place.newcomer()
    await person.say("clause 4")

    assert CAMPAIGN.clauses[5].texts[FA] in (await person.say("ادامه"))["text"]
    assert CAMPAIGN.clauses[6].texts[PS] in (await person.say("نور"))["text"]


async def test_somebody_who_asks_whether_a_translation_is_official_reads_that_and_the_original(
    place: BotAndPlayground,
) -> None:
    person = await place.newcomer()
    await person.say("ماده ۴")
    shown = await person.say("آیا این رسمی است")

    assert shown["text"].startswith(BOOKS[FA].say("mark.unreviewed"))
    assert CAMPAIGN.clauses[4].texts[EN] in shown["text"]


@pytest.mark.parametrize("text", ["next", "more", "previous"])
async def test_without_a_place_the_table_of_contents_opens(place: BotAndPlayground, text: str) -> None:
    person = await place.newcomer()

    assert CAMPAIGN.clauses[4].titles[EN] in (await person.say(text))["text"]


async def test_after_the_last_clause_comes_the_table_of_contents(place: BotAndPlayground) -> None:
    person = await place.newcomer()
    await person.say("closing paragraph")

    assert CAMPAIGN.clauses[4].titles[EN] in (await person.say("next"))["text"]
