"""Any response to any method becomes a result or one of Telegram's errors; no other exception is raised."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from telegram import Bot, BotCommand, InlineQueryResultArticle, InputTextMessageContent, Message
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.telegram_api.http.api_response import MAX_RETRY_AFTER, parse_response
from bot.telegram_api.http.transport import NotTelegram, Transport
from bot.telegram_api.rate_limiting.rate_limited_request import RateLimitedRequest
from bot.telegram_api.rate_limiting.rate_limiter import MAX_PAUSE, RateLimiter, clamp_retry_after
from tests.unit.telegram_api.test_transport import TOKEN

CARD = InlineQueryResultArticle("1", "title", InputTextMessageContent("text"))
CHATS = count(1)  # a new chat each time, since one chat gets a message a second
METHODS: dict[str, Callable[[Bot, Transport, str], Awaitable[Any]]] = {
    "getMe": lambda bot, transport, url: bot.get_me(),
    "getUpdates": lambda bot, transport, url: transport.call(f"{url}/getUpdates", {"offset": 1}),
    "sendMessage": lambda bot, transport, url: bot.send_message(next(CHATS), "x"),
    "sendMessage as JSON": lambda bot, transport, url: transport.post_json(f"{url}/sendMessage", b"{}"),
    "sendPhoto": lambda bot, transport, url: bot.send_photo(next(CHATS), b"png"),
    "sendVoice": lambda bot, transport, url: bot.send_voice(next(CHATS), b"ogg"),
    "editMessageText": lambda bot, transport, url: bot.edit_message_text("x", 1, 2),
    "editMessageCaption": lambda bot, transport, url: bot.edit_message_caption(1, 2, caption="x"),
    "deleteMessage": lambda bot, transport, url: bot.delete_message(1, 2),
    "answerCallbackQuery": lambda bot, transport, url: bot.answer_callback_query("1", "x"),
    "answerInlineQuery": lambda bot, transport, url: bot.answer_inline_query("1", [CARD]),
    "getMyCommands": lambda bot, transport, url: bot.get_my_commands(),
    "deleteMyCommands": lambda bot, transport, url: bot.delete_my_commands(),
    "setMyCommands": lambda bot, transport, url: bot.set_my_commands([BotCommand("a", "b")]),
    "getMyDescription": lambda bot, transport, url: bot.get_my_description(),
    "setMyDescription": lambda bot, transport, url: bot.set_my_description("x"),
    "getMyShortDescription": lambda bot, transport, url: bot.get_my_short_description(),
    "setMyShortDescription": lambda bot, transport, url: bot.set_my_short_description("x"),
    "getMyStarBalance": lambda bot, transport, url: bot.get_my_star_balance(),
}

TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["", " ", "\ud800", "Error: ", "[Error]: ", "Logged out", "Bad Request: chat not found", "x" * 9000]
    ),
)
NUMBERS = st.one_of(
    st.integers(),
    st.sampled_from(
        [-1, 0, 10**18, 2**63, 2**64, 10**400, -(10**30), 1e308, 5e-324, float("inf"), float("nan"), -1.5]
    ),
)
FIELDS = st.sampled_from([
    "message_id", "date", "chat", "id", "type", "from", "text", "entities", "photo", "document", "voice",
    "reply_markup",
    "is_bot", "first_name", "username", "command", "description", "short_description", "amount", "update_id",
    "message", "reply_to_message", "retry_after", "migrate_to_chat_id", "edit_date", "nanostar_amount", "file_id",
])  # fmt: skip
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(FIELDS, inner, max_size=6)),
    max_leaves=12,
)
ENVELOPES = st.fixed_dictionaries(
    {"ok": st.one_of(st.booleans(), VALUES)},
    optional={"result": VALUES, "error_code": VALUES, "description": VALUES, "parameters": VALUES},
)
STATUSES = st.sampled_from(
    [200, 201, 204, 301, 307, 400, 401, 402, 403, 404, 407, 409, 413, 418, 429, 500, 502, 503, 599]
)
DEEP = b'{"ok":true,"result":' + b'{"reply_to_message":' * 60_000 + b"1" + b"}" * 60_001
BODIES = st.one_of(
    ENVELOPES.map(lambda value: json.dumps(value).encode()),
    VALUES.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=40),
    st.sampled_from([
        DEEP,
        b"[" * 200_000,
        b'{"ok":true,"result":' + b"9" * 5000 + b"}",
        b'{"ok":true,"result":{"message_id":' + b"9" * 5000 + b"}}",
        b'{"ok":true,"result":{"message_id":1e400}}',
        b'{"ok":true,"result":[NaN,Infinity,-Infinity,"\\ud800\\ud800\\udc00"]}',
        b'{"ok":false,"parameters":{"retry_after":1e400}}',
        b'{"ok":false,"parameters":{"retry_after":' + b"9" * 5000 + b"}}",
        b"\xef\xbb\xbf{}",
    ]),
)  # fmt: skip


class Server:
    """A server that answers each request with the prepared status and body, over HTTP, in a loop of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.status, self.body = 200, b""
        self._listening = self.loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.sockets[0].getsockname()[1]}/bot"
        self.transport = Transport(4)
        request = RateLimitedRequest(self.transport, RateLimiter(1e9))
        self.loop.run_until_complete(self.transport.initialize())
        self.bot = Bot(TOKEN, base_url=self.url, request=request, get_updates_request=Transport(1))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).lower():
                await reader.readexactly(int(head.partition(b"content-length: ")[2].split()[0]))
                length = len(self.body)
                writer.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (self.status, length, self.body))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def call(self, method: str, status: int, body: bytes) -> Any:
        self.status, self.body = status, b"" if status == 204 else body
        return self.loop.run_until_complete(METHODS[method](self.bot, self.transport, f"{self.url}{TOKEN}"))

    def close(self) -> None:
        self._listening.close()
        self.loop.run_until_complete(self.transport.shutdown())
        self.loop.run_until_complete(asyncio.sleep(0.05))
        self.loop.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=25)
