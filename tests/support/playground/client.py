"""A client for the playground's own tests: a bot without a library, and people, both over HTTP."""

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

import playground

Json = dict[str, Any]
MARYAM, ZARGHUNA, EMMA, ADMIN, GROUP = 1001, 1002, 1003, 1009, -2001


class Clock:
    """Unix time that changes only when a test sets `now`."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass
class PlaygroundClient:
    """Calls the Bot API as the first bot, and the simulator API as any person."""

    server: playground.Playground
    session: aiohttp.ClientSession

    @property
    def bot(self) -> int:
        """Return the id of the first bot, which is also the id of people's chats with it."""
        return int(self.server.token.partition(":")[0])

    def method_url(self, method: str) -> str:
        """Return the address of a Bot API method."""
        return f"{self.server.url}/bot{self.server.token}/{method}"

    async def call(self, method: str, **params: Any) -> Json:
        """Call a Bot API method; return the whole body of the response."""
        async with self.session.post(self.method_url(method), json=params) as response:
            return await _bot_api_body(response)

    async def upload(self, method: str, files: dict[str, tuple[str, bytes, str]], **params: Any) -> Json:
        """Call a Bot API method with multipart `files` (name, bytes, type) by part; return the whole body."""
        form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
        for name, value in params.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        for part, (name, data, mime) in files.items():
            form.add_field(part, io.BytesIO(data), filename=name, content_type=mime)
        async with self.session.post(self.method_url(method), data=form) as response:
            return await _bot_api_body(response)

    async def result(self, method: str, **params: Any) -> Any:
        """Call a Bot API method that must succeed; return its result."""
        body = await self.call(method, **params)
        assert body["ok"], body
        return body["result"]

    async def error(self, method: str, **params: Any) -> str:
        """Call a Bot API method that must fail; return the description of the error."""
        body = await self.call(method, **params)
        assert not body["ok"], body
        return str(body["description"])

    async def updates(self, **params: Any) -> list[Json]:
        """Fetch the pending updates and confirm them."""
        pending = await self.pending_updates(**params)
        if pending:
            await self.call("getUpdates", offset=pending[-1]["update_id"] + 1, limit=1)
        return pending

    async def pending_updates(self, **params: Any) -> list[Json]:
        """Fetch the pending updates without confirming them, and without Telegram's delay for a repeated offset."""
        for bot in self.server.state.bots.values():
            bot.queue.forget_last_poll()
        pending: list[Json] = await self.result("getUpdates", **params)
        return pending

    async def get(self, path: str, **query: Any) -> Json:
        """GET an address of the simulator API. Raises SimulatorErrorResponse."""
        async with self.session.get(f"{self.server.url}/box/{path}", params=query) as response:
            return await _simulator_body(response)

    async def post(self, path: str, **values: Any) -> Json:
        """POST to an address of the simulator API. Raises SimulatorErrorResponse."""
        async with self.session.post(f"{self.server.url}/box/{path}", json=values) as response:
            return await _simulator_body(response)

    async def start(self, person: int = EMMA, payload: str = "") -> Json:
        """Press Start as a person; return the message /start."""
        return await self.post(f"chats/{self.bot}/start", person=person, payload=payload)

    async def send_text(self, text: str, person: int = EMMA, chat: int | None = None, **values: Any) -> Json:
        """Send a text as a person, by default to the bot; return the message."""
        return await self.post(f"chats/{chat or self.bot}/send", person=person, text=text, **values)

    async def messages(self, person: int = EMMA, chat: int | None = None) -> list[Json]:
        """Return the messages that a person sees in a chat, by default with the bot."""
        body = await self.get(f"chats/{chat or self.bot}/messages", person=person)
        messages: list[Json] = body["messages"]
        return messages


class SimulatorErrorResponse(Exception):
    """The simulator API answered with an error; the message is its sentence."""


async def _bot_api_body(response: aiohttp.ClientResponse) -> Json:
    body: Json = await response.json()
    assert response.status == body.get("error_code", 200)
    return body


async def _simulator_body(response: aiohttp.ClientResponse) -> Json:
    body: Json = await response.json()
    if response.status != 200:
        raise SimulatorErrorResponse(body["error"])
    return body


@asynccontextmanager
async def playground_client(**settings: Any) -> AsyncIterator[PlaygroundClient]:
    """Run a playground with these settings and a client for it."""
    async with playground.running(**settings) as server, aiohttp.ClientSession() as session:
        yield PlaygroundClient(server, session)


def keyboard(*buttons: Json) -> Json:
    """Return an inline keyboard with one button in each row."""
    return {"inline_keyboard": [[button] for button in buttons]}
