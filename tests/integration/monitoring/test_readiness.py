"""/healthz reports 503 with the reason while people get no answer, and works whatever else is broken."""

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
from bot.monitoring.health_server import HealthSources, HealthState, serve_health
from bot.monitoring.readiness import FAILURE_RELEVANCE, MAX_FAILURES, Condition, Readiness, ReplyFailures
from bot.settings import Address
from storage.deliveries.ledger import Outcome
from storage.store import Store, opened
from tests.support.bot_and_playground import ENGLISH, at_work, bot_env, playground_alone, start_bot

Json = dict[str, Any]


def get_health(address: str, path: str = "/healthz") -> tuple[int, Json]:
    """Return the status and the JSON of /healthz or another path."""
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=5) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


async def wait_for_health(address: str, fits: Callable[[int, Json], bool]) -> Json:
    """Ask until the response fits, and return it."""
    response: tuple[int, Json] | None = None
    async with asyncio.timeout(60):
        while response is None or not fits(*response):
            await asyncio.sleep(0.1)
            try:
                response = await asyncio.to_thread(get_health, address)
            except urllib.error.URLError:  # the server has not started yet
                continue
    return response[1]


async def wait_until_healthy(address: str) -> Json:
    return await wait_for_health(address, lambda status, report: status == 200 and report["healthy"])


async def wait_until_unhealthy(address: str, reason: str) -> Json:
    return await wait_for_health(
        address, lambda status, report: status == 503 and reason in "; ".join(report["reasons"])
    )


@pytest.fixture
def address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return f"127.0.0.1:{port}"


def log_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "bot.monitoring.readiness"]


def test_a_condition_is_a_reason_while_it_holds_and_has_two_log_lines(
    caplog: pytest.LogCaptureFixture,
) -> None:
    readiness = Readiness()
    readiness.begin(Condition.FLOOD_WAIT, 100.0, until=160.0)
    readiness.begin(Condition.FLOOD_WAIT, 110.0, until=170.0)

    assert readiness.reasons(130.0) == ("Telegram accepts no messages for 40 seconds",)
    assert readiness.reasons(170.0) == ()
    readiness.end(Condition.FLOOD_WAIT, 171.0)
    assert log_lines(caplog) == [
        "Not ready (flood_wait): Telegram accepts no messages for 60 seconds",
        "Over after 70 seconds (flood_wait): the bot may send again",
    ]


def test_several_conditions_hold_at_once_and_a_full_budget_is_only_a_warning() -> None:
    readiness = Readiness()
    for condition in Condition:
        readiness.begin(condition, 0.0)
    assert len(readiness.reasons(1.0)) == len(Condition) - 1
    assert len(readiness.warnings(1.0)) == 1
    for condition in Condition:
        readiness.end(condition, 2.0)

    assert readiness.reasons(3.0) == readiness.warnings(3.0) == ()


def test_sending_fails_after_failures_in_a_row_until_a_success_or_a_time_out() -> None:
    readiness = Readiness()
    failures = ReplyFailures(readiness)
    for _ in range(MAX_FAILURES - 1):
        failures.record_failure(1.0, "TimedOut")
    failures.record_success(5.0)
    failures.record_failure(6.0, "TimedOut")
    assert readiness.reasons(6.0) == ()
    for now in (7.0, 8.0):
        failures.record_failure(now, "TimedOut")
    assert readiness.reasons(9.0) == ("the last answers did not reach Telegram (TimedOut)",)
    assert readiness.reasons(8.0 + FAILURE_RELEVANCE) == ()
    failures.record_failure(9.0 + FAILURE_RELEVANCE, "TimedOut")
    failures.record_success(10.0 + FAILURE_RELEVANCE)

    assert readiness.reasons(11.0 + FAILURE_RELEVANCE) == ()


@pytest.mark.expects_errors
async def test_health_is_503_while_answers_do_not_reach_telegram(tmp_path: Path, address: str) -> None:
    async with playground_alone(tmp_path) as place, at_work(place, LISTEN=address):
        person = place.person(ENGLISH)
        await person.start()
        assert (await wait_until_healthy(address))["reasons"] == []
        await person.post("faults", faults=[{"kind": "502", "methods": ["sendMessage"]}])
        await person.post(f"chats/{person.chat}/send", text="4")
        report = await wait_until_unhealthy(address, "did not reach Telegram")
        health = await asyncio.to_thread(check_health, Address(*_split(address)))
        assert not health.is_well
        assert "did not reach Telegram" in health.sentence
        await person.post("faults", faults=[])
        await person.say("5")
        await wait_until_healthy(address)

    assert report["healthy"] is False


