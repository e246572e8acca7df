"""Keep the rotation of keys from moving rows while another task reads all of them or sends to all of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class RotationLock:
    """A lock that any number of readers share. The rotation waits for all of them.

    A reader waits only until one slice of rows is moved.
    """

    def __init__(self) -> None:
        self._slice = asyncio.Lock()
        self._holders = 0

    @asynccontextmanager
    async def block_rotation(self) -> AsyncIterator[None]:
        """Prevent the rotation from moving rows inside this block. The block begins after the current slice."""
        async with self._slice:
            self._holders += 1
        try:
            yield
        finally:
            self._holders -= 1

    @asynccontextmanager
    async def moving_rows(self) -> AsyncIterator[bool]:
        """Enclose the move of one slice of rows. Yields False when rotation is blocked and rows must stay."""
        async with self._slice:
            yield self._holders == 0
