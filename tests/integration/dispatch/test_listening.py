"""People listen to recordings with the real bot in the playground: asked for, uploaded once, and shared inline."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot import connection
from content.model import WHOLE, Campaign, Recording
from tests.integration.telegram_api.test_calls import CALLS, Recorder
from tests.support.bot_and_playground import (
    ADMIN,
    CAMPAIGN,
    DARI,
    ENGLISH,
    GROUP,
    MATCHER,
    BotAndPlayground,
    at_work,
    playground_alone,
)
from tests.support.opus_files import opus_file
from tests.support.person import Json, Person, labels, place_of
from tests.support.playground.bot_api_schema import check_call
from tests.support.subscriptions import BOOKS, EN, FA

LISTEN, WHOLE_TEXT = BOOKS[FA].say("listen.button"), BOOKS[FA].say("listen.whole")


def recorded(folder: Path, *parts: str) -> Campaign:
    """Return the shipped campaign with recordings of `parts` in Dari, each of another length."""
    recordings = {}
    for seconds, part in enumerate(parts, 3):
        path = folder / f"{part}.ogg"
        path.write_bytes(opus_file(seconds))
        recordings[part] = Recording(path, seconds)
    return replace(CAMPAIGN, recordings={FA: recordings})


@dataclass
class Listener:
    """A reader of Dari in a playground whose bot has two recordings."""

    place: BotAndPlayground
    person: Person
    folder: Path

    async def voices(self) -> list[Json]:
        return [message for message in await self.person.messages() if "voice" in message]

    async def content(self, voice: Json) -> bytes:
        """Return the bytes that arrived."""
        file = self.place.playground.state.files.get(voice["voice"]["file_unique_id"])
        return bytes(self.place.playground.state.files.bytes_of(file))

    async def listen(self) -> Json:
        """Open clause 4, and press the button that plays it; return the message that arrives."""
        await self.person.start("clause-4")
        return await self.person.press(LISTEN)


@pytest.fixture
async def listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Listener]:
    """Run the bot for a listener, and check in the end that each of its calls is one of the Bot API."""
    monkeypatch.setattr(connection, "Transport", Recorder)
    CALLS.clear()
    matcher = replace(MATCHER, campaign=recorded(tmp_path, "4", WHOLE))
    async with playground_alone(tmp_path) as place, at_work(place, matcher=matcher):
        yield Listener(place, place.person(DARI), tmp_path)
    assert [problem for name, parameters in CALLS for problem in check_call(name, parameters)] == []


async def test_a_recording_arrives_byte_for_byte_when_it_is_asked_for(listener: Listener) -> None:
    voice = await listener.listen()

    assert voice["voice"]["duration"] == 3
    assert await listener.content(voice) == (listener.folder / "4.ogg").read_bytes()
    assert CAMPAIGN.clauses[4].titles[FA] in voice["caption"]
    assert BOOKS[FA].say("mark.unreviewed") in voice["caption"]
    assert "declaration_bot" not in voice["caption"]


async def test_a_recording_can_be_hidden_like_a_picture(listener: Listener) -> None:
    voice = await listener.listen()
    await listener.person.press_at(voice["message_id"], *place_of(BOOKS[FA].say("button.hide"), voice))
    await listener.person.say("/help")  # the bot has handled the press

    assert await listener.voices() == []


async def test_a_recording_is_uploaded_once_and_then_sent_by_its_file_id(listener: Listener) -> None:
    await listener.listen()
    await listener.person.say("/help")  # the bot has read the response to the upload
    (listener.folder / "4.ogg").unlink()
    again = await listener.listen()

    assert again["voice"]["duration"] == 3
    assert len(await listener.voices()) == 2


async def test_a_recording_whose_file_is_gone_is_answered_with_a_sentence(listener: Listener) -> None:
    (listener.folder / "4.ogg").unlink()

    assert (await listener.listen())["text"] == BOOKS[FA].say("listen.gone")


async def test_the_whole_declaration_is_played_from_the_table_of_contents(listener: Listener) -> None:
    await listener.person.say("/declaration")
    voice = await listener.person.press(WHOLE_TEXT)

    assert voice["voice"]["duration"] == 4
    assert CAMPAIGN.editions[FA].title in voice["caption"]


async def test_where_nothing_was_recorded_there_is_no_button_and_nothing_is_sent_unasked(listener: Listener) -> None:
    for payload in ("clause-3", "original-4", "demand-un"):
        screen = await listener.person.start(payload)
        assert LISTEN not in labels(screen)
    english = listener.place.person(ENGLISH)
    assert BOOKS[EN].say("listen.button") not in labels(await english.start("clause-4"))
    assert await listener.voices() == []


async def test_a_recording_is_offered_inline_once_an_admin_asked_for_it_and_names_the_bot(listener: Listener) -> None:
    """Otherwise an inline query would show everybody that some reader has listened."""
    await listener.listen()
    before = await listener.person.inline("clause-4")
    admin = listener.place.person(ADMIN)
    await admin.start("lang-fa")
    await admin.start("clause-4")
    await admin.press(LISTEN)
    await admin.say("/help")  # the bot has handled the press
    after = await listener.person.inline("clause-4")
    voice = next(result for result in after["results"] if result["type"] == "voice")
    chosen = {"chat": GROUP, "id": after["id"], "result_id": voice["id"]}
    shared = await listener.person.post("inline/choose", **chosen)

    assert [result["type"] for result in before["results"]] == ["article"]
    assert shared["voice"]["duration"] == 3
    assert shared["via_bot"]["username"] == "declaration_bot"