def _split(address: str) -> tuple[str, int]:
    host, port = address.split(":")
    return host, int(port)


async def test_health_is_503_while_telegram_is_silent(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(health_report, "SILENT_AFTER", 2.0)
    async with playground_alone(tmp_path) as place, at_work(place, LISTEN=address):
        person = place.person(ENGLISH)
        await person.start()
        await wait_until_healthy(address)
        await person.post("faults", faults=[{"kind": "offline", "methods": ["getUpdates"]}])
        await person.post(f"chats/{person.chat}/send", text="4")  # ends the poll that waits
        await wait_until_unhealthy(address, "Telegram has not answered for")
        await person.post("faults", faults=[])
        await person.post(f"chats/{person.chat}/send", text="5")  # so that no poll waits
        await wait_until_healthy(address)

    begin_line, end_line = log_lines(caplog)
    assert begin_line.startswith("Not ready (silent): Telegram has not answered for")
    assert end_line.endswith("(silent): Telegram answers again")


async def test_health_is_503_while_the_database_cannot_be_written(tmp_path: Path, address: str) -> None:
    async with playground_alone(tmp_path) as place:
        bot = await start_bot(bot_env(place.playground, tmp_path, LISTEN=address), stderr=asyncio.subprocess.PIPE)
        person = await place.newcomer()
        await person.start()
        await wait_until_healthy(address)
        process = psutil.Process(bot.pid)
        process.rlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        await person.say("/subscribe")
        await wait_until_unhealthy(address, "the database cannot be written")
        process.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await person.say("/subscribe")
        await wait_until_healthy(address)
        bot.terminate()
        _, log = await bot.communicate()

    assert log.count(b"Not ready (storage)") == 1
    assert log.count(b"(storage): the database can be written again") == 1


UNREADABLE: dict[str, Callable[[Path], object]] = {
    "a folder as note": lambda keys: (keys / "seal.key.copied").mkdir(),
    "a pipe as note": lambda keys: os.mkfifo(keys / "seal.key.copied"),
    "a note that never ends": lambda keys: (keys / "seal.key.copied").symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("damage", UNREADABLE)
async def test_an_unreadable_figure_is_reported_and_hides_no_other(
    tmp_path: Path, address: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with playground_alone(tmp_path) as place, at_work(place, LISTEN=address):
        await place.person(ENGLISH).start()
        await wait_until_healthy(address)
        UNREADABLE[damage](tmp_path / "keys")
        report = await wait_until_healthy(address)
        await wait_until_healthy(address)
        health = await asyncio.to_thread(check_health, Address(*_split(address)))

    assert report["copy_the_key_file_again"] is None
    assert list(report["unreadable"]) == ["copy_the_key_file_again"]
    assert "seal.key.copied cannot be read" in report["unreadable"]["copy_the_key_file_again"]
    assert report["days_since_the_keys_changed"] == 0
    assert health.is_well
    assert "seal.key.copied cannot be read" in health.sentence
    assert sum("seal.key.copied" in record.getMessage() for record in caplog.records) == 1


@pytest.mark.parametrize("error", [RuntimeError("secret"), PermissionError(13, "Permission denied"), KeyError("x")])
def test_a_figure_that_raises_any_error_hides_no_other(error: BaseException) -> None:
    def fail() -> int:
        raise error

    values, unreadable = read_figures({"one": lambda: 1, "two": fail, "three": lambda: 3})

    assert values == {"one": 1, "two": None, "three": 3}
    assert list(unreadable) == ["two"]
    assert "secret" not in unreadable["two"]


@pytest.mark.expects_errors
async def test_health_answers_even_if_nothing_can_be_read(address: str) -> None:
    def broken() -> HealthState:
        raise RuntimeError

    async with serve_health(Address(*_split(address)), HealthSources(broken)):
        status, report = await asyncio.to_thread(get_health, address)

    assert status == 503
    assert report["reasons"] == ["the health cannot be read (RuntimeError): see the log"]


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "<10"), (1, "<10"), (9, "<10"), (10, 10), (11, 10), (19, 10), (20, 20), (1234, 1230)]
)
def test_no_number_of_people_is_exact(number: int, shown: int | str) -> None:
    assert rounded(number) == shown


