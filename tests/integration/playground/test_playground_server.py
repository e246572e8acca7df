"""The box as a server and a command: guards, starting, stopping, quiet people."""

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

from playground.settings import Settings
from tests.support.playground.client import EMMA, Hands, Told, hands

ROOT = Path(__file__).parents[3]


async def status(place: Hands, path: str, **headers: str) -> int:
    async with place.session.get(place.box.url + path, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize("path", ["/", "/box/people", "/bot{token}/getMe"])
async def test_other_names_and_other_sites_pages_are_turned_away(path: str) -> None:
    async with hands() as place:
        path = path.format(token=place.box.token)

        assert await status(place, path) == 200
        assert await status(place, path, Host="localhost:8081") == 200
        assert await status(place, path, Host="[::1]:8081") == 200
        assert await status(place, path, Host="evil.example:8081") == 403
        assert await status(place, path, Host="127.0.0.1.evil.example") == 403
        assert await status(place, path, **{"Sec-Fetch-Site": "cross-site"}) == (200 if path == "/" else 403)


async def test_a_post_to_the_box_needs_json() -> None:
    async with hands() as place:
        for kind, body in (("text/plain", b"{}"), ("application/json", b"nothing"), ("application/json", b"[]")):
            url, headers = f"{place.box.url}/box/reset", {"Content-Type": kind}
            async with place.session.post(url, data=io.BytesIO(body), headers=headers) as answer:
                assert answer.status in (400, 415)
                assert (await answer.json())["error"]


async def test_the_page_comes_with_a_policy_and_nothing_outside_its_folder() -> None:
    async with hands() as place:
        async with place.session.get(place.box.url) as answer:
            assert "default-src 'none'; script-src 'self'" in answer.headers["Content-Security-Policy"]
        for path in (
            "/page/../server.py",
            "/page/%2e%2e/server.py",
            "/page/%00.js",
            "/etc/passwd",
            "/page/" + "a" * 999,
        ):
            assert await status(place, path) == 404


async def test_a_body_that_is_too_large_or_no_json_is_refused() -> None:
    async with hands() as place:
        url = f"{place.box.url}/bot{place.box.token}/sendMessage"
        for body, code in ((b"[", 400), (b"[" * 900_000, 400), (b"x" * 2_000_000, 413)):
            async with place.session.post(
                url, data=io.BytesIO(body), headers={"Content-Type": "application/json"}
            ) as answer:
                assert answer.status == code
                assert (await answer.json())["ok"] is False


async def test_quiet_people_count_what_they_get() -> None:
    async with hands(quiet_people=1000, first_id=50_000, unpaced=True) as place:
        for person in (50_000, 50_001, 50_001, 50_999):
            await place.result("sendMessage", chat_id=person, text="news")
        told = await place.get("received", **{"from": 50_000, "to": 50_002})

        assert told == {"people": 3, "total": 3, "counts": {"50001": 2, "50002": 0}, "edited": {}, "deleted": {}}
        assert (await place.get("received"))["total"] == 4
        assert place.box.state.received(50_999) == 1
        assert place.box.state.quiet.spread() == {0: 997, 1: 2, 2: 1}
        assert await place.refusal("sendMessage", chat_id=51_000, text="x") == "Bad Request: chat not found"
        assert await place.result("deleteMessage", chat_id=50_000, message_id=1)


async def test_quiet_people_may_be_gone() -> None:
    async with hands(quiet_people=10, first_id=50_000) as place:
        place.box.state.quiet.gone[50_001] = "bot was blocked by the user"

        assert (
            await place.refusal("sendMessage", chat_id=50_001, text="x") == "Forbidden: bot was blocked by the user"
        )
        assert place.box.state.received(50_001) == 0


async def test_latency_holds_every_answer() -> None:
    async with hands(latency=0.1) as place:
        started = time.monotonic()
        await place.call("getMe")

        assert time.monotonic() - started >= 0.1


async def test_stopping_lets_go_of_polls_pages_and_presses() -> None:
    async with aiohttp.ClientSession() as session:
        async with hands() as place:
            url, token = place.box.url, place.box.token
            poll = asyncio.create_task(session.get(f"{url}/bot{token}/getUpdates?timeout=50"))
            stream = await session.get(f"{url}/box/events?person={EMMA}")
            await asyncio.sleep(0.05)
            started = time.monotonic()

        assert time.monotonic() - started < 1
        assert (await (await poll).json())["result"] == []
        assert await stream.content.read() == b": open\n\n"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"host": "0.0.0.0"}, "The box serves this machine only, not 0.0.0.0"),
        ({"host": "example.org"}, "The box serves this machine only, not example.org"),
        ({"port": 70000}, "A port is a number from 0"),
        ({"rate": 0}, "A rate is above 0"),
        ({"latency": -1}, "The latency is 0 to 60 seconds"),
        ({"bots": ("no token",)}, "A bot is given as ID:SECRET"),
        ({"bots": ("1:a", "1:b")}, "Every bot of the box needs an id of its own"),
        ({"quiet_people": -1}, "There can be 0 to"),
        ({"first_id": 1}, "Quiet people's ids begin at 10000"),
    ],
)
def test_wrong_settings_are_told_in_a_sentence(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Settings(**wrong)


async def test_bots_of_ones_own_have_their_names() -> None:
    async with hands(bots=("42:secret@my_own_bot",)) as place:
        assert (await place.result("getMe"))["username"] == "my_own_bot"


async def test_more_people_than_the_box_holds_are_pointed_to_quiet_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.world.state.MOST_PEOPLE", 4)
    async with hands() as place:
        with pytest.raises(Told, match="start it with --quiet-people N for more"):
            await place.post("people", first_name="A", language_code="en")


async def test_a_chat_keeps_its_last_messages_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.world.state.CHAT_MESSAGES", 3)
    async with hands() as place:
        for number in range(5):
            await place.say(str(number))

        assert [one["text"] for one in await place.messages()] == ["2", "3", "4"]


def command(*arguments: str) -> "subprocess.Popen[str]":
    whole = [sys.executable, "-m", "playground", *arguments]
    return subprocess.Popen(whole, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_the_command_tells_its_address_and_stops_at_once(sign: signal.Signals) -> None:
    with command("--port", "0", "--json") as process:
        assert process.stdout
        told = json.loads(process.stdout.readline())
        started = time.monotonic()
        process.send_signal(sign)

        assert told["url"].startswith("http://127.0.0.1:")
        assert (told["admin"], told["token"][:8]) == (1009, "7000001:")
        assert process.wait(10) == 0
        assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--host", "0.0.0.0"], "The box serves this machine only"),
        (
            ["--port", "{taken}"],
            "Port {taken} is in use: stop what runs there, or choose another with --port (0 for any).",
        ),
    ],
)
def test_what_keeps_the_command_from_starting_is_one_sentence(arguments: list[str], sentence: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        with command(*(argument.format(taken=taken) for argument in arguments)) as process:
            said, complained = process.communicate(timeout=20)

    assert process.returncode == 1
    assert said == ""
    assert complained.startswith(sentence.format(taken=taken))
    assert complained.count("\n") == 1


def test_the_command_takes_bots_and_quiet_people() -> None:
    options = [
        "--bot",
        "42:secret@my_own_bot",
        "--quiet-people",
        "5",
        "--first-id",
        "20000",
        "--unpaced",
        "--latency",
        "1",
    ]
    with command("--port", "0", "--json", *options) as process:
        assert process.stdout
        told = json.loads(process.stdout.readline())
        with urllib.request.urlopen(f"{told['url']}/box/received", timeout=10) as answer:
            received = json.load(answer)
        process.terminate()

    assert told["token"] == "42:secret"
    assert received["people"] == 5


def test_the_command_tells_people_the_address_first() -> None:
    with command("--port", "0") as process:
        assert process.stdout
        first = process.stdout.readline()
        process.terminate()

    assert first.startswith("http://127.0.0.1:")
