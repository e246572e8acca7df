"""Rotation moves rows; whoever reads all of them, or sends to all of them, holds it meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class RotationLock:
    def __init__(self) -> None:
        self._slice = asyncio.Lock()
        self._holders = 0

    @asynccontextmanager
    async def block_rotation(self) -> AsyncIterator[None]:
        """No row moves inside this block; it begins when the slice under way is done."""
        async with self._slice:
            self._holders += 1
        try:
            yield
        finally:
            self._holders -= 1

    @asynccontextmanager
    async def moving_rows(self) -> AsyncIterator[bool]:
        """Around one slice of moves: whether it may be done now."""
        async with self._slice:
            yield self._holders == 0
