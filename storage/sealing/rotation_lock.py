"""Keep key rotation from moving rows while another task reads all subscribers or sends to all of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class RotationLock:
    """A lock between key rotation and readers.

    Several readers can hold it at once, and rotation waits for all of them. Rotation moves rows in slices. A reader
    waits at most for one slice.
    """

    def __init__(self) -> None:
        self._slice = asyncio.Lock()
        self._holders = 0

    @asynccontextmanager
    async def block_rotation(self) -> AsyncIterator[None]:
        """Prevent rotation from moving rows inside this block. A slice that is being moved is finished first."""
        async with self._slice:
            self._holders += 1
        try:
            yield
        finally:
            self._holders -= 1

    @asynccontextmanager
    async def moving_rows(self) -> AsyncIterator[bool]:
        """Hold the lock for moving one slice of rows.

        Yield False when a reader blocks rotation: then move no rows.
        """
        async with self._slice:
            yield self._holders == 0
