"""What /healthz reports of the running bot. A figure that cannot be read spoils no other one."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from bot.dispatch.subscriptions import today
from bot.model.small_numbers import rounded
from bot.monitoring.health_server import HealthState
from bot.monitoring.readiness import SILENT_AFTER, Condition, Readiness
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.updates.polling import Poller
from storage.errors import StorageRefused, StorageTrouble
from storage.store import Store

LOOK_EVERY = 1.0  # seconds
LATE = 2.0  # seconds of answers in the queue, from which people notice

log = logging.getLogger(__name__)


class HealthReport:
    def __init__(self, readiness: Readiness, intake: Poller, store: Store, limiter: RateLimiter) -> None:
        self._readiness = readiness
        self._intake = intake
        self._store = store
        self._limiter = limiter
        self._unreadable: Mapping[str, str] = {}

    async def watch(self) -> None:
        """Look again and again, so that the log says when something begins and ends also where nobody asks."""
        self.state()
        while True:
            self._look(asyncio.get_running_loop().time())
            await asyncio.sleep(LOOK_EVERY)

    def state(self) -> HealthState:
        now = asyncio.get_running_loop().time()
        self._look(now)
        figures, unreadable = read_figures({
            "rows_that_do_not_open": lambda: len(self._store.vault.rejected),
            "copy_the_key_file_again": lambda: not self._store.is_copied(),
            "days_since_the_keys_changed": lambda: self._store.rotation.ages(today())[-1].days,
            "daily_clauses": lambda: {key: rounded(n) for key, n in self._store.daily_ledger.counts().items()},
        })  # fmt: skip
        for name in unreadable.keys() - self._unreadable.keys():
            log.warning("/healthz cannot tell %s: %s", name, unreadable[name])
        self._unreadable = unreadable
        reasons, warnings = self._readiness.reasons(now), self._readiness.warnings(now)
        return HealthState(self._intake.answered_at, reasons, warnings, figures, unreadable)

    def _look(self, now: float) -> None:
        answered, trouble = self._intake.answered_at, self._store.database.last_error
        is_silent = answered is not None and now - answered >= SILENT_AFTER
        self._readiness.look(now)
        self._readiness.set(Condition.STARTING, now, holds=answered is None)
        self._readiness.set(Condition.SILENT, now, holds=is_silent, since=answered)
        if (left := self._limiter.paused_for) > 0:
            self._readiness.begin(Condition.FLOOD_WAIT, now, until=now + left)
        self._readiness.set(Condition.BUDGET, now, holds=self._limiter.seconds_waiting > LATE)
        self._readiness.set(Condition.STORAGE, now, holds=trouble is not None, why=str(trouble or ""))


def read_figures(figures: Mapping[str, Callable[[], Any]]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the figures, None where one cannot be read, and why each of those cannot."""
    read, unreadable = dict[str, Any](), dict[str, str]()
    for name, figure in figures.items():
        read[name], why = _read(figure)
        if why:
            unreadable[name] = why
    return read, unreadable


def _read(figure: Callable[[], Any]) -> tuple[Any, str]:
    try:
        return figure(), ""
    except (StorageRefused, StorageTrouble) as refused:
        return None, str(refused)
    except OSError as broken:
        return None, f"{broken.filename or 'a file'}: {broken.strerror or type(broken).__name__}"
    except Exception as error:  # noqa: BLE001 -- it is logged by whoever asked for the figures
        # A mistake in one figure must not hide the others, nor whether people are answered.
        return None, type(error).__name__
