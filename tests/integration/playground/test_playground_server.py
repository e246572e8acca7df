"""The playground as a server and as a command: access checks, start, stop, settings and bulk users."""

import asyncio
import io
import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from playground.settings import PlaygroundSettings
from tests.support.playground.client import EMMA, PlaygroundClient, SimulatorErrorResponse, playground_client

ROOT = Path(__file__).parents[3]


async def status(client: PlaygroundClient, path: str, **headers: str) -> int:
    """GET a path with these headers; return the HTTP status."""
    async with client.session.get(client.server.url + path, headers=headers) as response:
        return response.status


@pytest.mark.parametrize("path", ["/", "/box/people", "/bot{token}/getMe"])
async def test_requests_with_another_host_or_from_other_sites_are_refused(path: str) -> None:
    async with playground_client() as client:
        path = path.format(token=client.server.token)

        assert await status(client, path) == 200
        assert await status(client, path, Host="localhost:8081") == 200
        assert await status(client, path, Host="[::1]:8081") == 200
        assert await status(client, path, Host="evil.example:8081") == 403
        assert await status(client, path, Host="127.0.0.1.evil.example") == 403
        assert await status(client, path, **{"Sec-Fetch-Site": "cross-site"}) == (200 if path == "/" else 403)


async def test_a_post_to_the_simulator_api_needs_json() -> None:
    async with playground_client() as client:
        for content_type, body in (
            ("text/plain", b"{}"),
            ("application/json", b"nothing"),
            ("application/json", b"[]"),
        ):
            url, headers = f"{client.server.url}/box/reset", {"Content-Type": content_type}
            async with client.session.post(url, data=io.BytesIO(body), headers=headers) as response:
                assert response.status in (400, 415)
                assert (await response.json())["error"]


async def test_the_web_chat_has_a_security_policy_and_no_path_leaves_its_folder() -> None:
    async with playground_client() as client:
        async with client.session.get(client.server.url) as response:
            assert "default-src 'none'; script-src 'self'" in response.headers["Content-Security-Policy"]
        for path in (
            "/page/../server.py",
            "/page/%2e%2e/server.py",
            "/page/%00.js",
            "/etc/passwd",
            "/page/" + "a" * 999,
        ):
            assert await status(client, path) == 404


async def test_a_body_that_is_too_large_or_not_json_is_refused() -> None:
    async with playground_client() as client:
        url = client.method_url("sendMessage")
        for body, code in ((b"[", 400), (b"[" * 900_000, 400), (b"x" * 2_000_000, 413)):
            async with client.session.post(
                url, data=io.BytesIO(body), headers={"Content-Type": "application/json"}
            ) as response:
                assert response.status == code
                assert (await response.json())["ok"] is False


async def test_bulk_users_count_their_messages() -> None:
    async with playground_client(bulk_users=1000, first_bulk_user_id=50_000, has_flood_limits=False) as client:
        for person in (50_000, 50_001, 50_001, 50_999):
            await client.result("sendMessage", chat_id=person, text="news")
        received = await client.get("received", **{"from": 50_000, "to": 50_002})

        assert received == {"people": 3, "total": 3, "counts": {"50001": 2, "50002": 0}, "edited": {}, "deleted": {}}
        assert (await client.get("received"))["total"] == 4
        assert client.server.state.received(50_999) == 1
        assert client.server.state.bulk_users.histogram() == {0: 997, 1: 2, 2: 1}
        assert await client.error("sendMessage", chat_id=51_000, text="x") == "Bad Request: chat not found"
        assert await client.result("deleteMessage", chat_id=50_000, message_id=1)


async def test_bulk_users_can_refuse_messages() -> None:
    async with playground_client(bulk_users=10, first_bulk_user_id=50_000) as client:
        client.server.state.bulk_users.refusals[50_001] = "bot was blocked by the user"

        assert await client.error("sendMessage", chat_id=50_001, text="x") == "Forbidden: bot was blocked by the user"
        assert client.server.state.received(50_001) == 0


async def test_latency_delays_every_response() -> None:
    async with playground_client(latency=0.1) as client:
        started = time.monotonic()
        await client.call("getMe")

        assert time.monotonic() - started >= 0.1


