"""A wall clock that leaps destroys nothing, and begins nothing, before it can be believed again."""

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
from tests.support.announcement_admins import closed_office, subscriber, write
from tests.support.bot_and_playground import empty_town
from tests.support.broadcast_sender import SAID, api, at_work, box
from tests.support.storage_process import person, place_in

DAY = 86_400.0
OFFLINE = pyrage.x25519.Identity.generate()


class Times:
    """Three clocks under a test's hand: the wall's, one that only goes forward, and Telegram's."""

    def __init__(self) -> None:
        self.wall = self.telegram = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
        self.steady = 5_000.0
        self.doubts: list[object] = []

    def guard(self, last_beat: float | None = None) -> ClockGuard:
        one = ClockGuard(lambda: self.wall, lambda: self.steady, last_beat)
        one.on_doubt = self.doubts.append
        return one

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds
        self.telegram += seconds

    def leaps(self, seconds: float) -> None:
        self.wall += seconds


def test_a_clock_that_runs_is_believed_however_long() -> None:
    times = Times()
    guard = times.guard()
    for _ in range(400):
        times.passes(DAY / 2)
        assert guard.is_trusted


@pytest.mark.parametrize("days", [40.0, 1.0, 0.02, -0.02, -40.0])
def test_a_leap_is_in_doubt_until_the_clock_comes_back(days: float) -> None:
    times = Times()
    guard = times.guard()
    times.passes(60)
    assert guard.is_trusted
    times.leaps(days * DAY)
    times.passes(75)
    assert not guard.is_trusted
    assert abs(guard.estimate() - times.telegram) < 1
    times.leaps(-days * DAY)
    assert guard.is_trusted
    assert [doubt is None for doubt in times.doubts] == [False, True]


def test_a_correction_of_minutes_is_no_leap() -> None:
    times = Times()
    guard = times.guard()
    for _ in range(20):
        times.passes(3600)
        times.leaps(TOLERANCE - 60)
        assert guard.is_trusted


def test_telegram_s_dates_end_a_doubt_when_they_have_agreed_for_an_hour() -> None:
    """As when the clock was wrong before, and was put right."""
    times = Times()
    times.leaps(-40 * DAY)
    guard = times.guard()
    times.leaps(40 * DAY)
    guard.record_exact_date(times.telegram)
    times.passes(AGREEMENT - 1)
    guard.record_exact_date(times.telegram)
    assert not guard.is_trusted
    times.passes(1)
    assert guard.is_trusted


@pytest.mark.parametrize("agrees_again", [False, True])
def test_a_date_that_does_not_fit_begins_the_hour_anew(agrees_again: bool) -> None:
    times = Times()
    guard = times.guard()
    times.leaps(40 * DAY)
    guard.record_exact_date(times.telegram)
    times.passes(AGREEMENT + 1)
    assert not guard.is_trusted
    if agrees_again:
        guard.record_exact_date(times.wall)
        times.passes(AGREEMENT / 2)
        guard.record_exact_date(times.telegram)
    times.passes(AGREEMENT)
    assert not guard.is_trusted


def test_a_clock_that_was_always_wrong_is_in_doubt_with_telegram_s_first_date() -> None:
    times = Times()
    times.leaps(40 * DAY)
    guard = times.guard()
    assert guard.is_trusted
    guard.record_exact_date(times.telegram)
    assert not guard.is_trusted
    times.leaps(-40 * DAY)
    guard.record_exact_date(times.telegram)
    times.passes(AGREEMENT)
    assert guard.is_trusted


def test_what_waited_at_telegram_for_long_says_nothing_and_what_comes_from_the_future_does() -> None:
    times = Times()
    guard = times.guard()
    guard.record_received_date(times.telegram - 20 * 3600)
    assert guard.is_trusted
    guard.record_received_date(times.telegram + 20 * 3600)
    assert not guard.is_trusted


@pytest.mark.parametrize("date", [None, "now", True, -5, 0, 2.0**60, float("nan"), float("inf"), {}, [1]])
def test_what_is_no_date_says_nothing(date: object) -> None:
    guard = Times().guard()
    guard.record_exact_date(date)
    guard.record_received_date(date)
    assert guard.is_trusted


