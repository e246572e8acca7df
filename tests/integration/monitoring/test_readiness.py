"""Health tells the truth: red with the reason while people are not answered, never broken by what it reports on."""

import asyncio
import json
import os
import resource
import shutil
import socket
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.cli.health_check import check_health
from bot.model.small_numbers import rounded
from bot.monitoring import health_report
from bot.monitoring.health_report import read_figures
from bot.monitoring.health_server import HealthState, serve_health
from bot.monitoring.readiness import BELIEVED, FAILURES, Condition, Readiness, ReplyFailures
from bot.settings import Address
from storage.deliveries.ledger import Outcome
from storage.store import Store, opened
from tests.support.bot_and_playground import ENGLISH, at_work, bot_env, playground_alone, start_bot

Json = dict[str, Any]


def health(where: str) -> tuple[int, Json]:
    """The status of /healthz, and what it says."""
    try:
        with urllib.request.urlopen(f"http://{where}/healthz", timeout=5) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


async def until_health(where: str, fits: Callable[[int, Json], bool]) -> Json:
    """Asks until the answer fits; what it was."""
    told: tuple[int, Json] | None = None
    async with asyncio.timeout(60):
        while told is None or not fits(*told):
            await asyncio.sleep(0.1)
            try:
                told = await asyncio.to_thread(health, where)
            except urllib.error.URLError:  # it has not begun yet
                continue
    return told[1]


async def is_well(where: str) -> Json:
    return await until_health(where, lambda status, told: status == 200 and told["healthy"])


async def is_red(where: str, reason: str) -> Json:
    return await until_health(where, lambda status, told: status == 503 and reason in "; ".join(told["reasons"]))


@pytest.fixture
def where() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return f"127.0.0.1:{port}"


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "bot.monitoring.readiness"]


def test_a_condition_is_a_reason_while_it_holds_and_has_two_lines_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    readiness = Readiness()
    readiness.begin(Condition.FLOOD_WAIT, 100.0, until=160.0)
    readiness.begin(Condition.FLOOD_WAIT, 110.0, until=170.0)

    assert readiness.reasons(130.0) == ("Telegram asks the bot to send nothing to anybody for 40 seconds",)
    assert readiness.reasons(170.0) == ()
    readiness.end(Condition.FLOOD_WAIT, 171.0)
    assert lines(caplog) == [
        "Not ready (flood_wait): Telegram asks the bot to send nothing to anybody for 60 seconds",
        "Over after 70 seconds (flood_wait): the bot may send again",
    ]


def test_several_conditions_hold_beside_each_other_and_a_full_budget_is_only_a_warning() -> None:
    readiness = Readiness()
    for condition in Condition:
        readiness.begin(condition, 0.0)
    assert len(readiness.reasons(1.0)) == len(Condition) - 1
    assert len(readiness.warnings(1.0)) == 1
    for condition in Condition:
        readiness.end(condition, 2.0)

    assert readiness.reasons(3.0) == readiness.warnings(3.0) == ()


def test_answers_fail_when_some_fail_in_a_row_and_until_one_arrives_or_time_has_passed() -> None:
    readiness = Readiness()
    failures = ReplyFailures(readiness)
    for _ in range(FAILURES - 1):
        failures.failed(1.0, "TimedOut")
    failures.succeeded(5.0)
    failures.failed(6.0, "TimedOut")
    assert readiness.reasons(6.0) == ()
    for now in (7.0, 8.0):
        failures.failed(now, "TimedOut")
    assert readiness.reasons(9.0) == ("the last answers to people did not reach Telegram (TimedOut)",)
    assert readiness.reasons(8.0 + BELIEVED) == ()
    failures.failed(9.0 + BELIEVED, "TimedOut")
    failures.succeeded(10.0 + BELIEVED)

    assert readiness.reasons(11.0 + BELIEVED) == ()


@pytest.mark.expects_errors
async def test_health_is_red_while_answers_do_not_reach_telegram(tmp_path: Path, where: str) -> None:
    async with playground_alone(tmp_path) as place, at_work(place, LISTEN=where):
        person = place.person(ENGLISH)
        await person.start()
        assert (await is_well(where))["reasons"] == []
        await person.post("faults", faults=[{"kind": "502", "methods": ["sendMessage"]}])
        await person.post(f"chats/{person.chat}/send", text="4")
        told = await is_red(where, "did not reach Telegram")
        asked = await asyncio.to_thread(check_health, Address(*_split(where)))
        assert not asked.is_well
        assert "did not reach Telegram" in asked.sentence
        await person.post("faults", faults=[])
        await person.say("5")
        await is_well(where)

    assert told["healthy"] is False


def _split(where: str) -> tuple[str, int]:
    host, port = where.split(":")
    return host, int(port)


