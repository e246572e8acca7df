"""Share between tasks whether Telegram can be reached.

The polling task records whether its polls are answered. A failed call to Telegram waits here before it is repeated.
"""

import asyncio


class Reachability:
    """A flag for whether Telegram can be reached: up at first, down after a failed poll, up after an answered one."""

    def __init__(self) -> None:
        self._up = asyncio.Event()
        self._up.set()

    def mark_down(self) -> None:
        self._up.clear()

    def mark_up(self) -> None:
        self._up.set()

    async def wait_until_up(self) -> float:
        """Wait until Telegram can be reached; return the seconds spent waiting."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await self._up.wait()
        return loop.time() - begun
