"""A bot over raw HTTP for tests of the web chat: answers a few texts, button presses and inline queries."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp

BOT = "declaration_bot"  # the default username of a bot in the playground
PASHTO = "ټ ډ ړ ښ ځ څ ڼ ې ۍ ئ ګ"

Json = dict[str, Any]


class TinyBot:
    """A bot that answers the texts in MESSAGES; `received` are all texts that people sent it."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self.session = session
        self.base = f"{url}/bot{token}"
        self.received: list[str] = []

    async def call(self, method: str, **fields: Any) -> Any:
        """Call a Bot API method that must succeed; return its result."""
        async with self.session.post(f"{self.base}/{method}", json=fields) as response:
            body = await response.json()
        assert body["ok"], body
        return body["result"]

    async def run(self) -> None:
        """Answer updates until the task is cancelled."""
        offset = 0
        while True:
            for update in await self.call("getUpdates", offset=offset, timeout=5):
                offset = update["update_id"] + 1
                await self.answer(update)

    async def answer(self, update: Json) -> None:
        match update:
            case {"message": {"text": text, "chat": {"id": chat}}}:
                self.received.append(text)
                await self.answer_text(chat, text)
            case {"callback_query": query}:
                await self.answer_press(query)
            case {"inline_query": query}:
                await self.answer_inline_query(query)

    async def answer_text(self, chat: int, text: str) -> None:
        for trigger, message in MESSAGES.items():
            if text.startswith(trigger):
                await self.call("sendMessage", chat_id=chat, **message)

    async def answer_press(self, query: Json) -> None:
        message = query.get("message", {})
        target = {"chat_id": message.get("chat", {}).get("id"), "message_id": message.get("message_id")}
        match query["data"]:
            case "edit":
                await asyncio.sleep(0.3)  # long enough to see the spinner
                await self.call("answerCallbackQuery", callback_query_id=query["id"], text="Noted.")
                await self.call(
                    "editMessageText",
                    **target,
                    text="Chosen.",
                    reply_markup=keyboard([[callback_button("Back", "back")]]),
                )
            case "alert":
                await self.call("answerCallbackQuery", callback_query_id=query["id"], text="Read me", show_alert=True)
            case "delete":
                await self.call("answerCallbackQuery", callback_query_id=query["id"])
                await self.call("deleteMessage", **target)

    async def answer_inline_query(self, query: Json) -> None:
        article = {
            "type": "article",
            "id": "4",
            "title": f"Clause 4 for {query['query']}",
            "description": "What it says",
            "input_message_content": {"message_text": "Clause 4, whole"},
            "reply_markup": keyboard([[{"text": "Read", "url": f"https://t.me/{BOT}?start=clause-4"}]]),
        }
        button = {"text": "Open the bot", "start_parameter": "inline"}
        await self.call(
            "answerInlineQuery", inline_query_id=query["id"], results=[article], button=button, cache_time=0
        )


def keyboard(rows: list[list[Json]]) -> Json:
    return {"inline_keyboard": rows}


def callback_button(label: str, data: str, **fields: str) -> Json:
    return {"text": label, "callback_data": data, **fields}


def entity(entity_type: str, offset: int, length: int, **fields: str) -> Json:
    return {"type": entity_type, "offset": offset, "length": length, **fields}


LONG = "\n".join(f"Line {number} of a long quote." for number in range(1, 10))
MESSAGES: dict[str, Json] = {
    "/start": {
        "text": "Welcome",
        "reply_markup": keyboard(
            [
                [
                    callback_button("Choose", "edit", style="primary"),
                    callback_button("Alert", "alert"),
                    callback_button("Delete", "delete", style="danger"),
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
            entity("bold", 3, 9),
            entity("italic", 8, 4),
            entity("spoiler", 42, 6),
            entity("text_link", 49, 4, url="https://example.org/page"),
        ],
    },
    "/quote": {"text": LONG, "entities": [entity("expandable_blockquote", 0, len(LONG))]},
    "/dari": {
        "text": f"اعلامیهٔ دومین کنفرانس وین، سال 2023 در Vienna\n{PASHTO}\nIn English",
        "entities": [entity("bold", 0, 9)],
    },
}


@asynccontextmanager
async def tiny_bot(url: str, token: str) -> AsyncIterator[TinyBot]:
    """Run the bot while the block runs."""
    async with aiohttp.ClientSession() as session:
        bot = TinyBot(session, url, token)
        task = asyncio.create_task(bot.run())
        yield bot
        if task.done():
            task.result()  # raises the error that ended it
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
