"""Fixtures for tests in the browser: a Chromium for each module, and a small bot in the playground of the module."""

from collections.abc import AsyncIterator

import aiohttp
import pytest_asyncio
from playwright.async_api import Browser

from playground import Playground
from tests.support.browser import chromium
from tests.support.playground.tiny_bot import TinyBot, tiny_bot


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def bot(server: Playground) -> AsyncIterator[TinyBot]:
    """Reset the playground `server` of the module, and run the bot in it."""
    async with aiohttp.ClientSession() as session, session.post(f"{server.url}/box/reset", json={}) as response:
        assert response.status == 200
    async with tiny_bot(server.url, server.token) as running:
        yield running
