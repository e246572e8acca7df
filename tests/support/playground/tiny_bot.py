"""A bot of raw HTTP for the tests of the box: answers a few words, presses and inline queries as a bot would."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp

BOT = "declaration_bot"  # the username that the box gives a bot by itself
PASHTO = "ټ ډ ړ ښ ځ څ ڼ ې ۍ ئ ګ"

Json = dict[str, Any]


class TinyBot:
    """A bot over raw HTTP that answers a few words; what it was sent stays in `heard`."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self.session = session
        self.base = f"{url}/bot{token}"
        self.heard: list[str] = []

    async def call(self, method: str, **fields: Any) -> Any:
        async with self.session.post(f"{self.base}/{method}", json=fields) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def run(self) -> None:
        offset = 0
        while True:
            for update in await self.call("getUpdates", offset=offset, timeout=5):
                offset = update["update_id"] + 1
                await self.answer(update)

    async def answer(self, update: Json) -> None:
        match update:
            case {"message": {"text": text, "chat": {"id": chat}}}:
                self.heard.append(text)
                await self.say(chat, text)
            case {"callback_query": query}:
                await self.pressed(query)
            case {"inline_query": query}:
                await self.dealt(query)

    async def say(self, chat: int, text: str) -> None:
        for trigger, message in MESSAGES.items():
            if text.startswith(trigger):
                await self.call("sendMessage", chat_id=chat, **message)

    async def pressed(self, query: Json) -> None:
        message = query.get("message", {})
        place = {"chat_id": message.get("chat", {}).get("id"), "message_id": message.get("message_id")}
        match query["data"]:
            case "edit":
                await asyncio.sleep(0.3)  # long enough to see the spinner
                await self.call("answerCallbackQuery", callback_query_id=query["id"], text="Noted.")
                await self.call(
                    "editMessageText", **place, text="Chosen.", reply_markup=rows([[press("Back", "back")]])
                )
            case "alert":
                await self.call("answerCallbackQuery", callback_query_id=query["id"], text="Read me", show_alert=True)
            case "delete":
                await self.call("answerCallbackQuery", callback_query_id=query["id"])
                await self.call("deleteMessage", **place)

    async def dealt(self, query: Json) -> None:
        card = {
            "type": "article",
            "id": "4",
            "title": f"Clause 4 for {query['query']}",
            "description": "What it says",
            "input_message_content": {"message_text": "Clause 4, whole"},
            "reply_markup": rows([[{"text": "Read", "url": f"https://t.me/{BOT}?start=clause-4"}]]),
        }
        button = {"text": "Open the bot", "start_parameter": "inline"}
        await self.call("answerInlineQuery", inline_query_id=query["id"], results=[card], button=button, cache_time=0)


def rows(keyboard: list[list[Json]]) -> Json:
    return {"inline_keyboard": keyboard}


def press(label: str, data: str, **more: str) -> Json:
    return {"text": label, "callback_data": data, **more}


def mark(kind: str, offset: int, length: int, **more: str) -> Json:
    return {"type": kind, "offset": offset, "length": length, **more}


LONG = "\n".join(f"Line {number} of a long quote." for number in range(1, 10))
MESSAGES: dict[str, Json] = {
    "/start": {
        "text": "Welcome",
        "reply_markup": rows(
            [
                [
                    press("Choose", "edit", style="primary"),
                    press("Alert", "alert"),
                    press("Delete", "delete", style="danger"),
                ],
                [
                    {"text": "Share", "switch_inline_query": "women"},
                    {"text": "Copy", "copy_text": {"text": "the words"}},
                ],
                [{"text": "Outside", "url": "https://example.org/far"}],
            ]
        ),
    },
    "/rich": {
        "text": "😀 bold both <img src=x onerror=alert(1)> hidden page",
        "entities": [
            mark("bold", 3, 9),
            mark("italic", 8, 4),
            mark("spoiler", 42, 6),
            mark("text_link", 49, 4, url="https://example.org/page"),
        ],
    },
    "/quote": {"text": LONG, "entities": [mark("expandable_blockquote", 0, len(LONG))]},
    "/dari": {
        "text": f"اعلامیهٔ دومین کنفرانس وین، سال 2023 در Vienna\n{PASHTO}\nIn English",
        "entities": [mark("bold", 0, 9)],
    },
}


@asynccontextmanager
async def tiny_bot(url: str, token: str) -> AsyncIterator[TinyBot]:
    async with aiohttp.ClientSession() as session:
        bot = TinyBot(session, url, token)
        loop = asyncio.create_task(bot.run())
        yield bot
        if loop.done():
            loop.result()  # it stopped by itself: the reason is the test's failure
        loop.cancel()
        with suppress(asyncio.CancelledError):
            await loop
