"""Whether Telegram can be reached just now, as polling finds out: calls that failed wait here until it can."""

import asyncio


class Reachability:
    """Up until a poll fails, and up again as soon as one is answered."""

    def __init__(self) -> None:
        self._up = asyncio.Event()
        self._up.set()

    @property
    def is_up(self) -> bool:
        return self._up.is_set()

    def mark_down(self) -> None:
        self._up.clear()

    def mark_up(self) -> None:
        self._up.set()

    async def wait_until_up(self) -> float:
        """Return the seconds that it took."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await self._up.wait()
        return loop.time() - begun
