"""Keep the rotation of keys from moving rows while somebody reads all of them or sends to all of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class RotationLock:
    """A lock that any number of readers share; the rotation waits for them, but they never wait for long."""

    def __init__(self) -> None:
        self._slice = asyncio.Lock()
        self._holders = 0

    @asynccontextmanager
    async def block_rotation(self) -> AsyncIterator[None]:
        """Let no row move inside this block. It begins when the slice that is being moved is done."""
        async with self._slice:
            self._holders += 1
        try:
            yield
        finally:
            self._holders -= 1

    @asynccontextmanager
    async def moving_rows(self) -> AsyncIterator[bool]:
        """Enclose the move of one slice of rows. Yields whether it may be moved now."""
        async with self._slice:
            yield self._holders == 0
