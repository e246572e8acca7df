"""Look for failures and send alerts about them, from the start of the process to its end.

The first checks run before the bot has reached Telegram, so that a bot that never reaches it is noticed, too.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.alert_settings import AlertSettings
from bot.monitoring.alerts import failure_checks
from bot.monitoring.alerts.alert import Alert, Failure
from bot.monitoring.alerts.alert_sender import AlertSender
from bot.monitoring.alerts.alert_states import AlertStates
from bot.monitoring.alerts.failure_checks import Check
from bot.monitoring.alerts.heartbeat_sender import send_heartbeats
from bot.monitoring.running_bot import RunningBot
from bot.runtime.loop_guard import LoopGuard
from storage import backup_note, open_alerts, start_history
from storage.errors import KeysShredded, StorageRefused, StorageTrouble

CHECK_INTERVAL = 5.0  # seconds between two looks at the objects in memory
FILE_INTERVAL = 30.0  # seconds between two looks at files and disks

_KINDS = frozenset(failure.value for failure in Failure)

log = logging.getLogger(__name__)


class AlertWatch:
    """Check the bot for failures during the block `running`. Call `watch` when the bot has been created.

    `database` and `keys` are the paths of the database and of the key file. `now` returns Unix time.
    """

    def __init__(self, settings: AlertSettings, database: Path, keys: Path, now: Callable[[], float]) -> None:
        self._settings = settings
        self._database = database
        self._now = now
        self._clock = asyncio.get_running_loop().time
        self._sender = AlertSender(settings.receiver, settings.form) if settings.receiver else None
        self._bot: RunningBot | None = None
        self._states = AlertStates()
        self._checks: dict[Failure, Check] = {
            Failure.SILENT: failure_checks.silence_check(self._answered_at, self._clock(), self._clock)
        }
        self._disk_checks = {Failure.DISK: failure_checks.disk_check([database.parent, keys.parent])}
        self._file_checks: Mapping[Failure, Check] = {}
        self._found_in_files: Mapping[Failure, str] = {}
        self._guard = LoopGuard("The watch for failures")
        self._failed_checks: set[Failure] = set()
        self._unchecked: set[Failure] = set()  # restored from the last process, and not looked at since
        self._stored: frozenset[Failure] = frozenset()

    @property
    def lasting(self) -> frozenset[Failure]:
        """Return the failures that were reported to the receiver and have not ended.

        If no receiver is set, return those that would have been reported.
        """
        return self._states.lasting

    def watch(self, bot: RunningBot) -> None:
        """Add the checks that look at the running bot."""
        self._bot = bot
        self._checks |= failure_checks.running_checks(bot, self._clock)
        max_age = self._settings.backup_max_age
        self._file_checks = failure_checks.file_checks(bot.store, self._database, max_age, self._now)
        if max_age is not None:
            with self._guard.guard():
                backup_note.begin(self._database, self._now())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Check for failures and send alerts and heartbeats during the block.

        If the block raises an error, this run of the bot counts as a crash. Many crashes in a short time are a
        failure. The error KeysShredded does not count as a crash, because the keys were destroyed on purpose, and the
        process goes on with `closed_bot`.
        """
        self._checks[Failure.RESTARTS] = failure_checks.restart_check(self._record_start(), self._now)
        self._restore()
        tasks = [asyncio.create_task(loop) for loop in self._loops()]
        try:
            yield
            self._record_end()
        except KeysShredded:
            self._record_end()
            raise
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _loops(self) -> list[Coroutine[Any, Any, None]]:
        loops = [self._watch_memory(), self._watch_files()]
        if self._sender:
            loops.append(self._sender.run())
        if self._settings.heartbeat:
            loops.append(send_heartbeats(self._settings.heartbeat, self._is_healthy))
        return loops

    def _record_start(self) -> list[float]:
        try:
            return start_history.record_start(self._database, self._now())
        except (OSError, ValueError) as error:
            log.warning("The start could not be recorded (%s): a crash loop would not be noticed", _reason(error))
            return []

    def _record_end(self) -> None:
        try:
            start_history.record_end(self._database)
        except OSError as error:
            log.warning("The end could not be recorded (%s)", _reason(error))

    def _restore(self) -> None:
        """Continue with the failures that were reported and had not ended when the last process ended."""
        try:
            stored = open_alerts.read(self._database)
        except (OSError, ValueError) as error:
            log.warning("The open alerts cannot be read (%s): none of them will be resolved", _reason(error))
            return
        known = {Failure(kind): began for kind, began in stored.items() if kind in _KINDS}
        self._unchecked, self._stored = set(known), frozenset(known)
        self._states.restore(known, self._clock(), self._now())

    async def _store_open(self) -> None:
        """Write the lasting failures to disk if they have changed. This runs in a thread, because a disk can hang."""
        if self._states.lasting == self._stored:
            return
        self._stored, began = self._states.lasting, self._states.began(self._now() - self._clock())
        try:
            await asyncio.to_thread(
                open_alerts.write, self._database, {failure.value: at for failure, at in began.items()}
            )
        except OSError as error:
            log.warning("The open alerts cannot be stored (%s): a restart would forget them", _reason(error))

    def _answered_at(self) -> float | None:
        return self._bot.poller.answered_at if self._bot else None

    def _is_healthy(self) -> bool:
        return self._answered_at() is not None and not (
            self._bot and self._bot.monitors.readiness.reasons(self._clock())
        )

    async def _watch_memory(self) -> None:
        while True:
            with self._guard.guard():
                observed = {**self._look(self._checks), **self._found_in_files}
                self._states.keep(self._unchecked, self._clock())
                for alert in self._states.update(observed, self._clock(), self._now()):
                    self._report(alert)
                await self._store_open()
            await asyncio.sleep(CHECK_INTERVAL)

    async def _watch_files(self) -> None:
        """Run the checks of files in a thread, so that a disk that hangs delays only this loop."""
        while True:
            with self._guard.guard():
                is_certain = self._bot is not None and self._bot.clock_guard.is_trusted
                checks = {**self._disk_checks, **(self._file_checks if is_certain else {})}
                self._found_in_files = await asyncio.to_thread(self._look, checks)
            await asyncio.sleep(FILE_INTERVAL)

    def _look(self, checks: Mapping[Failure, Check]) -> dict[Failure, str]:
        """Return the failures that `checks` find, each with its sentence.

        A check that raises an error finds nothing.
        """
        results = {failure: self._result(failure, check) for failure, check in checks.items()}
        self._unchecked -= checks.keys()
        return {failure: sentence for failure, sentence in results.items() if sentence}

    def _result(self, failure: Failure, check: Check) -> str | None:
        try:
            sentence = check()
        except (OSError, ValueError, StorageRefused, StorageTrouble) as error:
            if failure not in self._failed_checks:
                self._failed_checks.add(failure)
                log.warning("The check for the failure %r cannot be made: %s", failure.value, _reason(error))
            return None
        self._failed_checks.discard(failure)
        return sentence

    def _report(self, alert: Alert) -> None:
        log.warning("%s (%s): %s", alert.title, alert.state, alert.sentence)
        if self._sender:
            self._sender.post(alert)


def _reason(error: Exception) -> str:
    match error:
        case OSError(filename=name, strerror=reason) if name and reason:
            return f"{name}: {reason}"
        case StorageRefused() | StorageTrouble():
            return str(error)
        case _:
            return type(error).__name__
