"""Observing whether answers to people reach Telegram, where they can fail: in the call and in the work."""

import time
from collections.abc import Callable
from typing import Any

from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData

from bot.monitoring.readiness import ReplyFailures
from bot.telegram_api.updates.polling import Admit, Update, UpdateWork

_ANSWERS = ("send", "edit", "answer", "copy")
_FLOOD, _BROKEN = 429, 500


class MonitoredRequest(BaseRequest):
    """A request that counts which calls of `_ANSWERS` reached Telegram; what Telegram refused has reached it."""

    def __init__(
        self, wire: BaseRequest, failures: ReplyFailures, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._wire = wire
        self._failures = failures
        self._clock = clock

    @property
    def read_timeout(self) -> float | None:
        return self._wire.read_timeout

    async def initialize(self) -> None:
        await self._wire.initialize()

    async def shutdown(self) -> None:
        await self._wire.shutdown()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **named: Any
    ) -> tuple[int, bytes]:
        """See BaseRequest."""
        counts = url.rpartition("/")[2].startswith(_ANSWERS)
        try:
            status, body = await self._wire.do_request(url, method, request_data, *timeouts, **named)
        except NetworkError as trouble:
            if counts:
                self._failures.failed(self._clock(), type(trouble).__name__)
            raise
        if counts and status >= _BROKEN:
            self._failures.failed(self._clock(), f"HTTP {status}")
        elif counts and status != _FLOOD:
            self._failures.succeeded(self._clock())
        return status, body


def monitor_work(admit: Admit, failures: ReplyFailures, clock: Callable[[], float] = time.monotonic) -> Admit:
    """Return `admit` whose work counts when it ends with an error that no call has counted already."""

    def admitted(update: Update) -> UpdateWork | None:
        work = admit(update)
        return None if work is None else lambda: watched(work)

    async def watched(work: UpdateWork) -> None:
        try:
            await work()
        except NetworkError:
            raise
        except Exception as error:
            failures.failed(clock(), type(error).__name__)
            raise

    return admitted
