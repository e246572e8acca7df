"""The command line reports errors in one sentence with a remedy, a non-zero exit, no traceback and no token."""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.health_check import check_health
from bot.monitoring.health_server import HealthSources, HealthState, serve_health
from bot.settings import Address, read_listen_address
from tests.support.bot_and_playground import DARI, ROOT, bot_and_playground, bot_env, playground_alone, start_bot
from tests.support.small_campaign import copy_with_few_words

TOKEN = "123456789:" + "Secret" * 6
_EXPENSIVE = {"aiohttp", "bot.dispatch.subscriptions", "cryptography", "storage.store", "telegram", "yaml"}
_NOT_FOR_THE_STORE = {"aiohttp", "bot.flows", "content.search.matcher", "pydantic", "telegram", "yaml"}


async def failure(env: dict[str, str], *arguments: str) -> str:
    """Run a command that fails; return its output."""
    bot = await start_bot(env, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
    out, _ = await asyncio.wait_for(bot.communicate(), 30)
    text = out.decode()

    assert bot.returncode not in (0, None), text
    assert "Traceback" not in text
    assert "Secret" not in text
    return text


def unused_url() -> str:
    """Return the URL of a port where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


async def test_a_wrong_token_is_reported(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        text = await failure(bot_env(place.playground, tmp_path) | {"BOT_TOKEN": TOKEN})

    assert "@BotFather" in text
    assert len(text.strip().splitlines()) == 1


async def test_a_missing_network_is_reported(tmp_path: Path) -> None:
    env = {"BOT_TOKEN": TOKEN, "BOT_API_URL": unused_url(), "DATABASE_URL": f"sqlite:///{tmp_path}/bot.db"}
    text = await failure(env | {"LISTEN": "127.0.0.1:0"})

    assert "HTTPS_PROXY" in text
    assert len(text.strip().splitlines()) == 1


async def test_broken_yaml_is_reported_with_its_line(tmp_path: Path) -> None:
    copy_with_few_words(tmp_path / "mine")
    (tmp_path / "mine" / "topics.yaml").write_text("- {number: 1, id: [\n")
    text = await failure({"BOT_TOKEN": TOKEN, "CONTENT_DIR": str(tmp_path / "mine")})

    assert "topics.yaml:2" in text


async def test_a_missing_campaign_is_reported(tmp_path: Path) -> None:
    assert "no such folder" in await failure({"BOT_TOKEN": TOKEN, "CONTENT_DIR": str(tmp_path / "none")})


async def test_a_port_in_use_is_reported(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with playground_alone(tmp_path) as place:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            text = await failure(bot_env(place.playground, tmp_path, LISTEN=address))

    assert f"LISTEN {address}" in text


async def test_the_playground_reports_that_its_port_is_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        text = await failure({}, "play", "--port", str(taken.getsockname()[1]))

    assert "--port" in text


async def test_a_data_folder_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with playground_alone(tmp_path) as place:
        text = await failure(
            bot_env(place.playground, tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/file/data/bot.db")
        )

    assert "data folder" in text
    assert "DATABASE_URL" in text


async def test_a_data_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        text = await failure(bot_env(place.playground, tmp_path, DATABASE_URL="sqlite:////proc/data/bot.db"))

    assert "data folder /proc/data cannot be written" in text


async def test_several_problems_are_reported_together() -> None:
    text = await failure({"BOT_TOKEN": "Secret", "SEND_RATE": "many", "LISTEN": "x"}, "run")

    assert len(text.strip().splitlines()) == 3


async def test_a_second_bot_on_the_same_data_is_refused(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        text = await failure(bot_env(place.playground, tmp_path))

    assert "Another process" in text


async def test_a_bot_notices_a_second_one_with_its_token_and_goes_on_when_that_one_ends(
    tmp_path: Path,
) -> None:
    async with playground_alone(tmp_path) as place:
        pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.STDOUT}
        first = await start_bot(bot_env(place.playground, tmp_path / "1"), **pipes)
        await place.person(DARI).start()
        second = await start_bot(bot_env(place.playground, tmp_path / "2"), **pipes)
        assert first.stdout
        async with asyncio.timeout(60):
            while b"Another program fetches this bot's updates (409)" not in await first.stdout.readline():
                pass
        second.terminate()
        await second.communicate()
        await place.person(DARI).start("clause-4")
        first.terminate()
        await first.communicate()

    assert first.returncode == 0


async def test_health_asks_the_running_bot(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        assert "No bot answers" in await failure({"LISTEN": address}, "health")
        bot = await start_bot(bot_env(place.playground, tmp_path, LISTEN=address))
        await place.person(DARI).start()
        health = await start_bot({"LISTEN": address}, "health", stdout=asyncio.subprocess.PIPE)
        await health.communicate()
        bot.terminate()
        code = await asyncio.wait_for(bot.wait(), 5)

    assert health.returncode == 0
    assert code == 0


async def test_the_bot_stops_while_it_still_waits_for_telegram(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        env = {"BOT_TOKEN": TOKEN, "BOT_API_URL": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        bot = await start_bot(env | {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.db"}, stderr=asyncio.subprocess.PIPE)
        caller, _ = await asyncio.get_running_loop().run_in_executor(None, silent.accept)
        with caller:
            bot.terminate()
            _, output = await asyncio.wait_for(bot.communicate(), 5)

    assert "Stopped before" in output.decode()
    assert bot.returncode == 1


@pytest.mark.parametrize(
    ("env", "arguments"),
    [
        ({}, [TOKEN]),
        ({}, ["run", "--token", TOKEN]),
        ({"BOT_TOKEN_FILE": TOKEN}, ["run"]),
        ({"BOT_TOKEN": TOKEN, "BOT_API_URL": f"api.telegram.org/bot{TOKEN}"}, ["run"]),
        ({"BOT_TOKEN": TOKEN, "CONTENT_DIR": TOKEN}, ["run"]),
    ],
)
async def test_a_token_in_the_wrong_place_is_not_printed(env: dict[str, str], arguments: list[str]) -> None:
    assert "…" in await failure(env, *arguments)


@pytest.mark.parametrize("address", ["[::1]:0", "a..b:80", "no-such-host.invalid:80"])
async def test_health_reports_any_address_where_no_bot_answers(address: str) -> None:
    assert "No bot answers" in await failure({"LISTEN": address}, "health")


@pytest.mark.parametrize("host", ["[::1]", "[::]"])
async def test_health_works_over_ipv6(host: str) -> None:
    try:
        with socket.socket(socket.AF_INET6) as free:
            free.bind(("::1", 0))
            port = free.getsockname()[1]
    except OSError:
        pytest.skip("There is no IPv6 on this machine.")
    address = read_listen_address({"LISTEN": f"{host}:{port}"})
    async with serve_health(address, HealthSources(lambda: HealthState(asyncio.get_running_loop().time()))):
        assert (await asyncio.to_thread(check_health, address)).is_well


async def test_health_gives_the_reasons_in_a_sentence() -> None:
    state = HealthState(None, ("Telegram has not answered yet", "nothing can be stored"), is_alive=False)
    async with serve_health(Address("127.0.0.1", 0), HealthSources(lambda: state)) as address:
        health = await asyncio.to_thread(check_health, address)

    assert not health.is_well
    assert "not healthy: Telegram has not answered yet; nothing can be stored." in health.sentence


def test_the_health_check_imports_neither_the_store_nor_the_network() -> None:
    code = f"import sys; from bot.cli.main import main; main(['health']); print(*{_EXPENSIVE} & set(sys.modules))"
    env = {"LISTEN": "127.0.0.1:9", "PATH": os.environ["PATH"]}
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )

    assert process.stdout.splitlines()[1:] == [""]


def test_commands_on_the_store_import_neither_the_search_nor_the_network() -> None:
    commands = "main(['keys']); main(['migrate']); main(['backup', 'x', '--recipient', 'x'])"
    code = f"import sys; from bot.cli.main import main; {commands}; print(*{_NOT_FOR_THE_STORE} & set(sys.modules))"
    env = {"DATABASE_URL": "sqlite:////nowhere/bot.db", "PATH": os.environ["PATH"]}
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )

    assert "There is no database" in process.stderr
    assert process.stdout.splitlines() == [""]


async def test_ask_ends_quietly_when_its_reader_closes_the_pipe() -> None:
    asking = await start_bot({}, "ask", **dict.fromkeys(("stdin", "stdout", "stderr"), asyncio.subprocess.PIPE))
    assert asking.stdin
    assert asking.stdout
    assert asking.stderr
    asking.stdin.write(b'{"q": "women"}\n' * 3000)
    await asking.stdout.readline()
    asking._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined]
    asking.stdin.close()
    errors = await asyncio.wait_for(asking.stderr.read(), 20)

    assert await asking.wait() == 0
    assert errors == b""
