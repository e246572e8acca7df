"""While a wall clock that has jumped is in doubt, nothing is destroyed and nothing begins."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from bot.broadcast.delivery.context import EngineContext
from bot.runtime.clock_guard import AGREEMENT, TOLERANCE, ClockGuard
from bot.telegram_api.http.server_clock import fetch_server_date
from storage import backup
from storage.deliveries.broadcast_state import Status, Work
from storage.sealing.rotation import DAYS
from storage.store import Store
from tests.support.announcement_admins import SEND, new_subscriber, two_admins_stopped, write_draft
from tests.support.bot_and_playground import playground_alone
from tests.support.broadcast_sender import ANNOUNCEMENT, api_url, running_playground, sender_at
from tests.support.storage_process import person, place_in

DAY = 86_400.0
OFFLINE = pyrage.x25519.Identity.generate()


class Clocks:
    """The three clocks of a test: the wall clock, one that never goes back, and Telegram's."""

    def __init__(self) -> None:
        self.wall = self.telegram = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
        self.steady = 5_000.0
        self.doubts: list[object] = []

    def guard(self, last_beat: float | None = None) -> ClockGuard:
        guard = ClockGuard(lambda: self.wall, lambda: self.steady, last_beat)
        guard.on_doubt = self.doubts.append
        return guard

    def advance(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds
        self.telegram += seconds

    def jump(self, seconds: float) -> None:
        self.wall += seconds


def test_a_running_clock_is_trusted_for_any_time() -> None:
    clocks = Clocks()
    guard = clocks.guard()
    for _ in range(400):
        clocks.advance(DAY / 2)
        assert guard.is_trusted


@pytest.mark.parametrize("days", [40.0, 1.0, 0.02, -0.02, -40.0])
def test_a_clock_that_jumps_is_in_doubt_until_it_returns(days: float) -> None:
    clocks = Clocks()
    guard = clocks.guard()
    clocks.advance(60)
    assert guard.is_trusted
    clocks.jump(days * DAY)
    clocks.advance(75)
    assert not guard.is_trusted
    assert abs(guard.estimate() - clocks.telegram) < 1
    clocks.jump(-days * DAY)
    assert guard.is_trusted
    assert [doubt is None for doubt in clocks.doubts] == [False, True]


def test_a_correction_of_minutes_is_no_jump() -> None:
    clocks = Clocks()
    guard = clocks.guard()
    for _ in range(20):
        clocks.advance(3600)
        clocks.jump(TOLERANCE - 60)
        assert guard.is_trusted


def test_telegram_dates_that_agree_for_an_hour_end_a_doubt() -> None:
    """The clock may have been wrong before, and was corrected."""
    clocks = Clocks()
    clocks.jump(-40 * DAY)
    guard = clocks.guard()
    clocks.jump(40 * DAY)
    guard.record_exact_date(clocks.telegram)
    clocks.advance(AGREEMENT - 1)
    guard.record_exact_date(clocks.telegram)
    assert not guard.is_trusted
    clocks.advance(1)
    assert guard.is_trusted


@pytest.mark.parametrize("agrees_again", [False, True])
def test_a_date_that_does_not_agree_restarts_the_hour(agrees_again: bool) -> None:
    clocks = Clocks()
    guard = clocks.guard()
    clocks.jump(40 * DAY)
    guard.record_exact_date(clocks.telegram)
    clocks.advance(AGREEMENT + 1)
    assert not guard.is_trusted
    if agrees_again:
        guard.record_exact_date(clocks.wall)
        clocks.advance(AGREEMENT / 2)
        guard.record_exact_date(clocks.telegram)
    clocks.advance(AGREEMENT)
    assert not guard.is_trusted


def test_a_clock_that_was_always_wrong_is_in_doubt_at_the_first_telegram_date() -> None:
    clocks = Clocks()
    clocks.jump(40 * DAY)
    guard = clocks.guard()
    assert guard.is_trusted
    guard.record_exact_date(clocks.telegram)
    assert not guard.is_trusted
    clocks.jump(-40 * DAY)
    guard.record_exact_date(clocks.telegram)
    clocks.advance(AGREEMENT)
    assert guard.is_trusted


def test_an_old_date_of_an_update_proves_nothing_but_a_future_one_does() -> None:
    clocks = Clocks()
    guard = clocks.guard()
    guard.record_received_date(clocks.telegram - 20 * 3600)
    assert guard.is_trusted
    guard.record_received_date(clocks.telegram + 20 * 3600)
    assert not guard.is_trusted


@pytest.mark.parametrize("date", [None, "now", True, -5, 0, 2.0**60, float("nan"), float("inf"), {}, [1]])
def test_invalid_dates_are_ignored(date: object) -> None:
    guard = Clocks().guard()
    guard.record_exact_date(date)
    guard.record_received_date(date)
    assert guard.is_trusted


@pytest.mark.parametrize(
    ("away", "is_trusted"), [(0.5, True), (-0.005, True), (1.5, False), (40.0, False), (-1.0, False)]
)
def test_after_a_long_downtime_the_clock_is_in_doubt_until_telegram_dates_agree(
    away: float, is_trusted: bool
) -> None:
    clocks = Clocks()
    guard = clocks.guard(last_beat=clocks.wall - away * DAY)
    assert guard.is_trusted is is_trusted
    assert guard.may_delete_messages
    guard.record_exact_date(clocks.telegram)
    clocks.advance(AGREEMENT)
    assert guard.is_trusted


def test_an_admin_confirms_one_doubt_and_no_later_one() -> None:
    clocks = Clocks()
    guard = clocks.guard()
    clocks.jump(40 * DAY)
    assert not guard.is_trusted
    assert not guard.confirm(7)
    assert guard.confirm(1)
    assert guard.is_trusted
    clocks.advance(DAY)
    assert guard.is_trusted
    clocks.jump(40 * DAY)
    assert not guard.is_trusted
    assert not guard.confirm(1)
    assert not guard.is_trusted


def test_messages_wait_at_most_an_hour_for_their_deletion() -> None:
    clocks = Clocks()
    guard = clocks.guard()
    clocks.jump(3 * DAY)
    assert not guard.may_delete_messages
    clocks.advance(AGREEMENT)
    assert not guard.is_trusted
    assert guard.may_delete_messages


def test_the_begin_and_the_end_of_a_doubt_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    clocks = Clocks()
    guard = clocks.guard()
    clocks.jump(40 * DAY)
    for _ in range(100):
        assert not guard.is_trusted
        clocks.advance(1)
    clocks.jump(-40 * DAY)
    assert guard.is_trusted

    assert [record.getMessage()[:22] for record in caplog.records] == [
        "The clock is in doubt:",
        "The clock is trusted a",
    ]


# Keys


async def maintain(store: Store, guard: ClockGuard, clocks: Clocks) -> None:
    await store.maintain(datetime.fromtimestamp(clocks.wall, UTC).date(), guard.is_trusted)


def living_keys(store: Store) -> list[int]:
    return [key.number for key in store.rotation.ages(datetime(2026, 3, 1, tzinfo=UTC).date())]


async def test_a_clock_forty_days_ahead_for_75_seconds_destroys_no_key(tmp_path: Path) -> None:
    clocks, place, target = Clocks(), place_in(tmp_path), tmp_path / "list.age"
    async with place.opened(datetime.fromtimestamp(clocks.wall, UTC).date()) as store:
        guard = clocks.guard(last_beat=clocks.wall)
        await store.subscribers.save(person(1), datetime.fromtimestamp(clocks.wall, UTC).date())
        await maintain(store, guard, clocks)
        await backup.backup(place.database, target, str(OFFLINE.to_public()))
        clocks.jump(40 * DAY)
        for _ in range(3):
            clocks.advance(25)
            await maintain(store, guard, clocks)
        assert living_keys(store) == [1]
        clocks.jump(-40 * DAY)
        await maintain(store, guard, clocks)
        assert living_keys(store) == [1]
    place.database.unlink()
    backup.restore(target, str(OFFLINE), place.database)
    async with place.opened() as store:
        assert await store.subscribers.get(person(1).chat) == person(1)


async def test_after_forty_days_of_downtime_old_keys_are_destroyed_an_hour_after_the_start(tmp_path: Path) -> None:
    clocks, place = Clocks(), place_in(tmp_path)
    start = datetime.fromtimestamp(clocks.wall, UTC).date()
    async with place.opened(start) as store:
        await store.broadcasts.write_heartbeat(clocks.wall)
    clocks.advance(40 * DAY)
    async with place.opened(start + timedelta(40)) as store:
        guard = clocks.guard(last_beat=await store.broadcasts.last_heartbeat())
        guard.record_exact_date(clocks.telegram)
        await maintain(store, guard, clocks)
        assert living_keys(store) == [1]
        clocks.advance(AGREEMENT)
        await maintain(store, guard, clocks)
        await maintain(store, guard, clocks)
        assert living_keys(store) == [2]


async def test_thirty_days_of_operation_rotate_the_keys_without_an_admin(tmp_path: Path) -> None:
    clocks, place = Clocks(), place_in(tmp_path)
    async with place.opened(datetime.fromtimestamp(clocks.wall, UTC).date()) as store:
        guard = clocks.guard(last_beat=clocks.wall)
        for _ in range(DAYS + 1):
            clocks.advance(DAY)
            await maintain(store, guard, clocks)
        assert living_keys(store)[-1] == 2


# Announcements


async def test_a_scheduled_announcement_waits_while_the_clock_is_wrong(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with two_admins_stopped(tmp_path) as team, team.running_bot():
        await team.writer.start()
        await team.other.start()
        reader = await new_subscriber(team.place)
        at = datetime.fromtimestamp(team.clock() + 2 * DAY, UTC)
        await write_draft(team.writer, "In two days")
        await team.writer.press_under("When: at once", "When")
        await team.writer.sees("Time zone: ")
        await team.writer.say(f"{at:%Y-%m-%d} 23:59")
        await team.writer.press_under("When: ", "Review and send")
        await team.writer.press_under("Recipients", SEND)
        await team.confirm()
        await team.writer.sees("Will be sent: ")
        team.clock.wrong = 40 * DAY
        await team.writer.sees("The server’s clock does not fit")
        await team.other.sees("The server’s clock does not fit")
        await asyncio.sleep(2.5)
        assert not any("In two days" in message.get("text", "") for message in await reader.messages())
        team.clock.wrong = 0.0
        await asyncio.sleep(1.5)
        assert not any("In two days" in message.get("text", "") for message in await reader.messages())
        team.clock.ahead = 3.5 * DAY
        await reader.sees("In two days")

    progress = [record.getMessage() for record in caplog.records if record.name == "bot.runtime.clock_guard"]
    assert [line.split(":")[0] for line in progress] == ["The clock is in doubt", "The clock is trusted again"]


async def test_an_admin_can_confirm_the_clock(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path, language="ps") as team, team.running_bot():
        await team.writer.start()
        await team.other.start()
        team.clock.wrong = 40 * DAY
        doubt = team.phrase("progress.clock_doubt", moment="M", zone="Z").partition("M")[0]
        await team.other.press_under(doubt, team.phrase("button.clock_right"))
        assert team.other.toast == team.phrase("toast.done")
        await team.writer.press_under("The server’s clock does not fit", "This date and time are right")
        assert team.writer.toast == "There was nothing left to do."


async def test_an_immediate_announcement_is_sent_although_the_clock_is_wrong(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path, people=20) as team, team.running_bot():
        await team.writer.start()
        await team.other.start()
        team.clock.wrong = 40 * DAY
        await team.writer.sees("The server’s clock does not fit")
        await team.send()
        assert team.received_counts() == {1: 20}


async def test_nothing_expires_and_no_ledger_is_destroyed_while_the_clock_is_in_doubt(tmp_path: Path) -> None:
    clocks = Clocks()
    async with (
        running_playground(60) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 40.0, 60, now=lambda: clocks.wall) as sender,
    ):
        context: EngineContext = sender.engine._context
        object.__setattr__(context, "clock_guard", clocks.guard())
        ended = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until_ended(ended)
        paused = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.service.progress(paused).sent > 5)
        assert await sender.service.pause(paused)
        await sender.wait_until(lambda: sender.store.broadcasts.known[paused].stop_at is not None)
        clocks.jump(40 * DAY)
        await sender.engine._tend()
        await asyncio.sleep(1.5)
        assert sender.service.progress(paused).jobs[Work.SEND].status is Status.PAUSED
        assert sender.service.progress(ended).recall_until is not None
        clocks.jump(-40 * DAY)
        assert await sender.service.resume(paused)
        assert (await sender.wait_until_ended(paused)).sent == 60


async def test_deadlines_set_by_a_wrong_clock_are_corrected(tmp_path: Path) -> None:
    clocks = Clocks()
    async with (
        running_playground(10) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=10, now=lambda: clocks.wall) as sender,
    ):
        clocks.jump(40 * DAY)
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until_ended(number)
        clocks.jump(-40 * DAY)
        await sender.engine._tend()
        until = sender.service.progress(number).recall_until
        assert until is not None
        assert until <= clocks.wall + 48 * 3600
        clocks.advance(49 * 3600)
        await sender.engine._tend()
        assert sender.service.progress(number).recall_until is None


# The date that a server tells


async def test_the_date_is_read_from_any_http_response(tmp_path: Path) -> None:
    async with playground_alone(tmp_path, clock=lambda: 1_790_000_000.0) as place:
        assert await fetch_server_date(place.playground.url, None) == 1_790_000_000.0
    assert await fetch_server_date("http://127.0.0.1:9", None) is None
    assert await fetch_server_date("http://", None) is None
