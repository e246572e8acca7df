"""Admins are notified of undeleted messages and a full disk, and refused buttons are logged."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite
import pytest

from bot.broadcast.progress.notices import alarms
from bot.model.events import UserId
from bot.telegram_api.sending.callback_signing import Signer
from content.model import Lang
from storage.sqlite import SqliteDatabase
from storage.store import opened
from tests.support.announcement_admins import TwoAdmins, new_subscriber, two_admins, two_admins_stopped
from tests.support.broadcast_sender import add_subscribers
from tests.support.subscriptions import press_data

HOUR = 3600.0


@asynccontextmanager
async def after_two_days(tmp_path: Path, people: int, language: str = "en") -> AsyncIterator[TwoAdmins]:
    """Yield a bot that sent a discreet announcement and then was down for 50 hours."""
    async with two_admins_stopped(tmp_path, people, language=language, rate="300") as admins:
        chosen = admins.place.settings()
        async with opened(chosen.database, chosen.keys, datetime.now(UTC).date(), admins.place.bot_id) as store:
            await add_subscribers(store, people, discreet=True)
        async with admins.running_bot():
            await admins.writer.start()
            await admins.other.start()
            await admins.send()
        admins.clock.ahead += 50 * HOUR
        async with admins.running_bot():
            yield admins


@pytest.mark.parametrize(
    ("language", "people", "shown"),
    [("en", 60, "60"), ("en", 6, "fewer than 10"), ("fa", 60, "۶۰"), ("ps", 60, "۶۰")],
)
async def test_notices_that_can_no_longer_be_deleted_are_reported_and_logged(
    tmp_path: Path, language: str, people: int, shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with after_two_days(tmp_path, people, language) as admins:
        text = admins.phrase("progress.undeleted", number=1, amount=shown)
        await admins.other.sees(text)
        await admins.writer.sees("Announcement no. 1: discreet notices that could not be deleted")
        await asyncio.sleep(1)
        assert sum(text in message.get("text", "") for message in await admins.other.messages()) == 1

    amount = "60" if people == 60 else "<10"
    name = "bot.broadcast.progress.notices.alarms"
    lines = [record.getMessage() for record in caplog.records if record.name == name]
    assert lines == [
        f"Discreet notices of announcement 1 could not be deleted in time and stay in the chats: {amount}"
    ]


async def test_a_full_disk_is_reported_to_admins_and_on_the_progress_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(alarms.Alarms.__init__, "__defaults__", (0.2,))
    async with two_admins(tmp_path, people=150) as admins:
        await admins.begin_sending()
        await admins.writer.sees("Is being sent.")
        writer = writing_connection()
        await writer.execute("PRAGMA max_page_count = 1")
        await admins.other.sees("The bot cannot store anything just now")
        await admins.writer.sees("Waiting: nothing can be stored on the server just now.")
        await writer.execute("PRAGMA max_page_count = 1000000")
        await admins.writer.sees("Sending has ended")
        assert admins.received_counts() == {1: 150}

    assert "The database cannot be written: notifying the admins" in [
        record.getMessage() for record in caplog.records
    ]


def writing_connection() -> aiosqlite.Connection:
    """Return the connection with which the bot in this process writes."""
    writers = [message._writer for message in gc.get_objects() if isinstance(message, SqliteDatabase)]
    return next(message for message in writers if message is not None and message._connection is not None)


async def test_a_refused_button_of_an_admin_is_logged_without_ids(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        signer = Signer(admins.place.playground.token)
        stop = "x.ask.stop.1.0a1b2c3d"
        theirs = signer.sign(UserId(reader.id), Lang("en"), stop, admins.clock())
        others = signer.sign(UserId(admins.writer.id), Lang("en"), stop, admins.clock())
        expired = signer.sign(UserId(admins.writer.id), Lang("en"), stop, admins.clock() - 30 * 24 * HOUR)
        unwatched = signer.sign(UserId(admins.writer.id), Lang("en"), stop, admins.clock() - HOUR)
        for person, data in ((reader, theirs), (reader, others)):
            await press_data(admins.place, person, data)
        for data in (expired, unwatched):
            await press_alone(admins, data)
        await admins.request()
        await admins.writer.press_under("Waiting for another admin to confirm", "Cancel")
        await admins.confirm()

    lines = [record.getMessage() for record in caplog.records if "was refused: " in record.getMessage()]
    assert lines == [
        "An admin's button was refused: the person who pressed it is not an admin",
        "A button was refused: it was signed for somebody else, or by nobody",
        "An admin's button was refused: it has expired",
        "An admin's button was refused: its announcement is not monitored any more",
        "An admin's button was refused: its announcement is not monitored any more",
        "A confirmation was refused: its draft was changed, cancelled or sent, or is too old",
    ]


async def press_alone(admins: TwoAdmins, data: str) -> None:
    """Press a button without waiting for a screen: the answer is only a toast."""
    planted = {
        "chat_id": admins.writer.id,
        "text": "planted",
        "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": data}]]},
    }
    url = f"{admins.place.playground.url}/bot{admins.place.playground.token}/sendMessage"
    async with admins.place.session.post(url, json=planted) as answer:
        message = (await answer.json())["result"]["message_id"]
    await admins.writer.press_at(message, 0, 0)
