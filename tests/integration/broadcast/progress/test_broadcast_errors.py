"""What nobody foresaw in the loops beside the intake: documents as no version writes them. All else goes on."""

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
from tests.support.announcement_admins import NOON, Office, closed_office, subscriber

NOWHERE = 999  # a zone that this version does not know


async def damage(one: Office, name: bytes, content: bytes) -> None:
    chosen, today = one.place.settings(), datetime.now(UTC).date()
    async with (
        opened(chosen.database, chosen.keys, today, one.place.bot_id) as store,
        store.database.transaction() as change,
    ):
        await store.documents.put(change, name, content)


def asked(until: float) -> Draft:
    """Waiting for another admin, at an hour of a zone that there is not."""
    one = Draft("en", "en", {"en": Piece("Never")}, send_at=until, zone=NOWHERE)
    return replace(one, stage=Stage.ASKED, deadline=until, nonce="n")


@pytest.mark.expects_errors
async def test_a_draft_that_fails_holds_up_nobody_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with closed_office(tmp_path) as one:
        async with one.at_work():
            reader = await subscriber(one.place)
            await one.writer.start()
        await damage(one, b"draft/%d" % one.other.id, draft.encode(asked(one.clock() + 3600)))
        async with one.at_work():
            await one.other.start()
            await asyncio.sleep(1.5)  # it fails a second time
            await one.send()
            await reader.sees(NOON)
        told = RedactingFormatter().format(mistake(caplog))

    assert "A draft fails in a way that nobody foresaw" in told
    assert "IndexError" in told
    assert str(one.other.id) not in told
    assert "Never" not in told


@pytest.mark.expects_errors
async def test_a_progress_that_cannot_be_shown_holds_up_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with closed_office(tmp_path) as one:
        async with one.at_work():
            await subscriber(one.place)
            await one.writer.start()
            await one.other.start()
            await one.send()
        watched = {"number": 1, "expected": 1, "is_everyone": True, "zone": NOWHERE, "lang": "en", "messages": {}}
        await damage(one, b"watch/broadcasts", json.dumps([watched]).encode())
        async with one.at_work():
            await one.begin("Tomorrow at one")
            await one.writer.sees("Announcement no. 2\n\nSending has ended.")

    assert "The progress of a broadcast fails" in mistake(caplog).getMessage()


@pytest.mark.expects_errors
async def test_a_draft_that_cannot_be_read_stays_aside_and_another_one_can_be_written(tmp_path: Path) -> None:
    async with closed_office(tmp_path) as one:
        async with one.at_work():
            reader = await subscriber(one.place)
        await damage(one, b"draft/%d" % one.writer.id, b'{"said": 7}')
        async with one.at_work():
            await one.writer.start()
            await one.other.start()
            await one.send()
            await reader.sees(NOON)


def mistake(caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    """The one line about it, however often it happened."""
    (record,) = [one for one in caplog.get_records("call") if one.levelno >= logging.ERROR]
    return record


@pytest.mark.expects_errors
def test_the_same_mistake_is_logged_once_a_minute_and_another_one_at_once(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    bearing = LoopGuard("A draft", lambda: now[0])
    for at in (0.0, 1.0, 59.0, 61.0):
        now[0] = at
        with bearing.guard():
            raise IndexError
    with bearing.guard():
        raise KeyError

    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [IndexError, IndexError, KeyError]


async def test_an_announcement_that_cannot_be_read_leaves_the_others_to_be_shown(tmp_path: Path) -> None:
    async with closed_office(tmp_path) as one:
        async with one.at_work():
            reader = await subscriber(one.place)
            await one.writer.start()
            await one.other.start()
            await one.send()
            await one.send("Tomorrow at one")
        await damage(one, b"said/1", b"[]")
        async with one.at_work():
            before = len(await reader.messages())
            await reader.say("/latest")
            async with asyncio.timeout(60):
                while len(after := (await reader.messages())[before + 1 :]) < 2:
                    await asyncio.sleep(0.02)

        assert [message["text"] for message in after[1:]] == ["Tomorrow at one"]
