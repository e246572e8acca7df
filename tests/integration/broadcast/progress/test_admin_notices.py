"""What would otherwise be told to nobody: notices that stay in chats, a full disk, buttons that were refused."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite
import pytest

from bot.broadcast.progress import alarms
from bot.model.events import UserId
from bot.telegram_api.sending.callback_signing import Signer
from content.model import Lang
from storage.sqlite import SqliteDatabase
from storage.store import opened
from tests.support.announcement_admins import Office, closed_office, office, subscriber
from tests.support.broadcast_sender import add_subscribers
from tests.support.subscriptions import press_data

HOUR = 3600.0


@asynccontextmanager
async def after_two_days(tmp_path: Path, people: int, language: str = "en") -> AsyncIterator[Office]:
    """An announcement went out discreetly; the bot was off for the 50 hours after."""
    async with closed_office(tmp_path, people, language=language, rate="300") as one:
        chosen = one.place.settings()
        async with opened(chosen.database, chosen.keys, datetime.now(UTC).date(), one.place.bot_id) as store:
            await add_subscribers(store, people, discreet=True)
        async with one.at_work():
            await one.writer.start()
            await one.other.start()
            await one.send()
        one.clock.ahead += 50 * HOUR
        async with one.at_work():
            yield one


@pytest.mark.parametrize(
    ("language", "people", "shown"),
    [("en", 60, "60"), ("en", 6, "fewer than 10"), ("fa", 60, "۶۰"), ("ps", 60, "۶۰")],
)
async def test_notices_that_can_no_longer_be_deleted_are_told_and_logged(
    tmp_path: Path, language: str, people: int, shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with after_two_days(tmp_path, people, language) as one:
        told = one.word("progress.undeleted", number=1, amount=shown)
        await one.other.sees(told)
        await one.writer.sees("Announcement no. 1: discreet notices that could not be deleted")
        await asyncio.sleep(1)
        assert sum(told in said.get("text", "") for said in await one.other.messages()) == 1

    amount = "60" if people == 60 else "<10"
    lines = [record.getMessage() for record in caplog.records if record.name == "bot.broadcast.progress.alarms"]
    assert lines == [
        f"Discreet notices of announcement 1 could not be deleted in time and stay in the chats: {amount}"
    ]


async def test_a_full_disk_is_told_to_admins_and_the_report_says_that_it_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(alarms.Alarms.__init__, "__defaults__", (0.2,))
    async with office(tmp_path, people=150) as one:
        await one.begin()
        await one.writer.sees("Is being sent.")
        writer = writer_at_work()
        await writer.execute("PRAGMA max_page_count = 1")
        await one.other.sees("The bot cannot store anything just now")
        await one.writer.sees("Waits: nothing can be stored on the server just now.")
        await writer.execute("PRAGMA max_page_count = 1000000")
        await one.writer.sees("Sending has ended")
        assert one.got() == {1: 150}

    assert "Nothing can be stored: the admins are told" in [record.getMessage() for record in caplog.records]


def writer_at_work() -> aiosqlite.Connection:
    """With which the bot in this process writes."""
    writers = [one._writer for one in gc.get_objects() if isinstance(one, SqliteDatabase)]
    return next(one for one in writers if one is not None and one._connection is not None)


async def test_a_refused_button_of_an_admin_leaves_a_line_without_a_number(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with office(tmp_path) as one:
        reader = await subscriber(one.place)
        signer = Signer(one.place.box.token)
        stop = "x.ask.stop.1.0a1b2c3d"
        theirs = signer.data(UserId(reader.id), Lang("en"), stop, one.clock())
        others = signer.data(UserId(one.writer.id), Lang("en"), stop, one.clock())
        expired = signer.data(UserId(one.writer.id), Lang("en"), stop, one.clock() - 30 * 24 * HOUR)
        unwatched = signer.data(UserId(one.writer.id), Lang("en"), stop, one.clock() - HOUR)
        for person, data in ((reader, theirs), (reader, others)):
            await press_data(one.place, person, data)
        for data in (expired, unwatched):
            await press_alone(one, data)
        await one.ask()
        await one.writer.press_under("Waiting for the confirmation", "Cancel")
        await one.confirm()

    lines = [record.getMessage() for record in caplog.records if "was refused: " in record.getMessage()]
    assert lines == [
        "An admin's button was refused: the person who pressed it is not an admin",
        "A button was refused: it was signed for somebody else, or by nobody",
        "An admin's button was refused: it has expired",
        "An admin's button was refused: its announcement is not watched any more",
        "An admin's button was refused: its announcement is not watched any more",
        "A confirmation was refused: what it was for is changed, cancelled, sent or too old",
    ]


async def press_alone(one: Office, data: str) -> None:
    """Without waiting for a screen: all that comes is a toast."""
    planted = {
        "chat_id": one.writer.id,
        "text": "planted",
        "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": data}]]},
    }
    url = f"{one.place.box.url}/bot{one.place.box.token}/sendMessage"
    async with one.place.session.post(url, json=planted) as answer:
        message = (await answer.json())["result"]["message_id"]
    await one.writer.press_at(message, 0, 0)
