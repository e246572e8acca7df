"""Check the bot for failures that need the operator.

A check returns a sentence about the failure, or None if there is none. The sentences leave this server: see `alert`
for what they must not contain.
"""

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from bot.monitoring.alerts.alert import Failure
from bot.monitoring.readiness import Condition
from bot.monitoring.running_bot import RunningBot
from storage import backup_note
from storage.deliveries.broadcast_state import BroadcastState, JobReason, Status
from storage.store import Store

SILENT_AFTER = 300.0  # seconds
LONG_FLOOD_WAIT = 60.0  # seconds
LOW_DISK = 0.10  # of the disk
ENOUGH_DISK = 0.12  # of the disk; an alert ends when so much is free again
COPY_WITHIN = 7 * 86_400.0  # seconds for the operator to copy a key file that has changed
LOOP_STARTS, LOOP_WITHIN = 3, 900.0  # starts without an orderly end, within so many seconds

Check = Callable[[], str | None]

_PAUSES = {
    JobReason.BREAKER: "An announcement was paused by the circuit breaker: too many messages in a row failed.",
    JobReason.CONTENT: "An announcement was paused: Telegram refuses its text.",
    JobReason.STARS: "An announcement was paused: the bot has not enough Stars.",
    JobReason.ERROR: "An announcement was paused by an unexpected error: see the log.",
    JobReason.HELD: "An announcement is held after a restore or a long silence: an admin has to decide.",
}


def silence_check(answered_at: Callable[[], float | None], started: float, clock: Callable[[], float]) -> Check:
    """Return a check that reports a failure when Telegram has not answered for SILENT_AFTER seconds.

    `answered_at` returns when Telegram last answered, or None. It and `started` are times of `clock`.
    """

    def check() -> str | None:
        if clock() - (answered_at() or started) < SILENT_AFTER:
            return None
        return f"Telegram has not answered for {SILENT_AFTER / 60:.0f} minutes."

    return check


def running_checks(bot: RunningBot, clock: Callable[[], float]) -> Mapping[Failure, Check]:
    """Return the checks that look only at objects in memory, and so are fast."""
    readiness = bot.monitors.readiness

    def condition_check(condition: Condition, sentence: str) -> Check:
        return lambda: _sentence(readiness.holds(condition), sentence)

    return {
        Failure.FLOOD_WAIT: lambda: _flood_wait(readiness.planned_duration(Condition.FLOOD_WAIT, clock())),
        Failure.SENDING: condition_check(Condition.SENDING_FAILS, "Answers do not reach Telegram."),
        Failure.STORAGE: condition_check(Condition.STORAGE, "The database cannot be written."),
        Failure.BROADCAST: lambda: _paused(bot.store.broadcasts.known.values(), bot.is_daily_paused()),
        Failure.ROWS: lambda: _rejected_rows(len(bot.store.vault.rejected)),
        Failure.CLOCK: lambda: _sentence(not bot.clock_guard.is_trusted, "The clock of the server is in doubt."),
    }


def file_checks(
    store: Store, database: Path, backup_max_age: float | None, now: Callable[[], float]
) -> Mapping[Failure, Check]:
    """Return the checks that read files, and so can be slow. Run them only while the system's clock can be trusted.

    `backup_max_age` is in seconds; None leaves out the check of backups. `now` returns Unix time.
    """
    checks: dict[Failure, Check] = {Failure.KEYS: lambda: _uncopied_keys(store, now())}
    if backup_max_age is not None:
        checks[Failure.BACKUP] = lambda: _old_backup(database, backup_max_age, now())
    return checks


def disk_check(folders: Iterable[Path]) -> Check:
    """Return a check that reports a failure when little space is free on a disk with one of `folders`."""
    watched = tuple(folders)
    was_low = False

    def check() -> str | None:
        nonlocal was_low
        free = min((free_share(folder) for folder in watched if folder.exists()), default=1.0)
        was_low = free < (ENOUGH_DISK if was_low else LOW_DISK)
        return f"The disk is almost full: {free:.0%} is free." if was_low else None

    return check


def free_share(folder: Path) -> float:
    """Return which part of the disk of `folder` is free for this user, from 0 to 1."""
    usage = shutil.disk_usage(folder)
    return usage.free / usage.total if usage.total else 1.0


def restart_check(starts: Iterable[float], now: Callable[[], float]) -> Check:
    """Return a check that reports a crash loop: many starts within a short time.

    `starts` are the Unix times of starts that were not followed by an orderly end of the process.
    """
    times = tuple(starts)

    def check() -> str | None:
        count = sum(0 <= now() - start < LOOP_WITHIN for start in times)
        if count < LOOP_STARTS:
            return None
        return f"The bot has started {count} times in {LOOP_WITHIN / 60:.0f} minutes: see the log."

    return check


def _sentence(is_failing: bool, sentence: str) -> str | None:
    return sentence if is_failing else None


def _flood_wait(seconds: float) -> str | None:
    minutes = f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"
    return _sentence(seconds > LONG_FLOOD_WAIT, f"Telegram accepts no messages for {minutes}.")


def _paused(broadcasts: Iterable[BroadcastState], is_daily_paused: bool) -> str | None:
    for broadcast in broadcasts:
        for job in broadcast.jobs.values():
            if job.status is Status.PAUSED and job.reason in _PAUSES:
                return _PAUSES[job.reason]
    return _sentence(is_daily_paused, "The daily clause was paused: sending it has failed.")


def _rejected_rows(count: int) -> str | None:
    rows = "1 row of the list does not open" if count == 1 else f"{count} rows of the list do not open"
    return _sentence(count > 0, f"{rows}: somebody or something has changed the file.")


def _uncopied_keys(store: Store, now: float) -> str | None:
    since = store.uncopied_since()
    if since is None or now - since < COPY_WITHIN:
        return None
    return f"The key file has not been copied for {(now - since) / 86_400:.0f} days."


def _old_backup(database: Path, max_age: float, now: float) -> str | None:
    age = now - backup_note.read(database)
    if age < max_age:
        return None
    shown = f"{age / 86_400:.0f} days" if age >= 172_800 else f"{age / 3600:.0f} hours"
    return f"The newest backup is older than it may be: {shown}."
