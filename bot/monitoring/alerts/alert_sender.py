"""Send alerts to their receiver in order, and retry each until the receiver accepts it.

The bot never waits for the receiver: `post` only queues an alert. If the receiver fails for a long time, the oldest
alerts are dropped.
"""

import asyncio
import logging
from collections import deque

from bot.alert_settings import AlertFormat, Receiver
from bot.monitoring.alerts.alert import Alert
from bot.monitoring.alerts.alert_requests import alert_request
from bot.monitoring.alerts.receiver_client import ReceiverFailed, call_receiver

MAX_WAITING = 50  # alerts
FIRST_RETRY, LONGEST_RETRY = 10.0, 300.0  # seconds between two tries; doubled each time

log = logging.getLogger(__name__)


class AlertSender:
    """Queue alerts with `post`. Keep `run` running: it sends them."""

    def __init__(self, receiver: Receiver, form: AlertFormat) -> None:
        self._receiver = receiver
        self._form = form
        self._waiting: deque[Alert] = deque(maxlen=MAX_WAITING)
        self._posted = asyncio.Event()

    def post(self, alert: Alert) -> None:
        """Queue an alert. When the queue is full, the oldest alert is dropped."""
        self._waiting.append(alert)
        self._posted.set()

    async def run(self) -> None:
        """Send the queued alerts until cancelled."""
        while True:
            await self._posted.wait()
            self._posted.clear()
            while self._waiting:
                await self._send_with_retries(self._waiting.popleft())

    async def _send_with_retries(self, alert: Alert) -> None:
        retry_after, has_failed = FIRST_RETRY, False
        while not await self._try_to_send(alert, is_first=not has_failed):
            has_failed = True
            await asyncio.sleep(retry_after)
            retry_after = min(2 * retry_after, LONGEST_RETRY)
        if has_failed:
            log.warning("The receiver of alerts (ALERT_URL) accepts them again")

    async def _try_to_send(self, alert: Alert, *, is_first: bool) -> bool:
        request = alert_request(alert, self._form)
        try:
            await call_receiver(
                self._receiver, "POST", body=request.body, headers=request.headers, path_end=request.path_end
            )
        except ReceiverFailed as failed:
            if is_first:
                log.warning("An alert did not reach its receiver (ALERT_URL: %s): trying again until it does", failed)
            return False
        return True