@given(status=STATUSES, body=BODIES)
@example(status=200, body=DEEP)
@example(status=200, body=b'{"ok":true,"result":null}')
@example(status=200, body=b'{"ok":true,"result":false}')
@example(status=200, body=b'{"ok":true,"result":true}')
@example(status=400, body=b'{"ok":false,"description":{"a":[]},"parameters":[1]}')
@example(status=400, body=b'{"ok":false,"parameters":{"migrate_to_chat_id":"x","retry_after":{}}}')
@example(status=407, body=b"<html>login</html>")
def test_only_telegrams_errors_leave_the_transport(server: Server, method: str, status: int, body: bytes) -> None:
    if status == 429:
        return  # the limiter waits these out; see the test below
    try:
        result = server.call(method, status, body)
    except TelegramError as error:
        text = str(error)
    else:
        text = ""
        assert status < 300 or method == "sendMessage as JSON"
        if method.startswith("send") and method != "sendMessage as JSON":
            assert isinstance(result, Message)
            assert 0 < result.message_id < 2**63
    assert TOKEN.encode() not in text.encode()


@settings(max_examples=100)
@given(retry_after=VALUES)
def test_a_429_is_a_flood_wait_whatever_its_retry_after_is(server: Server, retry_after: Any) -> None:
    body = json.dumps(
        {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": retry_after}}
    ).encode()
    response = parse_response(429, body)
    with pytest.raises(RetryAfter) as raised:
        server.call("getUpdates", 429, body)

    assert 1 <= response["parameters"]["retry_after"] <= MAX_RETRY_AFTER
    assert isinstance(raised.value, RetryAfter)


@given(st.one_of(st.none(), st.integers(), st.floats()))
@example(10**400)
@example(float("nan"))
@example(float("inf"))
@example(-1)
def test_every_pause_is_clamped(retry_after: float | None) -> None:
    assert 1.0 <= clamp_retry_after(retry_after) <= MAX_PAUSE


@given(st.text(st.characters(codec="utf-8")))
def test_text_that_can_be_encoded_is_read_unchanged(text: str) -> None:
    for body in (
        json.dumps({"ok": True, "result": text}),
        json.dumps({"ok": True, "result": text}, ensure_ascii=False),
    ):
        assert parse_response(200, body.encode())["result"] == text


@example(["\\UD800", "\ude00"])  # looks like a whole pair once its letters are small
@given(st.lists(st.one_of(st.text(), st.sampled_from(["\ud83d", "\ude00", "\\", "\\ud83d", '"', "u"]))))
def test_half_a_surrogate_pair_is_replaced_and_nothing_else_changes(parts: list[str]) -> None:
    text = "".join(parts)
    parsed = parse_response(200, json.dumps({"ok": True, "result": text}).encode())["result"]

    assert parsed == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@pytest.mark.parametrize("number", ["9" * 5000, "1e400", "-1e400", "NaN", str(2**63)])
def test_a_number_beyond_64_bits_is_read_as_null_and_the_rest_is_kept(number: str) -> None:
    body = f'{{"ok":true,"result":[{{"update_id":{number}}},{{"update_id":7}}]}}'

    assert parse_response(200, body.encode())["result"] == [{"update_id": None}, {"update_id": 7}]


def test_a_message_with_a_malformed_id_may_have_arrived(server: Server) -> None:
    for number in ("0", "-5", "true", '"7"', "1.5", "1e400", "9" * 400, "null"):
        with pytest.raises(NotTelegram):
            server.call("sendMessage", 200, f'{{"ok":true,"result":{{"message_id":{number}}}}}'.encode())


def test_a_message_with_other_malformed_fields_has_arrived(server: Server) -> None:
    body = b'{"ok":true,"result":{"message_id":7,"date":{},"chat":"x","entities":5,"from":[],"photo":{}}}'

    assert server.call("sendMessage", 200, body).message_id == 7


def test_logged_out_and_other_errors_keep_their_text(server: Server) -> None:
    with pytest.raises(BadRequest, match="ogged out"):
        server.call("getUpdates", 400, b'{"ok":false,"error_code":400,"description":"Logged out"}')
    with pytest.raises(NetworkError, match="407"):
        server.call("getUpdates", 407, b"<html>")