async def test_stopping_ends_polls_and_event_streams_at_once() -> None:
    async with aiohttp.ClientSession() as session:
        async with playground_client() as client:
            url, token = client.server.url, client.server.token
            poll = asyncio.create_task(session.get(f"{url}/bot{token}/getUpdates?timeout=50"))
            stream = await session.get(f"{url}/box/events?person={EMMA}")
            await asyncio.sleep(0.05)
            started = time.monotonic()

        assert time.monotonic() - started < 1
        assert (await (await poll).json())["result"] == []
        assert await stream.content.read() == b": open\n\n"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"host": "0.0.0.0"}, "The playground serves this machine only, not 0.0.0.0"),
        ({"host": "example.org"}, "The playground serves this machine only, not example.org"),
        ({"port": 70000}, "The port must be a number from 0"),
        ({"rate": 0}, "The rate must be above 0"),
        ({"latency": -1}, "The latency must be 0 to 60 seconds"),
        ({"bots": ("no token",)}, "Give a bot as ID:SECRET"),
        ({"bots": ("1:a", "1:b")}, "Give at least one bot, and each bot a different id"),
        ({"bulk_users": -1}, "There can be 0 to"),
        ({"first_bulk_user_id": 1}, "The ids of bulk users must start at 10000"),
    ],
)
def test_a_wrong_setting_is_explained_in_a_sentence(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PlaygroundSettings(**settings)


async def test_a_bot_has_the_username_of_the_settings() -> None:
    async with playground_client(bots=("42:secret@my_own_bot",)) as client:
        assert (await client.result("getMe"))["username"] == "my_own_bot"


async def test_the_error_for_too_many_people_names_bulk_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.world.state.MAX_PEOPLE", 4)
    async with playground_client() as client:
        with pytest.raises(SimulatorErrorResponse, match="start it with --bulk-users N for N bulk users"):
            await client.post("people", first_name="A", language_code="en")


async def test_a_chat_keeps_only_its_newest_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.world.state.MAX_CHAT_MESSAGES", 3)
    async with playground_client() as client:
        for number in range(5):
            await client.send_text(str(number))

        assert [message["text"] for message in await client.messages()] == ["2", "3", "4"]


def start_command(*arguments: str) -> "subprocess.Popen[str]":
    """Start `python -m playground`."""
    command = [sys.executable, "-m", "playground", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_prints_its_address_and_stops_at_a_signal(signal_number: signal.Signals) -> None:
    with start_command("--port", "0", "--json") as process:
        assert process.stdout
        info = json.loads(process.stdout.readline())
        started = time.monotonic()
        process.send_signal(signal_number)

        assert info["url"].startswith("http://127.0.0.1:")
        assert (info["admins"], info["token"][:8]) == ({"1009": "Admin", "1010": "Second admin"}, "7000001:")
        assert process.wait(10) == 0
        assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--host", "0.0.0.0"], "The playground serves this machine only"),
        (
            ["--port", "{taken}"],
            "Port {taken} is in use: stop the program that uses it, or choose another port with --port (0 for any).",
        ),
    ],
)
def test_a_command_that_cannot_start_prints_one_sentence(arguments: list[str], message: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        with start_command(*(argument.format(taken=taken) for argument in arguments)) as process:
            output, errors = process.communicate(timeout=20)

    assert process.returncode == 1
    assert output == ""
    assert errors.startswith(message.format(taken=taken))
    assert errors.count("\n") == 1


def test_with_json_an_error_is_a_line_of_json() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        with start_command("--json", "--port", taken) as process:
            output, errors = process.communicate(timeout=20)

    assert process.returncode == 1
    assert json.loads(output)["port_in_use"] is True
    assert json.loads(output)["error"].startswith(f"Port {taken} is in use")
    assert errors == ""


def test_the_command_accepts_bots_and_bulk_users() -> None:
    options = [
        "--bot",
        "42:secret@my_own_bot",
        "--bulk-users",
        "5",
        "--first-bulk-user-id",
        "20000",
        "--no-flood-limits",
        "--latency",
        "1",
    ]
    with start_command("--port", "0", "--json", *options) as process:
        assert process.stdout
        info = json.loads(process.stdout.readline())
        with urllib.request.urlopen(f"{info['url']}/box/received", timeout=10) as response:
            received = json.load(response)
        process.terminate()

    assert info["token"] == "42:secret"
    assert received["people"] == 5


def test_the_command_prints_the_address_first() -> None:
    with start_command("--port", "0") as process:
        assert process.stdout
        first = process.stdout.readline()
        process.terminate()

    assert first.startswith("http://127.0.0.1:")
