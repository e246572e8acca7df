"""What the box's own tests hold in their hands: a bot without a library, and people, both over HTTP."""

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
    """Unix time that stands still until it is moved."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass
class Hands:
    """The bot's and the people's; `bot` is the bot's id."""

    box: playground.Box
    session: aiohttp.ClientSession

    @property
    def bot(self) -> int:
        return int(self.box.token.partition(":")[0])

    async def call(self, method: str, **params: Any) -> Json:
        """The Bot API's whole answer."""
        async with self.session.post(f"{self.box.url}/bot{self.box.token}/{method}", json=params) as answer:
            told: Json = await answer.json()
            assert answer.status == told.get("error_code", 200)
            return told

    async def upload(self, method: str, files: dict[str, tuple[str, bytes, str]], **params: Any) -> Json:
        """The Bot API's whole answer to a multipart call; `files` are (name, bytes, type) by part."""
        form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
        for name, value in params.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        for part, (name, data, mime) in files.items():
            form.add_field(part, io.BytesIO(data), filename=name, content_type=mime)
        async with self.session.post(f"{self.box.url}/bot{self.box.token}/{method}", data=form) as answer:
            told: Json = await answer.json()
            assert answer.status == told.get("error_code", 200)
            return told

    async def result(self, method: str, **params: Any) -> Any:
        told = await self.call(method, **params)
        assert told["ok"], told
        return told["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        told = await self.call(method, **params)
        assert not told["ok"], told
        return str(told["description"])

    async def updates(self, **params: Any) -> list[Json]:
        """What waits, confirmed at once."""
        waiting = await self.waiting(**params)
        if waiting:
            await self.call("getUpdates", offset=waiting[-1]["update_id"] + 1, limit=1)
        return waiting

    async def waiting(self, **params: Any) -> list[Json]:
        """Fetch what waits without confirming it, however soon after the last time."""
        for bot in self.box.state.bots.values():
            bot.queue.forget_haste()
        waiting: list[Json] = await self.result("getUpdates", **params)
        return waiting

    async def get(self, path: str, **query: Any) -> Json:
        async with self.session.get(f"{self.box.url}/box/{path}", params=query) as answer:
            return await _told(answer)

    async def post(self, path: str, **given: Any) -> Json:
        async with self.session.post(f"{self.box.url}/box/{path}", json=given) as answer:
            return await _told(answer)

    async def start(self, person: int = EMMA, payload: str = "") -> Json:
        return await self.post(f"chats/{self.bot}/start", person=person, payload=payload)

    async def say(self, text: str, person: int = EMMA, chat: int | None = None, **more: Any) -> Json:
        return await self.post(f"chats/{chat or self.bot}/send", person=person, text=text, **more)

    async def messages(self, person: int = EMMA, chat: int | None = None) -> list[Json]:
        told = await self.get(f"chats/{chat or self.bot}/messages", person=person)
        listed: list[Json] = told["messages"]
        return listed


class Told(Exception):
    """The box API's error."""


async def _told(answer: aiohttp.ClientResponse) -> Json:
    told: Json = await answer.json()
    if answer.status != 200:
        raise Told(told["error"])
    return told


@asynccontextmanager
async def hands(**options: Any) -> AsyncIterator[Hands]:
    async with playground.running(**options) as box, aiohttp.ClientSession() as session:
        yield Hands(box, session)


def keyboard(*buttons: Json) -> Json:
    """One button a row."""
    return {"inline_keyboard": [[button] for button in buttons]}