@pytest.mark.parametrize(
    ("away", "is_trusted"), [(0.5, True), (-0.005, True), (1.5, False), (40.0, False), (-1.0, False)]
)
def test_after_a_long_absence_the_clock_waits_for_telegram_s_dates(away: float, is_trusted: bool) -> None:
    times = Times()
    guard = times.guard(last_beat=times.wall - away * DAY)
    assert guard.is_trusted is is_trusted
    assert guard.may_delete_messages
    guard.record_exact_date(times.telegram)
    times.passes(AGREEMENT)
    assert guard.is_trusted


def test_an_admin_confirms_this_doubt_and_no_other() -> None:
    times = Times()
    guard = times.guard()
    times.leaps(40 * DAY)
    assert not guard.is_trusted
    assert not guard.confirm(7)
    assert guard.confirm(1)
    assert guard.is_trusted
    times.passes(DAY)
    assert guard.is_trusted
    times.leaps(40 * DAY)
    assert not guard.is_trusted
    assert not guard.confirm(1)
    assert not guard.is_trusted


def test_messages_wait_an_hour_for_their_deletion_and_no_longer() -> None:
    times = Times()
    guard = times.guard()
    times.leaps(3 * DAY)
    assert not guard.may_delete_messages
    times.passes(AGREEMENT)
    assert not guard.is_trusted
    assert guard.may_delete_messages


def test_a_doubt_is_logged_where_it_begins_and_ends(caplog: pytest.LogCaptureFixture) -> None:
    times = Times()
    guard = times.guard()
    times.leaps(40 * DAY)
    for _ in range(100):
        assert not guard.is_trusted
        times.passes(1)
    times.leaps(-40 * DAY)
    assert guard.is_trusted

    assert [record.getMessage()[:22] for record in caplog.records] == [
        "The clock is in doubt:",
        "The clock is believed ",
    ]


# Keys


async def tended(store: Store, guard: ClockGuard, times: Times) -> None:
    await store.maintain(datetime.fromtimestamp(times.wall, UTC).date(), guard.is_trusted)


def living(store: Store) -> list[int]:
    return [one.number for one in store.rotation.ages(datetime(2026, 3, 1, tzinfo=UTC).date())]


async def test_forty_days_ahead_for_75_seconds_no_key_is_destroyed_and_a_backup_opens(tmp_path: Path) -> None:
    times, place, target = Times(), place_in(tmp_path), tmp_path / "list.age"
    async with place.opened(datetime.fromtimestamp(times.wall, UTC).date()) as store:
        guard = times.guard(last_beat=times.wall)
        await store.subscribers.save(person(1), datetime.fromtimestamp(times.wall, UTC).date())
        await tended(store, guard, times)
        await backup.backup(place.database, target, str(OFFLINE.to_public()))
        times.leaps(40 * DAY)
        for _ in range(3):
            times.passes(25)
            await tended(store, guard, times)
        assert living(store) == [1]
        times.leaps(-40 * DAY)
        await tended(store, guard, times)
        assert living(store) == [1]
    place.database.unlink()
    backup.restore(target, str(OFFLINE), place.database)
    async with place.opened() as store:
        assert await store.subscribers.get(person(1).chat) == person(1)


async def test_forty_real_days_off_the_keys_are_destroyed_an_hour_after_the_start(tmp_path: Path) -> None:
    times, place = Times(), place_in(tmp_path)
    start = datetime.fromtimestamp(times.wall, UTC).date()
    async with place.opened(start) as store:
        await store.broadcasts.write_heartbeat(times.wall)
    times.passes(40 * DAY)
    async with place.opened(start + timedelta(40)) as store:
        guard = times.guard(last_beat=await store.broadcasts.last_heartbeat())
        guard.record_exact_date(times.telegram)
        await tended(store, guard, times)
        assert living(store) == [1]
        times.passes(AGREEMENT)
        await tended(store, guard, times)
        await tended(store, guard, times)
        assert living(store) == [2]


async def test_thirty_days_of_work_change_the_keys_without_asking_anybody(tmp_path: Path) -> None:
    times, place = Times(), place_in(tmp_path)
    async with place.opened(datetime.fromtimestamp(times.wall, UTC).date()) as store:
        guard = times.guard(last_beat=times.wall)
        for _ in range(DAYS + 1):
            times.passes(DAY)
            await tended(store, guard, times)
        assert living(store)[-1] == 2


# Announcements


