"""`python -m bot play` starts the bot and the playground together, and they end together, whichever ends first."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import psutil
import pytest

from bot.cli.playing import simulator
from tests.support.bot_and_playground import start_bot
from tests.support.person import Json, Person
from tests.support.program_output import read_until

PIPES = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.STDOUT}


@asynccontextmanager
async def playing(folder: Path, **env: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, psutil.Process, str]]:
    """Yield the bot, the playground and the bot's output until it runs; `folder` is for temporary files."""
    bot = await start_bot({"TMPDIR": str(folder), **env}, "play", "--port", "0", **PIPES)
    output = await read_until(bot.stdout, "Running")
    (playground,) = psutil.Process(bot.pid).children()
    yield bot, playground, output
    if bot.returncode is None:
        bot.kill()
        await bot.communicate()


async def has_ended(process: psutil.Process) -> bool:
    for _ in range(300):
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        await asyncio.sleep(0.01)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
async def test_a_stopped_bot_leaves_no_process_and_no_folder_behind(tmp_path: Path, number: signal.Signals) -> None:
    async with playing(tmp_path) as (bot, playground, _):
        assert list(tmp_path.iterdir())
        bot.send_signal(number)
        out, _ = await asyncio.wait_for(bot.communicate(), 5)

        assert bot.returncode == 0, out.decode()
        assert "warning" not in out.decode()
        assert await has_ended(playground)
        assert not list(tmp_path.iterdir())


async def test_a_killed_bot_leaves_no_playground_behind(tmp_path: Path) -> None:
    async with playing(tmp_path) as (bot, playground, _):
        bot.kill()
        await bot.communicate()

        assert await has_ended(playground)


async def test_a_bot_whose_playground_has_ended_reports_it_and_stops(tmp_path: Path) -> None:
    async with playing(tmp_path) as (bot, playground, _):
        playground.kill()
        out, _ = await asyncio.wait_for(bot.communicate(), 5)

        assert bot.returncode == 1
        assert "playground has stopped" in out.decode()
        assert "Traceback" not in out.decode()
        assert not list(tmp_path.iterdir())


async def test_the_address_that_is_printed_opens_the_web_chat(tmp_path: Path) -> None:
    async with playing(tmp_path) as (_, _, output), aiohttp.ClientSession() as session:
        address = next(word for word in output.split() if word.startswith("http://"))
        async with session.get(address) as page:
            assert page.status == 200
            assert "<html" in await page.text()


def test_settings_that_change_what_a_person_sees_are_passed_on_and_no_others(tmp_path: Path) -> None:
    start: Json = {"token": "1:a", "url": "http://127.0.0.1:1", "admins": {}}
    env = simulator._environment(start, tmp_path, {"FEEDBACK": "on", "GUEST_MODE": "on", "BOT_TOKEN": "2:b"})

    assert (env["FEEDBACK"], env["GUEST_MODE"], env["BOT_TOKEN"]) == ("on", "on", "1:a")


async def test_two_admins_can_be_tried(tmp_path: Path) -> None:
    async with playing(tmp_path) as (_, _, output), aiohttp.ClientSession() as session:
        address = next(word for word in output.split() if word.startswith("http://"))
        async with session.get(f"{address}box/people") as response:
            people = (await response.json())["people"]
        admins = [person for person in people if person["admin"]]
        for admin in admins:
            person = Person(address.rstrip("/"), session, admin["id"], 7000001)
            await person.start()
            assert (await person.say("/broadcast"))["text"].startswith("Announcement")

        assert len(admins) == 2


@pytest.mark.parametrize(
    ("options", "env", "command"),
    [
        ([], {}, "python -m bot play --port {next}"),
        (["--demo"], {}, "python -m bot play --demo --port {next}"),
        ([], {"MAKE_TARGET": "run"}, "make run PORT={next}"),
        (["--demo"], {"MAKE_TARGET": "demo"}, "make demo PORT={next}"),
    ],
)
async def test_a_port_in_use_is_reported_with_the_command_for_another_one(
    tmp_path: Path, options: list[str], env: dict[str, str], command: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        arguments = ["play", *options, "--port", str(port)]
        bot = await start_bot({"TMPDIR": str(tmp_path), **env}, *arguments, **PIPES)
        out, _ = await asyncio.wait_for(bot.communicate(), 60)

    assert bot.returncode == 1
    assert out.decode() == (
        f"Port {port} is in use: stop the program that uses it, or choose another port: "
        f"`{command.format(next=port + 1)}`.\n"
    )


async def test_the_address_is_printed_only_when_the_campaign_has_been_loaded(tmp_path: Path) -> None:
    (tmp_path / "campaign").mkdir()
    env = {"TMPDIR": str(tmp_path), "CONTENT_DIR": str(tmp_path / "campaign")}
    bot = await start_bot(env, "play", "--port", "0", **PIPES)
    out, _ = await asyncio.wait_for(bot.communicate(), 60)

    assert bot.returncode == 1
    assert "campaign.yaml" in out.decode()
    assert "Open" not in out.decode()
