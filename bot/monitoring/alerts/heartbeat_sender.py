"""Call HEARTBEAT_URL every minute while the bot is healthy.

When the calls stop, the service behind the URL notifies the operator. So it also notices what no alert can report: a
bot, a server or a network that is gone.
"""

import asyncio
import logging
from collections.abc import Callable

from bot.alert_settings import Receiver
from bot.monitoring.alerts.receiver_client import ReceiverFailed, call_receiver

INTERVAL = 60.0  # seconds

log = logging.getLogger(__name__)


async def send_heartbeats(receiver: Receiver, is_healthy: Callable[[], bool]) -> None:
    """Call `receiver` every INTERVAL seconds while `is_healthy` returns True, until cancelled.

    If calls fail, log only the first failure in a row.
    """
    has_failed = False
    while True:
        if is_healthy():
            has_failed = await _send(receiver, has_failed)
        await asyncio.sleep(INTERVAL)


async def _send(receiver: Receiver, has_failed: bool) -> bool:
    """Call `receiver` once; return whether the call failed.

    `has_failed` says whether the previous call failed. A line is logged only if this call has another result than
    that.
    """
    try:
        await call_receiver(receiver, "GET")
    except ReceiverFailed as failed:
        if not has_failed:
            log.warning("The heartbeat did not reach its receiver (HEARTBEAT_URL: %s)", failed)
        return True
    if has_failed:
        log.warning("The heartbeat reaches its receiver again (HEARTBEAT_URL)")
    return False
