"""Share whether Telegram can be reached: polling reports it, and calls that failed wait for it before they retry."""

import asyncio


class Reachability:
    """The state of the connection to Telegram: down after a failed poll, up after the next answered poll.

    Before the first poll it is up. `wait_until_up` waits for Telegram.
    """

    def __init__(self) -> None:
        self._up = asyncio.Event()
        self._up.set()

    def mark_down(self) -> None:
        self._up.clear()

    def mark_up(self) -> None:
        self._up.set()

    async def wait_until_up(self) -> float:
        """Wait until Telegram can be reached; return the seconds that this took."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await self._up.wait()
        return loop.time() - begun
