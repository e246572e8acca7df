"""Record whether answers to people reach Telegram.

An answer can fail in the call to Telegram, or in the work that prepares this call.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData

from bot.monitoring.readiness import Readiness, ReplyFailures
from bot.monitoring.update_metrics import UpdateMetrics
from bot.telegram_api.updates.polling import Admit, Update, UpdateWork

_ANSWERS = ("send", "edit", "answer", "copy")
_REFUSED, _FLOOD, _SERVER_ERROR = 300, 429, 500


class ReplyCalls:
    """The numbers of calls to Telegram that answer people, by outcome. A retry counts again."""

    def __init__(self) -> None:
        self.outcomes = {"accepted": 0, "refused": 0, "flood_wait": 0, "failed": 0}

    def record(self, status: int) -> None:
        """Count a call that ended with an HTTP status; 0 means that there was no response."""
        if 0 < status < _REFUSED:
            self.outcomes["accepted"] += 1
        elif status == _FLOOD:
            self.outcomes["flood_wait"] += 1
        else:
            self.outcomes["refused" if 0 < status < _SERVER_ERROR else "failed"] += 1


class Monitors:
    """The objects that record updates and answers, for /healthz, /metrics and alerts."""

    def __init__(self) -> None:
        self.readiness = Readiness()
        self.failures = ReplyFailures(self.readiness)
        self.reply_calls = ReplyCalls()
        self.updates = UpdateMetrics()


class MonitoredRequest(BaseRequest):
    """Pass calls on to `request`, and record in `failures` whether answers to people reach Telegram.

    Calls of the methods whose names begin with a text in _ANSWERS are answers to people. An answer that Telegram
    refuses has reached Telegram. `calls` counts the answers.
    """

    def __init__(
        self,
        request: BaseRequest,
        failures: ReplyFailures,
        clock: Callable[[], float] = time.monotonic,
        calls: ReplyCalls | None = None,
    ) -> None:
        self._request = request
        self._failures = failures
        self._clock = clock
        self._calls = calls or ReplyCalls()

    @property
    def read_timeout(self) -> float | None:
        return self._request.read_timeout

    async def initialize(self) -> None:
        await self._request.initialize()

    async def shutdown(self) -> None:
        await self._request.shutdown()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **options: Any
    ) -> tuple[int, bytes]:
        """Make a call through `request` and return the status and body of the response.

        If the call is an answer to a person, record in `failures` whether it reached Telegram.
        """
        is_answer = url.rpartition("/")[2].startswith(_ANSWERS)
        try:
            status, body = await self._request.do_request(url, method, request_data, *timeouts, **options)
        except NetworkError as error:
            if is_answer:
                self._calls.record(0)
                self._failures.record_failure(self._clock(), type(error).__name__)
            raise
        if is_answer:
            self._calls.record(status)
        if is_answer and status >= _SERVER_ERROR:
            self._failures.record_failure(self._clock(), f"HTTP {status}")
        elif is_answer and status != _FLOOD:
            self._failures.record_success(self._clock())
        return status, body


def monitor_work(
    admit: Admit,
    failures: ReplyFailures,
    clock: Callable[[], float] = time.monotonic,
    metrics: UpdateMetrics | None = None,
) -> Admit:
    """Return a function that does the same as `admit`: it takes an update, and returns the function that answers it.

    If the returned function raises an error, the error is recorded in `failures`. Network errors are not recorded
    here, but by MonitoredRequest. `metrics` counts the updates, and measures the time from an update's arrival to the
    end of its answer.
    """
    measured = metrics or UpdateMetrics()

    def admit_monitored(update: Update) -> UpdateWork | None:
        kind = measured.record_received(update)
        work = admit(update)
        return None if work is None else partial(run_monitored, work, kind, clock())

    async def run_monitored(work: UpdateWork, kind: str, arrived: float) -> None:
        try:
            await work()
        except NetworkError:
            raise
        except Exception as error:
            failures.record_failure(clock(), type(error).__name__)
            raise
        measured.record_answered(kind, clock() - arrived)

    return admit_monitored