async def test_health_is_red_while_telegram_is_silent(
    tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(health_report, "SILENT_AFTER", 2.0)
    async with playground_alone(tmp_path) as place, at_work(place, LISTEN=where):
        person = place.person(ENGLISH)
        await person.start()
        await is_well(where)
        await person.post("faults", faults=[{"kind": "offline", "methods": ["getUpdates"]}])
        await person.post(f"chats/{person.chat}/send", text="4")  # which ends the poll that waits
        await is_red(where, "Telegram has not answered for")
        await person.post("faults", faults=[])
        await person.post(f"chats/{person.chat}/send", text="5")  # so that no poll waits
        await is_well(where)

    begun, ended = lines(caplog)
    assert begun.startswith("Not ready (silent): Telegram has not answered for")
    assert ended.endswith("(silent): Telegram answers again")


async def test_health_is_red_while_nothing_can_be_stored(tmp_path: Path, where: str) -> None:
    async with playground_alone(tmp_path) as place:
        bot = await start_bot(bot_env(place.playground, tmp_path, LISTEN=where), stderr=asyncio.subprocess.PIPE)
        person = await place.newcomer()
        await person.start()
        await is_well(where)
        process = psutil.Process(bot.pid)
        process.rlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        await person.say("/subscribe")
        await is_red(where, "nothing can be stored")
        process.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await person.say("/subscribe")
        await is_well(where)
        bot.terminate()
        _, log = await bot.communicate()

    assert log.count(b"Not ready (storage)") == 1
    assert log.count(b"(storage): the database is written again") == 1


SPOILED: dict[str, Callable[[Path], object]] = {
    "a folder as note": lambda keys: (keys / "seal.key.copied").mkdir(),
    "a pipe as note": lambda keys: os.mkfifo(keys / "seal.key.copied"),
    "a note that never ends": lambda keys: (keys / "seal.key.copied").symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("spoil", SPOILED)
async def test_what_cannot_be_read_is_told_and_spoils_nothing_else(
    tmp_path: Path, where: str, spoil: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with playground_alone(tmp_path) as place, at_work(place, LISTEN=where):
        await place.person(ENGLISH).start()
        await is_well(where)
        SPOILED[spoil](tmp_path / "keys")
        told = await is_well(where)
        await is_well(where)
        asked = await asyncio.to_thread(check_health, Address(*_split(where)))

    assert told["copy_the_key_file_again"] is None
    assert list(told["unreadable"]) == ["copy_the_key_file_again"]
    assert "seal.key.copied cannot be read" in told["unreadable"]["copy_the_key_file_again"]
    assert told["days_since_the_keys_changed"] == 0
    assert asked.is_well
    assert "seal.key.copied cannot be read" in asked.sentence
    assert sum("seal.key.copied" in record.getMessage() for record in caplog.records) == 1


@pytest.mark.parametrize("error", [RuntimeError("secret"), PermissionError(13, "Permission denied"), KeyError("x")])
def test_a_figure_that_fails_in_any_way_leaves_the_others(error: BaseException) -> None:
    def fails() -> int:
        raise error

    read, unreadable = read_figures({"one": lambda: 1, "two": fails, "three": lambda: 3})

    assert read == {"one": 1, "two": None, "three": 3}
    assert list(unreadable) == ["two"]
    assert "secret" not in unreadable["two"]


@pytest.mark.expects_errors
async def test_health_answers_also_when_it_cannot_be_told_at_all(where: str) -> None:
    def broken() -> HealthState:
        raise RuntimeError

    async with serve_health(Address(*_split(where)), broken):
        status, told = await asyncio.to_thread(health, where)

    assert status == 503
    assert told["reasons"] == ["the bot cannot tell how it is (RuntimeError), the log says where"]


@pytest.mark.parametrize(
    ("number", "said"), [(0, "<10"), (1, "<10"), (9, "<10"), (10, 10), (11, 10), (19, 10), (20, 20), (1234, 1230)]
)
def test_no_number_of_people_is_exact(number: int, said: int | str) -> None:
    assert rounded(number) == said


async def test_no_figure_of_health_tells_of_fewer_than_ten_people(tmp_path: Path, where: str) -> None:
    async with playground_alone(tmp_path) as place:
        await stored_counts(tmp_path, place.bot_id)
        async with at_work(place, LISTEN=where):
            await place.person(ENGLISH).start()
            told = await is_well(where)

    assert told["daily_clauses"] == {
        "sent": "<10", "late": "<10", "refused": "<10", "unknown": 20, "push_done": "<10", "push_gone": 40,
    }  # fmt: skip


async def stored_counts(folder: Path, bot: int) -> None:
    day = datetime.now(UTC).date()

    async def note(store: Store) -> None:
        totals = Counter({Outcome.SENT: 7, Outcome.UNKNOWN: 23})
        await store.daily_ledger.replace_state(
            replace(store.daily_ledger.state, totals=totals, words={"done": 3, "gone": 41})
        )

    await _with_store(folder, day, bot, note)


async def _with_store(folder: Path, day: Any, bot: int, do: Callable[[Store], Awaitable[None]]) -> None:
    shutil.rmtree(folder / "data", ignore_errors=True)
    async with opened(folder / "data" / "bot.db", folder / "keys" / "seal.key", day, bot) as store:
        await do(store)


async def test_a_start_is_not_ready_before_telegram_has_answered(
    tmp_path: Path, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with playground_alone(tmp_path) as place:
        await place.person(ENGLISH).post("faults", faults=[{"kind": "502", "methods": ["getUpdates"]}])
        async with at_work(place, LISTEN=where):
            told = await is_red(where, "Telegram has not answered yet")
            await place.person(ENGLISH).post("faults", faults=[])
            await is_well(where)

    assert told["seconds_since_telegram_answered"] is None
    assert lines(caplog) == []  # every start is so for a moment
