"""People ask for a clause as a picture, and pass it on from a chat or inline."""

from pathlib import Path
from typing import Any

import pytest

from bot.cards.card_renderer import CardRenderer
from bot.cards.card_text import CardText
from bot.chart.drawing_process import DrawingFailed
from bot.telegram_api.sending.files.photo_sender import PhotoSender
from content.model import Lang
from tests.support.bot_and_playground import ADMIN, GROUP, BotAndPlayground, bot_and_playground
from tests.support.card_pictures import chunks
from tests.support.person import Json, Person, labels
from tests.support.subscriptions import BOOKS, EN

LINKS = ("t.me", "://", "@", "start=", "_bot")


async def open_ways(person: Person, lang: Lang, clause: str = "4") -> Json:
    """Open the screen with the ways to share a clause."""
    await person.start(f"clause-{clause}")
    return await person.press(BOOKS[lang].say("button.pass_on"))


async def ask_for_card(person: Person, lang: Lang, clause: str = "4") -> Json:
    await open_ways(person, lang, clause)
    return await person.press(BOOKS[lang].say("button.picture"))


def file_of(place: BotAndPlayground, message: Json) -> bytes:
    """Return the bytes of the picture in a message."""
    files = place.playground.state.files
    file = files.get(message["photo"][-1]["file_unique_id"])
    data = files.bytes_of(file)
    assert isinstance(data, bytes)
    return data


@pytest.mark.parametrize("lang", ["en", "fa"])
async def test_a_card_comes_without_any_link_and_hide_removes_it(tmp_path: Path, lang: str) -> None:
    say = BOOKS[Lang(lang)].say
    async with bot_and_playground(tmp_path) as place:
        person = await place.newcomer(lang)
        ways = await open_ways(person, Lang(lang))
        card = await person.press(say("button.picture"))
        data = file_of(place, card)

        assert say("card.receiver_sees") in ways["text"]
        assert card["caption"].startswith(say("clause.name", number=4))
        assert not any(link in card["caption"] for link in LINKS)
        assert not any(link in data for link in (b"t.me", b"http", b"_bot"))
        assert not any("url" in button for row in card["reply_markup"]["inline_keyboard"] for button in row)
        assert set(chunks(data)) == {"IHDR", "PLTE", "IDAT", "IEND"}
        await person.press(say("button.hide"))
        assert (await person.screen())["text"] == ways["text"]


async def test_a_long_clause_comes_on_several_pictures_and_each_can_be_hidden(tmp_path: Path) -> None:
    say = BOOKS[EN].say
    async with bot_and_playground(tmp_path) as place:
        person = await place.newcomer()
        await ask_for_card(person, EN, "preamble")
        await person.sees("(2/2)")
        pictures = [message for message in await person.messages() if message.get("photo")]

        assert [picture["caption"] for picture in pictures] == ["Preamble (1/2)", "Preamble (2/2)"]
        assert labels(pictures[0]) == [say("button.hide")]
        await person.press_at(pictures[0]["message_id"], 0, 0)
        assert [message["caption"] for message in await person.messages() if message.get("photo")] == [
            "Preamble (2/2)"
        ]


async def test_a_demand_a_dark_card_and_one_with_the_address_come_on_request(tmp_path: Path) -> None:
    say = BOOKS[EN].say
    async with bot_and_playground(tmp_path) as place:
        person = await place.newcomer()
        await person.start("demand-un")
        await person.press(say("button.pass_on"))
        light = await person.press(say("button.picture"))
        dark = await person.press(say("card.dark"))
        linked = await person.press(say("card.with_address"))
        plain = await person.press(say("card.without_address"))

        assert light["caption"] == f"{say('card.asked_of')}\nThe United Nations"
        assert len({file_of(place, card) for card in (light, dark, linked)}) == 3
        assert file_of(place, plain) == file_of(place, dark)
        assert not any(link in linked["caption"] for link in LINKS)


async def test_a_card_is_drawn_and_uploaded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, uploads = list[str](), list[str]()
    render = CardRenderer.render

    async def rendered(self: CardRenderer, card: CardText) -> tuple[bytes, ...]:
        drawn.append(card.title)
        return await render(self, card)

    monkeypatch.setattr(CardRenderer, "render", rendered)
    async with bot_and_playground(tmp_path) as place:
        files = place.playground.state.files
        store = files.add

        def add(kind: str, *details: Any) -> Any:
            uploads.append(kind)
            return store(kind, *details)

        monkeypatch.setattr(files, "add", add)
        for person in [await place.newcomer(), await place.newcomer()]:
            assert (await ask_for_card(person, EN))["photo"]

    assert (len(drawn), uploads) == (1, ["photo"])


async def test_without_a_drawing_the_person_reads_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    say = BOOKS[EN].say

    async def fail(*_: object) -> tuple[bytes, ...]:
        raise DrawingFailed("The card could not be drawn.")

    monkeypatch.setattr(CardRenderer, "render", fail)
    async with bot_and_playground(tmp_path) as place:
        person = await place.newcomer()
        ways = await open_ways(person, EN)
        picture = next(number for number, label in enumerate(labels(ways)) if label == say("button.picture"))
        await person.press_at(ways["message_id"], picture, 0)

        assert person.toast == say("card.not_drawn")


async def test_inline_offers_the_picture_of_the_best_clause_after_an_admin_asked_for_it(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        reader, admin = await place.newcomer(), place.person(ADMIN)
        await ask_for_card(reader, EN)
        assert types(await reader.inline("women")) == {"article"}  # nobody learns what readers asked for

        await admin.start()
        await ask_for_card(admin, EN)
        offered = await reader.inline("women")
        everything = await reader.inline("")
        picture = next(result for result in offered["results"] if result["type"] == "photo")
        shared = await reader.post("inline/choose", chat=GROUP, id=offered["id"], result_id=picture["id"])

        assert types(everything) == {"article"}
        assert offered["results"][1] == picture
        assert shared["photo"]
        assert not any(link in shared["caption"] for link in LINKS)
        assert "reply_markup" not in shared


async def test_inline_answers_without_pictures_when_telegram_refuses_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PhotoSender, "offered", lambda *_: ("lost",))
    async with bot_and_playground(tmp_path) as place:
        person = await place.newcomer()

        assert types(await person.inline("women")) == {"article"}


def types(answer: Json) -> set[str]:
    """Return the types of the results of an inline query."""
    return {result["type"] for result in answer["results"]}
