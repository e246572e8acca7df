"""An alert leaves the server for each failure, and one when it has ended; the receiver is a real HTTP server."""

import asyncio
import os
import re
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.errors import Unreachable
from bot.monitoring import health_report
from bot.monitoring.alerts import (
    alert_sender,
    alert_states,
    alert_watch,
    failure_checks,
    heartbeat_sender,
    receiver_client,
)
from storage import backup_note, open_alerts
from storage.sealing import key_file
from tests.support.alert_receiver import AlertReceiver, alert_receiver
from tests.support.announcement_admins import two_admins_stopped
from tests.support.bot_and_playground import (
    ENGLISH,
    MATCHER,
    BotAndPlayground,
    at_work,
    bot_env,
    playground_alone,
    start_bot,
)
from tests.support.broadcast_sender import FIRST_CHAT
from tests.support.person import Person

DAY = 86_400.0


@pytest.fixture(autouse=True)
def fast_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the watch look all the time, and report what it sees at once."""
    monkeypatch.setattr(alert_watch, "CHECK_INTERVAL", 0.05)
    monkeypatch.setattr(alert_watch, "FILE_INTERVAL", 0.05)
    monkeypatch.setattr(alert_states, "PATIENCE", {})
    monkeypatch.setattr(alert_states, "CALM", 0.3)
    monkeypatch.setattr(alert_sender, "FIRST_RETRY", 0.1)
    monkeypatch.setattr(health_report, "CHECK_INTERVAL", 0.05)


@asynccontextmanager
async def watched_bot(
    folder: Path, backup_max_age: str = ""
) -> AsyncIterator[tuple[AlertReceiver, BotAndPlayground, Person]]:
    """Run the bot with a receiver of alerts, after a person has pressed Start."""
    async with (
        alert_receiver() as receiver,
        playground_alone(folder) as place,
        at_work(place, ALERT_URL=receiver.url, BACKUP_MAX_AGE=backup_max_age),
    ):
        person = await place.newcomer()
        await person.start()
        yield receiver, place, person


async def plant(person: Person, *faults: dict[str, Any]) -> None:
    await person.post("faults", faults=list(faults))


async def send(person: Person, text: str) -> None:
    """Send a text without waiting for an answer."""
    await person.post(f"chats/{person.chat}/send", text=text)


async def test_a_silent_telegram(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failure_checks, "SILENT_AFTER", 1.5)
    async with watched_bot(tmp_path) as (receiver, _, person):
        await plant(person, {"kind": "offline", "methods": ["getUpdates"]})
        await send(person, "4")  # ends the poll that waits
        await receiver.alerted("silent")
        await plant(person)
        await send(person, "5")
        monkeypatch.setattr(failure_checks, "SILENT_AFTER", 60.0)  # the next quiet poll takes 25 seconds
        await receiver.resolved("silent")


async def test_a_telegram_that_is_not_reached_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the list nor the health server is open then."""
    monkeypatch.setattr(failure_checks, "SILENT_AFTER", 0.5)
    async with alert_receiver() as receiver, playground_alone(tmp_path) as place:
        await plant(place.person(ENGLISH), {"kind": "offline"})
        stopping = asyncio.Event()
        bot = asyncio.create_task(app.run(place.settings(ALERT_URL=receiver.url), MATCHER, stopping))
        await receiver.alerted("silent")
        stopping.set()
        with pytest.raises(Unreachable):
            await bot


async def test_a_long_flood_wait(tmp_path: Path) -> None:
    async with watched_bot(tmp_path) as (receiver, place, person):
        people = [person, await place.newcomer(), await place.newcomer()]
        await plant(person, {"kind": "429", "seconds": 70, "methods": ["sendMessage"]})
        await asyncio.gather(*(send(sender, "4") for sender in people))
        request = await receiver.alerted("flood_wait")

    assert re.search("no messages for [67][0-9] seconds", request.text)


async def test_a_short_flood_wait_is_no_failure(tmp_path: Path) -> None:
    async with watched_bot(tmp_path) as (receiver, place, person):
        people = [person, await place.newcomer(), await place.newcomer()]
        await plant(person, {"kind": "429", "seconds": 2, "methods": ["sendMessage"], "times": 3})
        await asyncio.gather(*(person.say("4") for person in people))

    assert receiver.requests == []


@pytest.mark.expects_errors
async def test_answers_that_do_not_reach_telegram(tmp_path: Path) -> None:
    async with watched_bot(tmp_path) as (receiver, _, person):
        await plant(person, {"kind": "502", "methods": ["sendMessage"]})
        await send(person, "4")
        await receiver.alerted("sending")
        await plant(person)
        await person.say("5")
        await receiver.resolved("sending")


