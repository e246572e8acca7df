"""A person for tests, who writes, presses and reads as on a phone, so that tests read like transcripts."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

PATIENCE = 90.0  # seconds; the bot answers in milliseconds, but the machine may be busy
Json = dict[str, Any]


class Silence(AssertionError):
    """The bot did not answer in time."""


@dataclass
class Person:
    """A person of the playground in one chat; `chat` is the id of the bot or the group."""

    url: str
    session: aiohttp.ClientSession
    id: int
    chat: int

    async def post(self, path: str, **body: Any) -> Any:
        async with self.session.post(f"{self.url}/box/{path}", json={"person": self.id, **body}) as answer:
            body = await answer.json()
            assert answer.status == 200, body
            return body

    async def get(self, path: str) -> Any:
        async with self.session.get(f"{self.url}/box/{path}", params={"person": self.id}) as answer:
            body = await answer.json()
            assert answer.status == 200, body
            return body

    async def messages(self) -> list[Json]:
        """Return the messages of the chat, oldest first."""
        messages: list[Json] = (await self.get(f"chats/{self.chat}/messages"))["messages"]
        return messages

    async def screen(self) -> Json:
        """Return the bot's last message."""
        return [message for message in await self.messages() if not message.get("out")][-1]

    async def start(self, payload: str = "") -> Json:
        """Press Start, with the payload of a deep link; return the bot's answer."""
        return await self._answered(lambda: self.post(f"chats/{self.chat}/start", payload=payload))

    async def say(self, text: str) -> Json:
        """Send a text; return the bot's answer."""
        return await self._answered(lambda: self.post(f"chats/{self.chat}/send", text=text))

    async def send_formatted(self, text: str, entities: Sequence[Json] = (), **more: Any) -> Json:
        """Send a text with formatting; `more` are further fields of the message. Return the bot's answer."""
        content = {"text": text, "entities": list(entities), **more}
        return await self._answered(lambda: self.post(f"chats/{self.chat}/send", **content))

    async def send(self, kind: str) -> Json:
        """Send a sample message of a kind such as "photo"; return the bot's answer."""
        return await self._answered(lambda: self.post(f"chats/{self.chat}/send", kind=kind))

    async def press(self, label: str) -> Json:
        """Press the button that begins with `label` under the bot's last message; return the bot's answer.

        The message may still be on its way: the buttons of the panel before it are removed first. So wait for it for
        a second.
        """
        for _ in range(50):
            screen = await self.screen()
            if any(button.startswith(label) for button in labels(screen)):
                break
            await asyncio.sleep(0.02)
        row, column = place_of(label, screen)
        return await self._answered(lambda: self.press_at(screen["message_id"], row, column))

    async def press_at(self, message: int, row: int, column: int) -> Any:
        """Press a button by position; the bot must answer. The text of the answer becomes `toast`."""
        body = await self.post(f"chats/{self.chat}/press", message_id=message, row=row, column=column)
        assert body["answer"] is not None, "the bot did not answer the button: its spinner never ends"
        self.toast: str = body["answer"].get("text") or ""
        return body

    async def inline(self, query: str) -> Json:
        """Type an inline query in the bot's chat; return the results."""
        results: Json = await self.post("inline", bot=self.chat, chat=self.chat, query=query, offset="")
        return results

    async def sees(self, text: str) -> Json:
        """Wait until a message of the bot contains `text`; return the newest one."""
        for pause in pauses():
            for message in reversed(await self.messages()):
                if not message.get("out") and text in (message.get("text") or message.get("caption") or ""):
                    return message
            await asyncio.sleep(pause)
        raise Silence(f"nothing shows {text!r} within {PATIENCE:.0f} s")

    async def press_under(self, text: str, label: str | tuple[str, ...]) -> None:
        """Wait for a button that begins with `label` under the newest message with `text`, and press it.

        `label` may also be several beginnings, of which any will do.
        """
        for pause in pauses():
            screen = await self.sees(text)
            if any(button.startswith(label) for button in labels(screen)):
                break
            await asyncio.sleep(pause)
        await self.press_at(screen["message_id"], *place_of(label, screen))

    async def _answered(self, act: Callable[[], Awaitable[Any]]) -> Json:
        """Act, wait until the bot's messages change, and return its last message.

        A message that only loses its buttons is no answer: the bot removes those of a panel that another replaces.
        """
        before = self._seen(await self.messages())
        await act()
        for pause in pauses():
            now = await self.messages()
            seen = self._seen(now)
            if before.keys() - seen.keys() or any(_is_answer(before.get(key), shown) for key, shown in seen.items()):
                return [message for message in now if not message.get("out")][-1]
            await asyncio.sleep(pause)
        raise Silence(f"no answer within {PATIENCE:.0f} s")

    @staticmethod
    def _seen(messages: list[Json]) -> dict[int, Json]:
        """Return the bot's messages by their ids."""
        return {message["message_id"]: message for message in messages if not message.get("out")}


def pauses(patience: float = PATIENCE) -> Iterator[float]:
    """Yield how long to wait before looking again, in seconds, until `patience` seconds are over.

    To look costs some milliseconds of CPU, which the bot then lacks: look every 10 ms at first, later less often.
    """
    begun = time.monotonic()
    while (waited := time.monotonic() - begun) < patience:
        yield min(max(0.01, waited / 10), 0.1)


def _is_answer(before: Json | None, now: Json) -> bool:
    """Return whether a message is new, or has another text or other buttons than before."""
    if before is None or before.get("text") != now.get("text"):
        return True
    buttons = now.get("reply_markup")
    return buttons is not None and buttons != before.get("reply_markup")


def labels(screen: Json) -> list[str]:
    """Return the labels of a message's buttons, row by row."""
    rows = screen.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def place_of(label: str | tuple[str, ...], screen: Json) -> tuple[int, int]:
    """Return row and column of the first button that begins with `label`."""
    for row_number, row in enumerate(screen.get("reply_markup", {}).get("inline_keyboard", [])):
        for column, button in enumerate(row):
            if button["text"].startswith(label):
                return row_number, column
    raise AssertionError(f"no button {label!r} among {labels(screen)}")
