"""Share between tasks whether Telegram can be reached.

Polling reports the state. A failed call waits until Telegram can be reached, and is then repeated.
"""

import asyncio


class Reachability:
    """The state of the connection to Telegram: down after a failed poll, up again after an answered poll.

    Before the first poll the state is up.
    """

    def __init__(self) -> None:
        self._up = asyncio.Event()
        self._up.set()

    def mark_down(self) -> None:
        self._up.clear()

    def mark_up(self) -> None:
        self._up.set()

    async def wait_until_up(self) -> float:
        """Wait until Telegram can be reached, and return for how many seconds this method has waited."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await self._up.wait()
        return loop.time() - begun
