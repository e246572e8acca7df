"""`python -m bot play`: the bot and the box start together and go together, however either goes."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import psutil
import pytest

from tests.support.bot_and_playground import start_bot


@asynccontextmanager
async def playing(folder: Path, **env: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, psutil.Process, str]]:
    """The bot, the box, and what the bot had said when its address was there; `folder` is for what is thrown away."""
    pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.STDOUT}
    bot = await start_bot({"TMPDIR": str(folder), **env}, "play", "--port", "0", **pipes)
    assert bot.stdout
    said = ""
    async with asyncio.timeout(60):
        while "Running" not in said:
            line = (await bot.stdout.readline()).decode()
            assert line, said
            said += line
    (box,) = psutil.Process(bot.pid).children()
    yield bot, box, said
    if bot.returncode is None:
        bot.kill()
        await bot.communicate()


async def gone(process: psutil.Process) -> bool:
    for _ in range(300):
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        await asyncio.sleep(0.01)
    return False


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda sign: sign.name)
async def test_a_stopped_bot_leaves_no_process_and_no_folder_behind(tmp_path: Path, sign: signal.Signals) -> None:
    async with playing(tmp_path) as (bot, box, _):
        assert list(tmp_path.iterdir())
        bot.send_signal(sign)
        out, _ = await asyncio.wait_for(bot.communicate(), 5)

        assert bot.returncode == 0, out.decode()
        assert "warning" not in out.decode()
        assert await gone(box)
        assert not list(tmp_path.iterdir())


async def test_a_killed_bot_leaves_no_box_behind(tmp_path: Path) -> None:
    async with playing(tmp_path) as (bot, box, _):
        bot.kill()
        await bot.communicate()

        assert await gone(box)


async def test_a_bot_whose_box_is_gone_says_so_and_stops(tmp_path: Path) -> None:
    async with playing(tmp_path) as (bot, box, _):
        box.kill()
        out, _ = await asyncio.wait_for(bot.communicate(), 5)

        assert bot.returncode == 1
        assert "playground has stopped" in out.decode()
        assert "Traceback" not in out.decode()
        assert not list(tmp_path.iterdir())


async def test_the_address_that_is_printed_opens_the_web_chat(tmp_path: Path) -> None:
    async with playing(tmp_path) as (_, _, said), aiohttp.ClientSession() as session:
        address = next(word for word in said.split() if word.startswith("http://"))
        async with session.get(address) as page:
            assert page.status == 200
            assert "<html" in await page.text()