async def test_no_figure_of_health_counts_fewer_than_ten_people(tmp_path: Path, address: str) -> None:
    async with playground_alone(tmp_path) as place:
        await store_counts(tmp_path, place.bot_id)
        async with at_work(place, LISTEN=address):
            await place.person(ENGLISH).start()
            report = await wait_until_healthy(address)

    assert report["daily_clauses"] == {
        "sent": "<10", "late": "<10", "refused": "<10", "unknown": 20, "push_done": "<10", "push_gone": 40,
    }  # fmt: skip


async def store_counts(folder: Path, bot: int) -> None:
    day = datetime.now(UTC).date()

    async def write(store: Store) -> None:
        totals = Counter({Outcome.SENT: 7, Outcome.UNKNOWN: 23})
        await store.daily_ledger.replace_state(
            replace(store.daily_ledger.state, totals=totals, words={"done": 3, "gone": 41})
        )

    await _with_store(folder, day, bot, write)


async def _with_store(folder: Path, day: Any, bot: int, do: Callable[[Store], Awaitable[None]]) -> None:
    shutil.rmtree(folder / "data", ignore_errors=True)
    async with opened(folder / "data" / "bot.db", folder / "keys" / "seal.key", day, bot) as store:
        await do(store)


async def test_a_start_is_not_ready_before_telegram_has_answered_but_healthy(
    tmp_path: Path, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with playground_alone(tmp_path) as place:
        await place.person(ENGLISH).post("faults", faults=[{"kind": "502", "methods": ["getUpdates"]}])
        async with at_work(place, LISTEN=address):
            report = await wait_for_health(address, lambda _, report: not report["ready"])
            not_ready = await asyncio.to_thread(get_health, address, "/readyz")
            health = await asyncio.to_thread(check_health, Address(*_split(address)))
            await place.person(ENGLISH).post("faults", faults=[])
            await wait_for_health(address, lambda _, report: report["ready"])
            ready = await asyncio.to_thread(get_health, address, "/readyz")

    assert report["healthy"]
    assert report["seconds_since_telegram_answered"] is None
    assert not_ready == (503, {"ready": False, "reasons": ["Telegram has not answered yet"]})
    assert health.is_well
    assert "It is not ready: Telegram has not answered yet." in health.sentence
    assert ready == (200, {"ready": True, "reasons": []})
    assert log_lines(caplog) == []  # every start has this condition for a moment


async def test_a_flood_wait_is_no_reason_to_restart_the_bot(tmp_path: Path, address: str) -> None:
    async with playground_alone(tmp_path) as place, at_work(place, LISTEN=address):
        people = [await place.newcomer() for _ in range(3)]
        await asyncio.gather(*(person.start() for person in people))
        await people[0].post("faults", faults=[{"kind": "429", "seconds": 30, "methods": ["sendMessage"]}])
        await asyncio.gather(*(person.post(f"chats/{person.chat}/send", text="4") for person in people))
        report = await wait_for_health(address, lambda status, report: status == 200 and not report["ready"])
        status, _ = await asyncio.to_thread(get_health, address, "/readyz")

    assert report["healthy"]
    assert "Telegram accepts no messages" in report["reasons"][0]
    assert status == 503


@pytest.mark.parametrize("condition", Condition)
def test_a_bot_is_healthy_while_it_only_waits_for_telegram(condition: Condition) -> None:
    waits = {Condition.STARTING, Condition.STOPPING, Condition.FLOOD_WAIT, Condition.BUDGET}
    readiness = Readiness()
    readiness.begin(condition, 0.0)

    assert readiness.is_alive(1.0) == (condition in waits)
    assert readiness.holds(condition)


async def test_a_bot_that_stops_is_not_ready(tmp_path: Path, address: str) -> None:
    async with playground_alone(tmp_path) as place:
        bot = await start_bot(bot_env(place.playground, tmp_path, LISTEN=address), stderr=asyncio.subprocess.PIPE)
        person = await place.newcomer()
        await person.start()
        await person.post("faults", faults=[{"kind": "slow", "seconds": 2, "methods": ["sendMessage"]}])
        await person.post(f"chats/{person.chat}/send", text="4")
        await asyncio.sleep(0.3)  # until its answer is on the way: for that the bot waits
        bot.terminate()
        report = await wait_for_health(address, lambda _, report: not report["ready"])
        await bot.communicate()

    assert report["reasons"] == ["the bot is stopping"]
    assert report["healthy"]
