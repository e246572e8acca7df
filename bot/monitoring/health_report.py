"""Collect the health of the running bot for /healthz.

The report contains the conditions under which people get no answer, and figures about the stored data.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from bot.model.small_numbers import rounded
from bot.monitoring.health_server import HealthState
from bot.monitoring.readiness import SILENT_AFTER, Condition
from bot.monitoring.running_bot import RunningBot
from bot.runtime.dates import today
from storage.errors import StorageRefused, StorageTrouble

CHECK_INTERVAL = 1.0  # seconds
LATE = 2.0  # seconds that the waiting answers take to send; from here on people notice the delay

log = logging.getLogger(__name__)


class HealthReport:
    """Collect the health of the bot.

    `watch` checks every second why people might get no answer. `state` returns these reasons, with figures about the
    stored data.
    """

    def __init__(self, bot: RunningBot, stopping: asyncio.Event) -> None:
        """Create the report about `bot`. Once `stopping` is set, it says that the bot is stopping."""
        self._readiness = bot.monitors.readiness
        self._poller = bot.poller
        self._store = bot.store
        self._limiter = bot.limiter
        self._stopping = stopping
        self._unreadable: Mapping[str, str] = {}

    async def watch(self) -> None:
        """Check every second, until cancelled, whether the bot is healthy, and log changes even without a request.

        Otherwise they would be noticed only when somebody requests /healthz.
        """
        self.state()
        while True:
            self._check(asyncio.get_running_loop().time())
            await asyncio.sleep(CHECK_INTERVAL)

    def state(self) -> HealthState:
        """Check the conditions, read the figures, and return both. A figure that cannot be read is None."""
        now = asyncio.get_running_loop().time()
        self._check(now)
        figures, unreadable = read_figures({
            "rows_that_do_not_open": lambda: len(self._store.vault.rejected),
            "copy_the_key_file_again": lambda: not self._store.is_copied(),
            "days_since_the_keys_changed": lambda: self._store.rotation.ages(today())[-1].days,
            "audit_head": lambda: str(self._store.audit.head),
            "daily_clauses": lambda: {key: rounded(n) for key, n in self._store.daily_ledger.counts().items()},
        })  # fmt: skip
        for name in unreadable.keys() - self._unreadable.keys():
            log.warning("/healthz lacks the figure %s: %s", name, unreadable[name])
        self._unreadable = unreadable
        reasons, warnings = self._readiness.reasons(now), self._readiness.warnings(now)
        return HealthState(
            answered_at=self._poller.answered_at,
            is_alive=self._readiness.is_alive(now),
            reasons=reasons,
            warnings=warnings,
            figures=figures,
            unreadable=unreadable,
        )

    def check_readiness(self) -> tuple[str, ...]:
        """Check the conditions; return the reasons why people get no answer now, as sentences."""
        now = asyncio.get_running_loop().time()
        self._check(now)
        return self._readiness.reasons(now)

    def _check(self, now: float) -> None:
        answered_at, storage_error = self._poller.answered_at, self._store.database.last_error
        is_silent = answered_at is not None and now - answered_at >= SILENT_AFTER
        self._readiness.end_expired(now)
        self._readiness.set(Condition.STARTING, now, holds=answered_at is None)
        self._readiness.set(Condition.STOPPING, now, holds=self._stopping.is_set())
        self._readiness.set(Condition.SILENT, now, holds=is_silent, since=answered_at)
        if (pause := self._limiter.paused_for) > 0:
            self._readiness.begin(Condition.FLOOD_WAIT, now, until=now + pause)
        self._readiness.set(Condition.BUDGET, now, holds=self._limiter.seconds_waiting > LATE)
        self._readiness.set(Condition.STORAGE, now, holds=storage_error is not None, detail=str(storage_error or ""))


def read_figures(figures: Mapping[str, Callable[[], Any]]) -> tuple[dict[str, Any], dict[str, str]]:
    """Call each function in `figures`; return their values, and the reasons for failures, both by name.

    The value of a function that fails is None, so that the other figures are still read.
    """
    values, unreadable = dict[str, Any](), dict[str, str]()
    for name, figure in figures.items():
        values[name], reason = _read(figure)
        if reason:
            unreadable[name] = reason
    return values, unreadable


def _read(figure: Callable[[], Any]) -> tuple[Any, str]:
    try:
        return figure(), ""
    except (StorageRefused, StorageTrouble) as error:
        return None, str(error)
    except OSError as error:
        return None, f"{error.filename or 'a file'}: {error.strerror or type(error).__name__}"
    except Exception as error:  # noqa: BLE001 -- the caller logs it
        # An error in one figure must not hide the others, nor the health of the bot.
        return None, type(error).__name__