async def test_an_announcement_that_the_circuit_breaker_paused(tmp_path: Path) -> None:
    async with alert_receiver() as receiver, two_admins_stopped(tmp_path, people=300, rate="300") as admins:
        ids = f"{admins.writer.id},{admins.other.id}"
        async with at_work(admins.place, admins.clock, ADMIN_IDS=ids, SEND_RATE="300", ALERT_URL=receiver.url):
            await admins.writer.start()
            await admins.other.start()
            chats = list(range(FIRST_CHAT, FIRST_CHAT + 300))
            await plant(admins.writer, {"kind": "html403", "methods": ["sendMessage"], "chats": chats})
            await admins.begin_sending()
            request = await receiver.alerted("broadcast")

    assert "circuit breaker" in request.text


async def test_a_database_that_cannot_be_written(tmp_path: Path) -> None:
    async with watched_bot(tmp_path) as (receiver, _, person):
        other = sqlite3.connect(tmp_path / "data" / "bot.db", isolation_level=None, timeout=0)
        await begin_between_transactions(other)
        await send(person, "/subscribe")
        await receiver.alerted("storage")
        other.execute("ROLLBACK")
        other.close()
        await person.say("/subscribe")
        await receiver.resolved("storage")


async def begin_between_transactions(other: sqlite3.Connection) -> None:
    """Begin a transaction as soon as the bot, which runs in the same event loop, has ended its own."""
    while True:
        try:
            other.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError:
            await asyncio.sleep(0.01)


async def test_a_disk_that_is_almost_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failure_checks, "LOW_DISK", 1.1)
    monkeypatch.setattr(failure_checks, "ENOUGH_DISK", 1.1)
    async with watched_bot(tmp_path) as (receiver, _, _):
        request = await receiver.alerted("disk")
        monkeypatch.setattr(failure_checks, "ENOUGH_DISK", 0.0)
        monkeypatch.setattr(failure_checks, "LOW_DISK", 0.0)
        await receiver.resolved("disk")

    assert re.search(r"\d% is free", request.text)


async def test_rows_that_do_not_open(tmp_path: Path) -> None:
    async with watched_bot(tmp_path) as (receiver, _, person):
        await person.say("/subscribe")
        other = sqlite3.connect(tmp_path / "data" / "bot.db", isolation_level=None)
        altered = other.execute("UPDATE subscribers SET sealed = zeroblob(length(sealed))").rowcount
        other.close()
        await person.say("/mydata")
        request = await receiver.alerted("rows")

    assert altered == 1
    assert "1 row of the list does not open" in request.text


async def test_a_key_file_that_was_never_copied(tmp_path: Path) -> None:
    async with watched_bot(tmp_path) as (receiver, _, _):
        keys = tmp_path / "keys" / "seal.key"
        await asyncio.sleep(0.3)
        assert receiver.requests == []
        os.utime(keys, (time.time() - 8 * DAY,) * 2)
        request = await receiver.alerted("keys")
        key_file.acknowledge_copy(keys)
        await receiver.resolved("keys")

    assert "has not been copied for 8 days" in request.text


async def test_a_backup_that_is_too_old(tmp_path: Path) -> None:
    database = tmp_path / "data" / "bot.db"
    async with watched_bot(tmp_path, "36h") as (receiver, place, _):
        await asyncio.sleep(0.3)
        assert receiver.requests == [], "the first start is not too late for a backup"
        backup_note.record(database, time.time() - 3 * DAY)
        request = await receiver.alerted("backup")
        recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
        backup = await start_bot(
            bot_env(place.playground, tmp_path), "backup", str(tmp_path / "list.age"), "--recipient", recipient,
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert await backup.wait() == 0
        await receiver.resolved("backup")

    assert "3 days" in request.text


async def test_an_alert_that_ends_while_the_bot_is_stopped_is_resolved_at_the_next_start(tmp_path: Path) -> None:
    database = tmp_path / "data" / "bot.db"
    async with alert_receiver() as receiver, playground_alone(tmp_path) as place:
        async with at_work(place, ALERT_URL=receiver.url, BACKUP_MAX_AGE="36h"):
            await (await place.newcomer()).start()
            backup_note.record(database, time.time() - 3 * DAY)
            await receiver.alerted("backup")
            async with asyncio.timeout(10):
                while not open_alerts.read(database):
                    await asyncio.sleep(0.02)
        stored = database.with_name("bot.db.alerts").read_text()
        backup_note.record(database, time.time())
        async with at_work(place, ALERT_URL=receiver.url, BACKUP_MAX_AGE="36h"):
            request = await receiver.resolved("backup")

    assert re.fullmatch(r"backup \d{10}\n", stored)
    assert "before the bot was started again" in request.text


async def test_a_clock_in_doubt(tmp_path: Path) -> None:
    async with (
        alert_receiver() as receiver,
        two_admins_stopped(tmp_path) as admins,
        at_work(admins.place, admins.clock, ALERT_URL=receiver.url),
    ):
        await admins.writer.start()
        admins.clock.wrong = 2 * DAY
        await receiver.alerted("clock")
        admins.clock.wrong = 0.0
        await receiver.resolved("clock")


async def test_a_bot_that_is_killed_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failure_checks, "LOOP_STARTS", 2)
    async with alert_receiver() as receiver, playground_alone(tmp_path) as place:
        async with at_work(place):
            await place.person(ENGLISH).start()
        process = await start_bot(bot_env(place.playground, tmp_path), stderr=asyncio.subprocess.DEVNULL)
        await place.person(ENGLISH).say("4")
        process.kill()
        await process.wait()
        async with at_work(place, ALERT_URL=receiver.url):
            await receiver.alerted("restarts")
            await place.person(ENGLISH).say("4")
        async with at_work(place, ALERT_URL=receiver.url):
            await place.person(ENGLISH).say("4")
            await asyncio.sleep(0.3)

    ended = "an end in order ends the loop, and the start after it says so"
    assert receiver.titles() == ["Bot alert: restarts", "Bot alert resolved: restarts"], ended


