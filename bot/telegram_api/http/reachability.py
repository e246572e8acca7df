"""Whether Telegram can be reached now, as polling finds out; calls that failed wait here until it can."""

import asyncio


class Reachability:
    """The state of the way to Telegram: down once a poll has failed, up again once a poll is answered."""

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
