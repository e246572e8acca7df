"""Wait until a group can get one more message within its limit of 20 a minute."""

import asyncio
import time

from bot.model.events import ChatId
from bot.telegram_api.rate_limiting.group_quota import GroupQuota


async def wait_for_turn(quota: GroupQuota, group: ChatId) -> None:
    """Wait until the quota of the group allows one more message, and count it."""
    while True:
        wait = quota.take(group, time.monotonic())
        if not wait:
            return
        await asyncio.sleep(wait)