async def test_an_hour_of_ordinary_work_sends_no_alert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The watch looks as often as in an hour, while people read, leave, and one poll and one answer fail."""
    looks = 0
    look = alert_watch.AlertWatch._look

    def counted_look(*arguments: Any) -> dict[Any, str]:
        nonlocal looks
        looks += 1
        return look(*arguments)

    monkeypatch.setattr(alert_watch.AlertWatch, "_look", counted_look)
    monkeypatch.setattr(alert_watch, "CHECK_INTERVAL", 0.002)
    async with watched_bot(tmp_path) as (receiver, _, person):
        await plant(
            person,
            {"kind": "offline", "methods": ["getUpdates"], "times": 1},
            {"kind": "502", "methods": ["sendMessage"], "times": 1},
        )
        async with asyncio.timeout(120):
            while looks < 720 + 120:  # every 5 seconds, and every 30 seconds
                await person.say("/subscribe")
                await person.say("4")
                await asyncio.sleep(1)

    assert receiver.requests == []


async def test_alerts_that_the_receiver_refuses_arrive_later_and_are_logged_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(failure_checks, "LOW_DISK", 1.1)
    async with alert_receiver() as receiver, playground_alone(tmp_path) as place:
        receiver.status = 503
        async with at_work(place, ALERT_URL=receiver.url):
            await receiver.receives(lambda _: len(receiver.requests) >= 3)
            await place.person(ENGLISH).start()  # the bot works meanwhile
            receiver.status = 200
            before = len(receiver.requests)
            await receiver.receives(lambda _: len(receiver.requests) > before)
    lines = [record.getMessage() for record in caplog.records if record.name == "bot.monitoring.alerts.alert_sender"]

    assert lines == [
        "An alert did not reach its receiver (ALERT_URL: HTTP 503): trying again until it does",
        "The receiver of alerts (ALERT_URL) accepts them again",
    ]
    assert "secret-topic" not in caplog.text


async def test_a_receiver_that_never_answers_delays_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failure_checks, "LOW_DISK", 1.1)
    monkeypatch.setattr(receiver_client, "DEADLINE", 0.2)
    async with alert_receiver() as receiver, playground_alone(tmp_path) as place:
        receiver.delay = 5.0
        async with at_work(place, ALERT_URL=receiver.url):
            await place.person(ENGLISH).start()
            await receiver.receives(lambda _: len(receiver.requests) >= 2)
            begun = time.monotonic()
        assert time.monotonic() - begun < 4.0


async def test_no_alert_has_an_id_a_text_a_token_or_the_address(tmp_path: Path) -> None:
    async with watched_bot(tmp_path) as (receiver, place, person):
        await plant(person, {"kind": "502", "methods": ["sendMessage"]})
        await send(person, "girls school")
        request = await receiver.alerted("sending")
        secrets = (str(person.id), "girls", place.playground.token, str(place.bot_id), str(tmp_path))

    sent = f"{request.title} {request.text} {request.headers}"
    assert not any(secret in sent for secret in secrets)


async def test_heartbeats_are_sent_only_while_the_bot_is_healthy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat_sender, "INTERVAL", 0.05)
    async with (
        alert_receiver() as receiver,
        playground_alone(tmp_path) as place,
        at_work(place, HEARTBEAT_URL=receiver.url),
    ):
        person = place.person(ENGLISH)
        await person.start()
        heartbeat = await receiver.receives(lambda request: request.method == "GET")
        await plant(person, {"kind": "502", "methods": ["sendMessage"]})
        await send(person, "4")
        async with asyncio.timeout(30):
            while await beats_in(receiver, 0.5):
                pass
        await plant(person)
        await person.say("5")
        await receiver.receives(lambda _: True)
        assert await beats_in(receiver, 1.0)

    assert (heartbeat.path, heartbeat.text) == ("/secret-topic", "")


async def beats_in(receiver: AlertReceiver, seconds: float) -> int:
    before = len(receiver.requests)
    await asyncio.sleep(seconds)
    return len(receiver.requests) - before
