"""A test person, who says, presses and reads in the box as somebody does on a phone: tests read like transcripts."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

PATIENCE = 60.0  # seconds; the bot answers in milliseconds, but the machine may be busy
Json = dict[str, Any]


class Silence(AssertionError):
    """The bot did not answer in time."""


@dataclass
class Person:
    """Somebody in the box who talks to one bot; `chat` is the bot's id, or the group's."""

    url: str
    session: aiohttp.ClientSession
    id: int
    chat: int

    async def post(self, path: str, **body: Any) -> Any:
        async with self.session.post(f"{self.url}/box/{path}", json={"person": self.id, **body}) as answer:
            told = await answer.json()
            assert answer.status == 200, told
            return told

    async def get(self, path: str) -> Any:
        async with self.session.get(f"{self.url}/box/{path}", params={"person": self.id}) as answer:
            told = await answer.json()
            assert answer.status == 200, told
            return told

    async def messages(self) -> list[Json]:
        """All that the chat shows, oldest first."""
        found: list[Json] = (await self.get(f"chats/{self.chat}/messages"))["messages"]
        return found

    async def screen(self) -> Json:
        """The bot's last message."""
        return [one for one in await self.messages() if not one.get("out")][-1]

    async def start(self, payload: str = "") -> Json:
        return await self._answered(lambda: self.post(f"chats/{self.chat}/start", payload=payload))

    async def say(self, text: str) -> Json:
        """Sends `text`; the bot's next message."""
        return await self._answered(lambda: self.post(f"chats/{self.chat}/send", text=text))

    async def send(self, kind: str) -> Json:
        return await self._answered(lambda: self.post(f"chats/{self.chat}/send", kind=kind))

    async def press(self, label: str) -> Json:
        """Presses the button that begins with `label` under the bot's last message; the screen after that."""
        screen = await self.screen()
        row, column = place_of(label, screen)
        return await self._answered(lambda: self.press_at(screen["message_id"], row, column))

    async def press_at(self, message: int, row: int, column: int) -> Any:
        told = await self.post(f"chats/{self.chat}/press", message_id=message, row=row, column=column)
        assert told["answer"] is not None, "the button was not answered: its spinner turns for ever"
        self.toast: str = told["answer"].get("text") or ""
        return told

    async def inline(self, query: str) -> Json:
        told: Json = await self.post("inline", bot=self.chat, chat=self.chat, query=query, offset="")
        return told

    async def sees(self, text: str) -> Json:
        """Waits until a message of the bot shows `text`; the newest that does."""
        for _ in range(int(PATIENCE / 0.02)):
            for one in reversed(await self.messages()):
                if not one.get("out") and text in (one.get("text") or one.get("caption") or ""):
                    return one
            await asyncio.sleep(0.02)
        raise Silence(f"nothing shows {text!r} within {PATIENCE:.0f} s")

    async def press_under(self, text: str, label: str) -> None:
        """Waits for a button that begins with `label` under the newest message that shows `text`, and presses it."""
        for _ in range(int(PATIENCE / 0.02)):
            screen = await self.sees(text)
            if any(one.startswith(label) for one in labels(screen)):
                break
            await asyncio.sleep(0.02)
        await self.press_at(screen["message_id"], *place_of(label, screen))

    async def _answered(self, act: Callable[[], Awaitable[Any]]) -> Json:
        before = self._seen(await self.messages())
        await act()
        for _ in range(int(PATIENCE / 0.01)):
            now = await self.messages()
            if self._seen(now) != before:
                return [one for one in now if not one.get("out")][-1]
            await asyncio.sleep(0.01)
        raise Silence(f"no answer within {PATIENCE:.0f} s")

    @staticmethod
    def _seen(messages: list[Json]) -> list[Any]:
        return [
            (one["message_id"], one.get("text"), one.get("reply_markup")) for one in messages if not one.get("out")
        ]


def labels(screen: Json) -> list[str]:
    """The buttons of a screen, row after row."""
    rows = screen.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def place_of(label: str, screen: Json) -> tuple[int, int]:
    for r, row in enumerate(screen.get("reply_markup", {}).get("inline_keyboard", [])):
        for c, button in enumerate(row):
            if button["text"].startswith(label):
                return r, c
    raise AssertionError(f"no button {label!r} among {labels(screen)}")