async def test_what_is_scheduled_does_not_go_out_while_the_clock_is_wrong_and_does_when_its_hour_comes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with closed_office(tmp_path) as one, one.at_work():
        await one.writer.start()
        await one.other.start()
        reader = await subscriber(one.place)
        at = datetime.fromtimestamp(one.clock() + 2 * DAY, UTC)
        await write(one.writer, "In two days")
        await one.writer.press_under("When: at once", "When")
        await one.writer.sees("To send it later")
        await one.writer.say(f"{at:%Y-%m-%d} 23:59")
        await one.writer.press_under("When: 20", "Check and send")
        await one.writer.press_under("Recipients", "Schedule")
        await one.confirm()
        await one.writer.sees("Will be sent: ")
        one.clock.wrong = 40 * DAY
        await one.writer.sees("The server’s clock does not fit")
        await one.other.sees("The server’s clock does not fit")
        await asyncio.sleep(2.5)
        assert not any("In two days" in said.get("text", "") for said in await reader.messages())
        one.clock.wrong = 0.0
        await asyncio.sleep(1.5)
        assert not any("In two days" in said.get("text", "") for said in await reader.messages())
        one.clock.ahead = 3.5 * DAY
        await reader.sees("In two days")

    told = [record.getMessage() for record in caplog.records if record.name == "bot.runtime.clock_guard"]
    assert [line.split(":")[0] for line in told] == ["The clock is in doubt", "The clock is believed again"]


async def test_an_admin_confirms_the_clock(tmp_path: Path) -> None:
    async with closed_office(tmp_path, language="ps") as one, one.at_work():
        await one.writer.start()
        await one.other.start()
        one.clock.wrong = 40 * DAY
        doubt = one.word("progress.clock_doubt", moment="M", zone="Z").partition("M")[0]
        await one.other.press_under(doubt, one.word("button.clock_right"))
        assert one.other.toast == one.word("toast.done")
        await one.writer.press_under("The server’s clock does not fit", "This date and hour are right")
        assert one.writer.toast == "There was nothing to do."


async def test_what_is_sent_at_once_goes_out_whatever_the_clock_says(tmp_path: Path) -> None:
    async with closed_office(tmp_path, people=20) as one, one.at_work():
        await one.writer.start()
        await one.other.start()
        one.clock.wrong = 40 * DAY
        await one.writer.sees("The server’s clock does not fit")
        await one.send()
        assert one.got() == {1: 20}


async def test_nothing_expires_and_no_ledger_is_destroyed_while_the_clock_is_in_doubt(tmp_path: Path) -> None:
    times = Times()
    async with (
        box(60) as telegram,
        at_work(place_in(tmp_path), api(telegram), 40.0, 60, now=lambda: times.wall) as sender,
    ):
        tools: EngineContext = sender.engine._tools
        object.__setattr__(tools, "guard", times.guard())
        ended = await sender.service.create(SAID)
        await sender.finished(ended)
        paused = await sender.service.create(SAID)
        await sender.until(lambda: sender.service.progress(paused).sent > 5)
        assert await sender.service.pause(paused)
        await sender.until(lambda: sender.store.broadcasts.known[paused].stop_at is not None)
        times.leaps(40 * DAY)
        await sender.engine._tend()
        await asyncio.sleep(1.5)
        assert sender.service.progress(paused).jobs[Work.SEND].status is Status.PAUSED
        assert sender.service.progress(ended).recall_until is not None
        times.leaps(-40 * DAY)
        assert await sender.service.resume(paused)
        assert (await sender.finished(paused)).sent == 60


async def test_what_was_dated_by_a_wrong_clock_is_due_as_if_it_were_dated_now(tmp_path: Path) -> None:
    times = Times()
    async with (
        box(10) as telegram,
        at_work(place_in(tmp_path), api(telegram), people=10, now=lambda: times.wall) as sender,
    ):
        times.leaps(40 * DAY)
        number = await sender.service.create(SAID)
        await sender.finished(number)
        times.leaps(-40 * DAY)
        await sender.engine._tend()
        until = sender.service.progress(number).recall_until
        assert until is not None
        assert until <= times.wall + 48 * 3600
        times.passes(49 * 3600)
        await sender.engine._tend()
        assert sender.service.progress(number).recall_until is None


# The date that a server tells


async def test_the_date_of_an_answer_is_read_from_whatever_answers(tmp_path: Path) -> None:
    async with empty_town(tmp_path, clock=lambda: 1_790_000_000.0) as place:
        assert await fetch_server_date(place.box.url, None) == 1_790_000_000.0
    assert await fetch_server_date("http://127.0.0.1:9", None) is None
    assert await fetch_server_date("http://", None) is None
