"""After a silence of Telegram's, or of the network's, everybody who wrote is answered, and nobody waits for long."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, NetworkError, TelegramError

from bot import app
from bot.errors import LoggedOut, OperatorError, TokenRejected, Unreachable
from bot.telegram_api.http.reachability import Reachability
from bot.telegram_api.http.transport import NotTelegram, Transport
from bot.telegram_api.sending.answer_retry import UNANSWERED_TRIES, Retrying
from bot.telegram_api.updates import token_check
from bot.telegram_api.updates.token_check import check_token
from tests.integration.telegram_api.test_api_address import proxy
from tests.support.bot_and_playground import MATCHER, BotAndPlayground, bot_and_playground, playground_alone
from tests.support.person import Person
from tests.unit.telegram_api.test_transport import TOKEN, server

SILENT = {"kind": "slow", "share": 1, "seconds": 600.0}


def shorten(monkeypatch: pytest.MonkeyPatch, read_timeout: float) -> None:
    """Let every call wait for an answer a fraction of the real time."""

    class Hasty(Transport):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **(kwargs | {"read_timeout": read_timeout, "total_timeout": read_timeout * 2}))

    monkeypatch.setattr("bot.connection.Transport", Hasty)
    monkeypatch.setattr("bot.telegram_api.updates.polling.LONG_POLL", 1.0)
    monkeypatch.setattr("bot.telegram_api.updates.polling._PROBE", read_timeout / 2)


async def newcomers(place: BotAndPlayground, count: int) -> list[Person]:
    return [await place.newcomer() for _ in range(count)]


async def all_answered(place: BotAndPlayground, people: list[Person], within: float) -> float:
    """Wait until each got a message; the seconds that it took."""
    begun = time.monotonic()
    async with asyncio.timeout(within):
        while not all(place.playground.state.received(person.id) for person in people):
            await asyncio.sleep(0.02)
    return time.monotonic() - begun


@pytest.mark.parametrize("methods", [[], ["sendMessage"]], ids=["everything", "sends alone"])
@pytest.mark.timing
async def test_all_who_wrote_as_a_silence_began_or_in_it_are_answered_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, methods: list[str]
) -> None:
    """A silence of 7 time-outs; in reality one of 35 s each, so this is more than two minutes of which 20 s."""
    shorten(monkeypatch, read_timeout=2.0)
    async with bot_and_playground(tmp_path) as place:
        early, late = await newcomers(place, 40), await newcomers(place, 40)
        await early[0].post("faults", faults=[SILENT | {"methods": ["sendMessage"]}])
        for person in early:
            await person.post(f"chats/{person.chat}/start", payload="clause-4")
        await asyncio.sleep(0.3)
        await early[0].post("faults", faults=[SILENT | {"methods": methods}])
        for person in late:
            await person.post(f"chats/{person.chat}/start", payload="clause-4")
        await asyncio.sleep(7)
        await early[0].post("faults", faults=[])
        took = await all_answered(place, early + late, within=20)

    assert took < 12
    assert "passed over" not in caplog.text
    assert "given up" not in caplog.text


async def test_a_long_outage_loses_nobody_and_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with bot_and_playground(tmp_path) as place:
        people = await newcomers(place, 20)
        offline = {"kind": "offline", "methods": ["sendMessage"], "share": 1}
        await people[0].post("faults", faults=[offline])
        for person in people:
            await person.post(f"chats/{person.chat}/start", payload="clause-4")
        await asyncio.sleep(0.2)
        await people[0].post("faults", faults=[offline | {"methods": []}])
        await asyncio.sleep(12)
        await people[0].post("faults", faults=[])
        await all_answered(place, people, within=15)

    assert caplog.text.count("does not answer") == 1
    assert caplog.text.count("Telegram answers again") == 1
    assert "passed over" not in caplog.text


@pytest.mark.parametrize("missing", ["message", "data", "both", "channel"])
async def test_a_press_that_cannot_be_read_is_acknowledged(tmp_path: Path, missing: str) -> None:
    async with bot_and_playground(tmp_path) as place:
        person = await place.newcomer()
        screen = await person.start("clause-4")
        maim(place, missing)
        pressing = asyncio.create_task(person.press_at(screen["message_id"], 0, 0))
        async with asyncio.timeout(60):
            press = await pressing

    assert press["answer"] is not None


def maim(place: BotAndPlayground, missing: str) -> None:
    """Let the next updates lack something."""
    queue = next(iter(place.playground.state.bots.values())).queue
    push = queue.push

    def pushed(now: float, kind: str, payload: dict[str, Any], *more: Any, **named: Any) -> None:
        gone = {"message": ["message"], "data": ["data"], "both": ["message", "data"], "channel": []}[missing]
        payload = {name: value for name, value in payload.items() if name not in gone}
        if missing == "channel":
            payload["message"] = payload["message"] | {"chat": {"id": -1, "type": "channel", "title": "x"}}
        push(now, kind, payload, *more, **named)

    queue.push = pushed


# Retrying


async def test_while_the_network_is_down_nothing_is_tried() -> None:
    network, tried = Reachability(), 0
    network.mark_down()

    async def call() -> None:
        nonlocal tried
        tried += 1
        if tried == 1:
            raise NetworkError("no") from TimeoutError()

    retrying = asyncio.create_task(retried(network, call))
    await asyncio.sleep(1.5)
    assert tried == 1
    network.mark_up()
    async with asyncio.timeout(1):
        await retrying

    assert tried == 2


async def retried(network: Reachability, call: Any) -> None:
    await Retrying(network)(call)


async def test_what_may_have_arrived_is_not_repeated_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram_api.sending.answer_retry._FIRST_PAUSE", 0.01)
    tries = 0

    async def call() -> None:
        nonlocal tries
        tries += 1
        raise NetworkError("cut") from ConnectionResetError()

    with pytest.raises(NetworkError):
        await retried(Reachability(), call)

    assert tries == UNANSWERED_TRIES


async def test_an_error_of_the_servers_own_is_outlasted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram_api.sending.answer_retry._FIRST_PAUSE", 0.01)
    errors: list[TelegramError] = [NotTelegram(502)] * 4 + [NetworkError("Internal Server Error")] * 4

    async def call() -> None:
        if errors:
            raise errors.pop()

    await retried(Reachability(), call)

    assert not errors


async def test_what_telegram_refuses_is_not_repeated() -> None:
    async def call() -> None:
        raise BadRequest("chat not found")

    with pytest.raises(BadRequest):
        await retried(Reachability(), call)


# The first call


@asynccontextmanager
async def refusing(status: int, body: bytes) -> AsyncIterator[str]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body)

    async with server(answer) as url:
        yield url


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (401, b'{"ok":false,"description":"Unauthorized"}', TokenRejected, "does not know this bot token"),
        (404, b'{"ok":false,"description":"Not Found"}', TokenRejected, "does not know this bot token"),
        (400, b'{"ok":false,"description":"Logged out"}', LoggedOut, "logged out"),
        (401, b"<html>", Unreachable, "requires a user name and a password"),
        (403, b"<html>", Unreachable, "a page of a network in between"),
        (407, b"<html>", Unreachable, "HTTPS_PROXY to http://user:password@host:port"),
        (500, b'{"ok":false,"description":"Internal Server Error"}', Unreachable, "Internal Server Error"),
        (200, b'{"ok":true,"result":{"id":"x"}}', Unreachable, "not Telegram's"),
    ],
)
async def test_each_cause_has_its_own_sentence(
    monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, kind: type[OperatorError], words: str
) -> None:
    async with refusing(status, body) as url:
        sentence = await refusal(monkeypatch, url, kind)

    assert words in sentence
    assert TOKEN not in sentence


async def refusal(monkeypatch: pytest.MonkeyPatch, url: str, kind: type[OperatorError], **options: Any) -> str:
    monkeypatch.setattr(token_check, "FIRST_TRIES", (0.0, 0.01))
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=Transport(2, **options), get_updates_request=Transport(1))
    with pytest.raises(kind) as raised:
        await check_token(bot, url)
    await bot.shutdown()
    assert type(raised.value) is kind
    return str(raised.value)


async def test_a_proxy_that_refuses_or_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async with proxy(407) as (at, _):
        login = await refusal(monkeypatch, "https://api.telegram.org", Unreachable, proxy=f"http://{at}")
    async with proxy(503) as (at, _):
        refused = await refusal(monkeypatch, "https://api.telegram.org", Unreachable, proxy=f"http://{at}")
    gone = await refusal(monkeypatch, "https://api.telegram.org", Unreachable, proxy="http://127.0.0.1:1")

    assert "407" in login
    assert "HTTPS_PROXY" in login
    assert "the proxy refused (HTTP 503)" in refused
    assert "the proxy cannot be reached" in gone


async def test_nobody_there_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no connection can be made" in await refusal(monkeypatch, "http://127.0.0.1:1", Unreachable)
    assert "its name cannot be resolved" in await refusal(monkeypatch, "http://no-such.invalid", Unreachable)


async def test_a_bot_that_is_logged_out_while_it_works_ends_with_that_sentence(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        running = asyncio.create_task(app.run(place.settings(), MATCHER))
        person = await place.newcomer()
        await person.start()
        fault = {"kind": "refused", "methods": ["getUpdates"], "code": 400, "description": "Logged out"}
        await person.post("faults", faults=[fault])
        await person.post(f"chats/{person.chat}/send", text="4")
        async with asyncio.timeout(60):
            with pytest.raises(LoggedOut, match="BOT_API_URL"):
                await running
