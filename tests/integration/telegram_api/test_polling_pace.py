"""Polling is quick and quiet, whatever getUpdates returns: the playground slows repeated offsets as Telegram does."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest
from telegram.error import Conflict

from bot import app
from bot.errors import BotConflict
from bot.settings import Settings
from bot.telegram_api.updates.polling import Poller
from bot.telegram_api.updates.polling_errors import Conflicts
from tests.support.bot_and_playground import MATCHER, BotAndPlayground, bot_and_playground, playground_alone
from tests.support.person import Person
from tests.support.playground.client import playground_client
from tests.unit.telegram_api.test_polling import FakeUpdates, admit_all, message_update, run

POLLS = {"methods": ["getUpdates"], "share": 1}


def polls(place: BotAndPlayground, since: float) -> int:
    """Return how many getUpdates calls came after `since` (monotonic)."""
    calls = place.playground.state.calls.since(0)
    return sum(call["method"] == "getUpdates" and call["at"] >= since for call in calls)


# The playground


async def test_a_repeated_offset_gets_one_update_within_half_a_second() -> None:
    async with playground_client() as place:
        for text in ("one", "two", "three"):
            await place.send_text(text)
        first = await place.result("getUpdates")
        hasty = await place.result("getUpdates")
        await asyncio.sleep(0.6)
        patient = await place.result("getUpdates")
        other = await place.result("getUpdates", offset=first[1]["update_id"])

    assert [len(batch) for batch in (first, hasty, patient, other)] == [3, 1, 3, 2]


@pytest.mark.timing
async def test_a_repeated_offset_waits_three_seconds_although_it_asks_not_to() -> None:
    async with playground_client() as place:
        await place.result("getUpdates", offset=5)
        begun = time.monotonic()
        assert await place.result("getUpdates", offset=5) == []
        waited = time.monotonic() - begun
        begun = time.monotonic()
        await place.result("getUpdates", offset=6)

    assert waited > 2.5
    assert time.monotonic() - begun < 0.5


# The bot


async def ask_repeatedly(reader: Person, place: BotAndPlayground, times: int) -> list[float]:
    """Ask `times` questions; return the seconds until each answer."""
    took = []
    for turn in range(times):
        received, begun = place.playground.state.received(reader.id), time.monotonic()
        await reader.post(f"chats/{reader.chat}/send", text=str(1 + turn % 9))
        while place.playground.state.received(reader.id) == received:
            await asyncio.sleep(0.005)
            assert time.monotonic() - begun < 10
        took.append(time.monotonic() - begun)
        await asyncio.sleep(0.3)
    return took


@pytest.mark.timing
async def test_while_one_chat_is_slow_others_are_answered_and_the_bot_polls_rarely(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        slow, *readers = [await place.newcomer() for _ in range(6)]
        for reader in (slow, *readers):
            await reader.start()
        fault = {"kind": "slow", "methods": ["sendMessage"], "chats": [slow.id], "seconds": 8.0}
        await slow.post("faults", faults=[fault])
        await slow.post(f"chats/{slow.chat}/send", text="4")
        begun = time.monotonic()
        times_of_readers = await asyncio.gather(*(ask_repeatedly(reader, place, 6) for reader in readers))
        took = [seconds for times in times_of_readers for seconds in times]
        lasted = time.monotonic() - begun
        poll_count = polls(place, begun)
        await slow.post("faults", faults=[])
        await slow.sees("Clause 4 of 11")

    assert lasted > 2
    assert poll_count / lasted <= 3
    assert sorted(took)[int(len(took) * 0.95)] < 1.0


@pytest.mark.timing
async def test_a_conversation_needs_few_polls(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        reader = await place.newcomer()
        await reader.start()
        begun = time.monotonic()
        took = await ask_repeatedly(reader, place, 5)

        assert polls(place, begun) <= 12
        assert max(took) < 0.5


@pytest.mark.parametrize(
    "body",
    [
        {"ok": True, "result": []},
        {"ok": True, "result": {}},
        {"ok": True, "result": None},
        {"ok": True, "result": [{"update_id": 5, "message": {"chat": {"id": 1}}}]},
        {"ok": True, "result": [{"update_id": -1}, 7, None, {"update_id": "x"}]},
        {"ok": False, "error_code": 400, "description": "Bad Request"},
        "nested",
    ],
    ids=str,
)
async def test_a_server_that_answers_at_once_for_ever_is_polled_twice_a_second(
    tmp_path: Path, body: Any, caplog: pytest.LogCaptureFixture
) -> None:
    raw = '{"ok":true,"result":' + "[" * 50_000 if body == "nested" else json.dumps(body)
    async with bot_and_playground(tmp_path) as place:
        reader = await place.newcomer()
        await reader.start()
        await reader.post(
            "faults", faults=[POLLS | {"kind": "raw", "code": 400 if "error" in raw else 200, "body": raw}]
        )
        await reader.post(f"chats/{reader.chat}/send", text="4")  # ends the long poll
        begun = time.monotonic()
        await asyncio.sleep(3)
        poll_count = polls(place, begun)
        await reader.post("faults", faults=[])
        await reader.sees("Clause 4 of 11")

    assert poll_count <= 8
    lines = [
        record.message
        for record in caplog.records
        if record.name in ("bot.telegram_api.updates.polling", "bot.telegram_api.updates.polling_pace")
    ]
    assert sum("at once with nothing new" in line or "does not answer" in line for line in lines) == 1


async def test_an_update_that_comes_again_and_again_is_handled_once() -> None:
    handled: list[int] = []

    async def handle(update: dict[str, Any]) -> None:
        handled.append(update["update_id"])

    async def fetch(offset: int, wait: float) -> list[Any]:
        return [message_update(5, 1), message_update(6, 2)]

    begun = time.monotonic()
    await run(fetch, handle, lambda: time.monotonic() > begun + 1.5)

    assert handled == [5, 6]


async def test_a_huge_batch_is_started_100_updates_at_a_time() -> None:
    admitted: list[int] = []

    async def fetch(offset: int, wait: float) -> list[Any]:
        await asyncio.sleep(0.05)
        return [{"update_id": number} for number in range(offset, offset + 100_000)]

    async def handle(update: dict[str, Any]) -> None:
        admitted.append(update["update_id"])
        await asyncio.sleep(3600)

    begun = time.monotonic()
    await run(fetch, handle, lambda: time.monotonic() > begun + 0.4)

    assert len(admitted) <= 300


# Conflicts


def conflict() -> Conflict:
    return Conflict("terminated by other getUpdates request; make sure that only one bot instance is running")


async def run_until_it_ends(queue: FakeUpdates) -> None:
    async def handle(update: dict[str, Any]) -> None: ...

    async with asyncio.timeout(60):
        await Poller(queue.fetch, admit_all(handle)).run(asyncio.Event())


async def test_a_conflict_that_passes_is_waited_for_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    queue, done = FakeUpdates([message_update(1, 5)]), list[int]()
    queue.errors = [conflict(), conflict()]

    async def handle(update: dict[str, Any]) -> None:
        done.append(update["update_id"])

    await run(queue.fetch, handle, lambda: done)

    assert caplog.text.count("Another program fetches") == 1


async def test_a_bot_that_is_stopped_in_a_conflict_confirms_no_updates() -> None:
    queue = FakeUpdates([])
    queue.errors = [conflict() for _ in range(100)]

    async def handle(update: dict[str, Any]) -> None: ...

    await run(queue.fetch, handle, lambda: queue.offsets)

    assert len(queue.offsets) == 1


async def test_a_conflict_that_goes_on_ends_the_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram_api.updates.polling_errors.CONFLICT_PATIENCE", 2.0)
    queue = FakeUpdates([])
    queue.errors = [conflict() for _ in range(100)]
    with pytest.raises(BotConflict, match="409"):
        await run_until_it_ends(queue)

    assert 2 <= len(queue.offsets) < 10


async def test_conflicts_far_apart_do_not_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram_api.updates.polling_errors.CONFLICT_PATIENCE", 0.2)
    monkeypatch.setattr("bot.telegram_api.updates.polling_errors._QUIET", 0.1)
    conflicts = Conflicts()
    for _ in range(4):
        assert conflicts.pause() <= 1.0
        await asyncio.sleep(0.15)


async def test_one_of_two_polling_bots_ends_and_reports_the_conflict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram_api.updates.polling_errors.CONFLICT_PATIENCE", 4.0)
    async with playground_alone(tmp_path) as place:
        stops = [asyncio.Event(), asyncio.Event()]
        bots = [asyncio.create_task(app.run(settings_of(place, n), MATCHER, stop)) for n, stop in enumerate(stops)]
        async with asyncio.timeout(60):
            ended, others = await asyncio.wait(bots, return_when=asyncio.FIRST_COMPLETED)
        error = ended.pop().exception()
        assert isinstance(error, BotConflict), repr(error)
        for stop in stops:
            stop.set()
        await asyncio.gather(*others, return_exceptions=True)


def settings_of(place: BotAndPlayground, number: int) -> Settings:
    folder = f"{place.data}/{number}"
    return place.settings(DATABASE_URL=f"sqlite:///{folder}/data/bot.db", SEAL_KEY_FILE=f"{folder}/keys/seal.key")
