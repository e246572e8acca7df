"""Record whether answers to people reach Telegram.

An answer can fail in the call to Telegram, or in the work before that call.
"""

import time
from collections.abc import Callable
from typing import Any

from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData

from bot.monitoring.readiness import ReplyFailures
from bot.telegram_api.updates.polling import Admit, Update, UpdateWork

_ANSWERS = ("send", "edit", "answer", "copy")
_FLOOD, _SERVER_ERROR = 429, 500


class MonitoredRequest(BaseRequest):
    """Pass calls to `request`, and record in `failures` whether answers to people reach Telegram.

    A call is an answer if the name of its method begins with one of _ANSWERS. If Telegram refuses a call, the call
    has reached Telegram.
    """

    def __init__(
        self, request: BaseRequest, failures: ReplyFailures, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._request = request
        self._failures = failures
        self._clock = clock

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
                self._failures.record_failure(self._clock(), type(error).__name__)
            raise
        if is_answer and status >= _SERVER_ERROR:
            self._failures.record_failure(self._clock(), f"HTTP {status}")
        elif is_answer and status != _FLOOD:
            self._failures.record_success(self._clock())
        return status, body


def monitor_work(admit: Admit, failures: ReplyFailures, clock: Callable[[], float] = time.monotonic) -> Admit:
    """Return a function that admits updates as `admit` does, but records errors of the returned work in `failures`.

    Network errors are not recorded here, because MonitoredRequest records them.
    """

    def admit_monitored(update: Update) -> UpdateWork | None:
        work = admit(update)
        return None if work is None else lambda: run_monitored(work)

    async def run_monitored(work: UpdateWork) -> None:
        try:
            await work()
        except NetworkError:
            raise
        except Exception as error:
            failures.record_failure(clock(), type(error).__name__)
            raise

    return admit_monitored
