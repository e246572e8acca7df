"""Define the set of objects of a running bot from which alerts and metrics are made."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.broadcast.delivery.requests import ApiClient
from bot.monitoring.reply_monitor import Monitors
from bot.runtime.clock_guard import ClockGuard
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.updates.polling import Poller
from storage.store import Store


@dataclass(frozen=True, slots=True)
class RunningBot:
    """The objects of a running bot that alerts and metrics read.

    `is_daily_paused` returns whether no daily clauses are sent for a while, because sending failed.
    """

    monitors: Monitors
    limiter: RateLimiter
    poller: Poller
    store: Store
    clock_guard: ClockGuard
    client: ApiClient
    is_daily_paused: Callable[[], bool]
