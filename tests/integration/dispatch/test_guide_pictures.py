"""A picture of Telegram's settings comes only when a person asks for it, and goes when they hide it."""

from pathlib import Path
from typing import Any

import pytest

from bot.chart.drawing_process import DrawingFailed
from bot.chart.renderer import ChartRenderer
from content.model import Lang
from tests.support.announcement_admins import Clock
from tests.support.bot_and_playground import at_work, bot_and_playground, playground_alone
from tests.support.person import Json, Person, labels
from tests.support.subscriptions import BOOKS, EN

TWO_DAYS = 2 * 86400


async def open_traces(person: Person, lang: str) -> Json:
    say = BOOKS[Lang(lang)].say
    await person.say("/privacy")
    return await person.press(say("button.traces"))


@pytest.mark.parametrize(("lang", "device"), [("en", "iphone"), ("fa", "android"), ("ps", "computer")])
async def test_a_picture_has_its_steps_as_a_caption_and_hide_removes_it(
    tmp_path: Path, lang: str, device: str
) -> None:
    say = BOOKS[Lang(lang)].say
    async with bot_and_playground(tmp_path) as place:
        person = await place.newcomer(lang)
        await open_traces(person, lang)
        page = await person.press(say(f"button.{device}")) if device != "android" else await person.screen()
        picture = await person.press(say("button.picture"))
        assert picture["photo"]
        assert picture["caption"].startswith(say("privacy.picture_title", device=say(f"button.{device}")))
        assert labels(picture) == [say("button.hide")]
        await person.press(say("button.hide"))
        assert person.toast == ""
        assert (await person.screen())["text"] == page["text"]


async def test_a_picture_is_uploaded_once_and_again_when_telegram_has_lost_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say, uploads = BOOKS[EN].say, list[str]()
    async with bot_and_playground(tmp_path) as place:
        files = place.playground.state.files
        store = files.add

        def add(kind: str, *details: Any) -> Any:
            uploads.append(kind)
            return store(kind, *details)

        monkeypatch.setattr(files, "add", add)
        for person in [await place.newcomer(), await place.newcomer()]:
            await open_traces(person, EN)
            assert (await person.press(say("button.picture")))["photo"]
        assert uploads == ["photo"]
        files._files.clear()
        person = await place.newcomer()
        await open_traces(person, EN)
        assert (await person.press(say("button.picture")))["photo"]
    assert uploads == ["photo", "photo"]


async def test_after_two_days_the_bot_says_that_the_person_has_to_delete_the_picture(tmp_path: Path) -> None:
    say, clock = BOOKS[EN].say, Clock()
    async with playground_alone(tmp_path, clock=clock.true) as place, at_work(place, clock):
        person = await place.newcomer()
        await open_traces(person, EN)
        picture = await person.press(say("button.picture"))
        clock.ahead = TWO_DAYS + 60
        await person.press_at(picture["message_id"], 0, 0)

        assert person.toast == say("toast.not_deleted")
        assert (await person.screen())["photo"]


async def test_without_a_drawing_the_steps_come_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    say = BOOKS[EN].say

    async def fail(*_: object) -> bytes:
        raise DrawingFailed("The chart could not be drawn.")

    monkeypatch.setattr(ChartRenderer, "render", fail)
    async with bot_and_playground(tmp_path) as place:
        person = await place.newcomer()
        await open_traces(person, EN)
        shown = await person.press(say("button.picture"))
        assert "1. Tap the name" in shown["text"]
        await person.press(say("button.hide"))
        assert "Auto-delete: Android" not in str((await person.screen())["text"])
