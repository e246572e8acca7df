"""People read the declaration with the real bot on the playground, by buttons alone, in every language."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.flows.commands import MENU
from content.model import Lang
from tests.support.bot_and_playground import (
    CAMPAIGN,
    DARI,
    ENGLISH,
    GROUP,
    PASHTO,
    at_work,
    bot_and_playground,
    playground_alone,
)
from tests.support.person import Person, labels

EN, FA, PS = Lang("en"), Lang("fa"), Lang("ps")
MARKS = {lang: CAMPAIGN.phrasebooks[lang].say("mark.unreviewed") for lang in (FA, PS)}


async def read_all(person: Person, lang: Lang) -> list[str]:
    """Go from /start to the last screen by buttons alone; return the text of every screen."""
    say = CAMPAIGN.phrasebooks[lang].say
    await person.start()
    await person.press(say("button.read"))
    screens = [await person.press(CAMPAIGN.clauses[0].titles[lang])]
    while say("button.next") in labels(screens[-1]):
        screens.append(await person.press(say("button.next")))
    return [screen["text"] for screen in screens]


async def test_the_whole_declaration_reaches_the_chat_verbatim_by_buttons_alone(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        screens = await read_all(place.person(ENGLISH), EN)

    assert len(screens) == 13
    for clause, screen in zip(CAMPAIGN.clauses, screens, strict=True):
        assert clause.texts[EN] in screen


@pytest.mark.parametrize("lang", [FA, PS])
async def test_a_translation_is_marked_and_the_original_is_one_tap_away(tmp_path: Path, lang: Lang) -> None:
    say = CAMPAIGN.phrasebooks[lang].say
    async with bot_and_playground(tmp_path) as place:
        for clause in CAMPAIGN.clauses:
            person = await place.newcomer(lang)
            screen = await person.start(f"clause-{clause.id}")
            original = await person.press(say("button.original"))
            back = await person.press(say("button.translation"))

            assert clause.texts[lang] in screen["text"]
            assert MARKS[lang] in screen["text"]
            assert clause.texts[EN] in original["text"]
            assert back["text"] == screen["text"]


async def test_one_screen_is_edited_in_place(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        person = place.person(ENGLISH)
        await read_all(person, EN)
        messages = await person.messages()

    assert len([message for message in messages if not message.get("out")]) == 1


@pytest.mark.parametrize("text", ["4", "۴", "clause 4", "#4", "ماده ۴", "څلورمه ماده", "/clause 4", "/clause ۴"])
async def test_a_clause_is_opened_by_its_number(tmp_path: Path, text: str) -> None:
    async with bot_and_playground(tmp_path) as place:
        screen = await place.person(ENGLISH).say(text)

    assert any(words in screen["text"] for words in CAMPAIGN.clauses[4].texts.values())


async def test_a_chosen_language_stays(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        person = place.person(ENGLISH)
        await person.say("/language")
        await person.press("دری")
        screen = await person.say("4")

    assert CAMPAIGN.clauses[4].texts[FA] in screen["text"]


async def test_deep_links_open_their_places(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        person = place.person(ENGLISH)
        clause = await person.start("clause-4")
        topic = await person.start("topic-women")
        dari = await person.start("lang-fa")
        unknown = await person.start("clause-99")

    assert CAMPAIGN.clauses[4].texts[EN] in clause["text"]
    assert "Women" in topic["text"]
    assert CAMPAIGN.editions[FA].title in dari["text"]
    assert CAMPAIGN.editions[FA].title in unknown["text"]


async def test_anything_that_is_not_text_gets_one_notice(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        for kind in ("photo", "voice", "sticker", "location"):
            screen = await (await place.newcomer()).send(kind)
            assert "only read text" in screen["text"]


async def test_a_group_is_sent_only_what_it_asked_for_and_nothing_personal(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        person, private = place.person(ENGLISH, GROUP), place.person(ENGLISH)
        name = (await person.get("bots"))["bots"][0]["username"]
        clause = await person.say(f"/clause@{name} 4")
        await person.post(f"chats/{GROUP}/send", text="4")
        privacy = await person.say(f"/privacy@{name}")
        mentioned = await person.say(f"@{name} 5")
        own = await private.say("/privacy")

    assert CAMPAIGN.clauses[4].texts[EN] in clause["text"]
    assert str(ENGLISH) not in privacy["text"]
    assert CAMPAIGN.clauses[5].texts[EN] in mentioned["text"]
    assert str(ENGLISH) in own["text"]


async def test_a_clause_is_shared_into_another_chat(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        person = place.person(DARI)
        await person.start()
        answer = await person.inline("clause-4")
        unfiltered = await person.inline("")
        card = answer["results"][0]
        shared = await person.post("inline/choose", chat=GROUP, id=answer["id"], result_id=card["id"])

    assert len(answer["results"]) == 1
    assert len(unfiltered["results"]) == 13
    assert CAMPAIGN.clauses[4].texts[FA] in shared["text"]
    assert MARKS[FA] in shared["text"]
    assert answer["button"]["text"]


async def test_the_profile_is_set_in_every_language_and_only_where_it_differs(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        async with at_work(place):
            await profile_like(place.person(PASHTO), PS)
            profile = await profile_like(place.person(DARI), FA)
            set_first = await setters(place.person(DARI))
        async with at_work(place):
            await place.person(DARI).start()
            await asyncio.sleep(0.3)
            set_again = await setters(place.person(DARI)) - set_first

    assert [command["command"] for command in profile["commands"]] == [command.name for command in MENU]
    assert profile["short_description"] == CAMPAIGN.phrasebooks[FA].say("short_description")
    assert set_first >= 9
    assert set_again == 0


async def setters(person: Person) -> int:
    return sum(call["method"].startswith("setMy") for call in (await person.get("calls"))["calls"])


async def profile_like(person: Person, lang: Lang) -> dict[str, Any]:
    """Return the profile that this person's Telegram shows, once all of its parts are set."""
    book = CAMPAIGN.phrasebooks[lang]
    descriptions = [book.say("description"), book.say("short_description")]
    menu = [book.say(command.phrase) for command in MENU]
    async with asyncio.timeout(60):
        while True:
            profile: dict[str, Any] = await person.get(f"chats/{person.chat}/profile")
            commands = [command["description"] for command in profile["commands"]]
            if commands == menu and [profile["description"], profile["short_description"]] == descriptions:
                return profile
            await asyncio.sleep(0.02)
