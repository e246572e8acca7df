"""Unexpected errors in the background loops, caused by damaged documents, do not stop anything else."""

import asyncio
import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.broadcast.authoring import draft
from bot.broadcast.authoring.draft import Draft, Stage
from bot.model.announcement import Piece
from bot.runtime.logs import RedactingFormatter
from bot.runtime.loop_guard import LoopGuard
from storage.store import opened
from tests.support.announcement_admins import NOON, TwoAdmins, new_subscriber, two_admins_stopped

NOWHERE = 999  # index of a time zone that does not exist


async def damage(admins: TwoAdmins, name: bytes, content: bytes) -> None:
    chosen, today = admins.place.settings(), datetime.now(UTC).date()
    async with (
        opened(chosen.database, chosen.keys, today, admins.place.bot_id) as store,
        store.database.transaction() as change,
    ):
        await store.documents.put(change, name, content)


def asked(until: float) -> Draft:
    """Return a draft that waits for another admin and has a time zone that does not exist."""
    draft_in_no_zone = Draft("en", "en", {"en": Piece("Never")}, send_at=until, zone=NOWHERE)
    return replace(draft_in_no_zone, stage=Stage.ASKED, deadline=until, nonce="n")


@pytest.mark.expects_errors
async def test_a_draft_that_fails_does_not_block_others(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with two_admins_stopped(tmp_path) as admins:
        async with admins.running_bot():
            reader = await new_subscriber(admins.place)
            await admins.writer.start()
        await damage(admins, b"draft/%d" % admins.other.id, draft.encode(asked(admins.clock() + 3600)))
        async with admins.running_bot():
            await admins.other.start()
            await asyncio.sleep(1.5)  # it fails a second time
            await admins.send()
            await reader.sees(NOON)
        line = RedactingFormatter().format(logged_error(caplog))

    assert "A draft: unexpected error" in line
    assert "IndexError" in line
    assert str(admins.other.id) not in line
    assert "Never" not in line


@pytest.mark.expects_errors
async def test_a_progress_screen_that_fails_does_not_block_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with two_admins_stopped(tmp_path) as admins:
        async with admins.running_bot():
            await new_subscriber(admins.place)
            await admins.writer.start()
            await admins.other.start()
            await admins.send()
        watched = {"number": 1, "expected": 1, "is_everyone": True, "zone": NOWHERE, "lang": "en", "messages": {}}
        await damage(admins, b"watch/broadcasts", json.dumps([watched]).encode())
        async with admins.running_bot():
            await admins.begin_sending("Tomorrow at one")
            await admins.writer.sees("Announcement no. 2\n\nSending has ended.")

    assert "The progress of a broadcast: unexpected error" in logged_error(caplog).getMessage()


@pytest.mark.expects_errors
async def test_an_unreadable_draft_is_ignored_and_another_one_can_be_written(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as admins:
        async with admins.running_bot():
            reader = await new_subscriber(admins.place)
        await damage(admins, b"draft/%d" % admins.writer.id, b'{"said": 7}')
        async with admins.running_bot():
            await admins.writer.start()
            await admins.other.start()
            await admins.send()
            await reader.sees(NOON)


def logged_error(caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    """Return the only error in the log, however often it happened."""
    (record,) = [message for message in caplog.get_records("call") if message.levelno >= logging.ERROR]
    return record


@pytest.mark.expects_errors
def test_the_same_error_is_logged_once_a_minute_and_another_one_at_once(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    guard = LoopGuard("A draft", lambda: now[0])
    for at in (0.0, 1.0, 59.0, 61.0):
        now[0] = at
        with guard.guard():
            raise IndexError
    with guard.guard():
        raise KeyError

    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [IndexError, IndexError, KeyError]


async def test_an_unreadable_announcement_does_not_hide_the_others(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as admins:
        async with admins.running_bot():
            reader = await new_subscriber(admins.place)
            await admins.writer.start()
            await admins.other.start()
            await admins.send()
            await admins.send("Tomorrow at one")
        await damage(admins, b"said/1", b"[]")
        async with admins.running_bot():
            before = len(await reader.messages())
            await reader.say("/latest")
            async with asyncio.timeout(60):
                while len(after := (await reader.messages())[before + 1 :]) < 2:
                    await asyncio.sleep(0.02)

        assert [message["text"] for message in after[1:]] == ["Tomorrow at one"]
