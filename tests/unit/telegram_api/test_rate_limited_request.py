"""The limiter in front of python-telegram-bot's calls: turns, spacing, flood waits."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import RetryAfter

from bot.telegram_api.http.transport import Transport
from bot.telegram_api.rate_limiting.chat_spacing import CHAT_BURST
from bot.telegram_api.rate_limiting.rate_limited_request import RateLimitedRequest, in_lane
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter, Superseded
from bot.telegram_api.rate_limiting.token_bucket import BURST, Lane
from tests.unit.telegram_api.test_transport import TOKEN, server

# The result is a message, and a bot as well.
DONE = (
    '{"ok":true,"result":{"message_id":1,"date":0,"chat":{"id":1,"type":"private"},'
    '"id":7,"is_bot":true,"first_name":"B","username":"b"}}'
)


def flood(parameters: str) -> str:
    return f'{{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{parameters}}}'


@asynccontextmanager
async def limited_bot(limiter: RateLimiter, *floods: str) -> AsyncIterator[tuple[Bot, list[float]]]:
    """Yield a bot whose first calls are refused with `floods`, and the times of its calls."""
    begun, calls = time.monotonic(), list[float]()

    async def respond(request: web.Request) -> web.Response:
        calls.append(time.monotonic() - begun)
        await request.read()
        refusal = floods[len(calls) - 1] if len(calls) <= len(floods) else None
        done = '{"ok":true,"result":true}' if request.path.endswith("/answerCallbackQuery") else DONE
        return web.Response(status=429 if refusal else 200, text=refusal or done)

    async with server(respond) as url:
        request = RateLimitedRequest(Transport(4), limiter)
        await request.initialize()
        try:
            yield Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=Transport(1)), calls
        finally:
            await request.shutdown()


async def test_calls_come_at_the_rate() -> None:
    async with limited_bot(RateLimiter(50.0)) as (bot, calls):
        await asyncio.gather(*(bot.send_message(chat, "x") for chat in range(1, BURST + 11)))

    assert len(calls) == BURST + 10
    assert calls[-1] >= 0.19


@pytest.mark.timing
async def test_messages_to_one_chat_are_spaced_and_edits_are_not() -> None:
    async with limited_bot(RateLimiter(1000.0)) as (bot, calls):
        await asyncio.gather(*(bot.edit_message_text("x", 1, 5) for _ in range(CHAT_BURST + 3)))
        edits = calls[-1] - calls[0]
        await asyncio.gather(*(bot.send_message(1, "x") for _ in range(CHAT_BURST + 1)))

    assert edits < 0.5
    assert calls[-1] - calls[CHAT_BURST + 2] >= 0.9  # since the last edit


async def test_a_flood_wait_holds_only_the_chat_that_it_answered() -> None:
    limiter = RateLimiter(100.0)
    async with limited_bot(limiter, flood('{"retry_after":1}')) as (bot, calls):
        sent = asyncio.create_task(bot.send_message(1, "x"))
        while not calls:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        begun = time.monotonic()
        await bot.send_message(2, "x")
        await limiter.acquire(Lane.BROADCAST, 3, method="sendMessage")
        waited = time.monotonic() - begun
        await sent

    assert waited < 0.5
    assert len(calls) == 3
    assert calls[2] - calls[0] >= 0.95


async def test_when_three_chats_are_refused_at_once_all_messages_wait() -> None:
    limiter = RateLimiter(100.0)
    async with limited_bot(limiter, *[flood('{"retry_after":1}')] * 3) as (bot, calls):
        sent = [asyncio.create_task(bot.send_message(chat, "x")) for chat in (1, 2, 3)]
        while len(calls) < 3:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert limiter.paused_for > 0
        begun = time.monotonic()
        await limiter.acquire(Lane.BROADCAST, 4, method="sendMessage")
        waited = time.monotonic() - begun
        await asyncio.gather(*sent)

    assert waited >= 0.85


async def test_a_flood_wait_on_edits_does_not_hold_messages_in_the_same_chat() -> None:
    limiter = RateLimiter(100.0)
    async with limited_bot(limiter, flood('{"retry_after":30}')) as (bot, calls):
        edited = asyncio.create_task(bot.edit_message_text("x", 1, 5))
        while not calls:
            await asyncio.sleep(0.01)
        await asyncio.wait_for(bot.send_message(1, "x"), 1.0)
        edited.cancel()

    assert len(calls) == 2


async def test_callback_answers_do_not_use_the_budget_of_messages() -> None:
    limiter = RateLimiter(1.0)
    async with limited_bot(limiter) as (bot, _):
        begun = time.monotonic()
        await asyncio.gather(*(bot.answer_callback_query(str(number)) for number in range(200)))

    assert time.monotonic() - begun < 20.0  # in the budget of messages they would take 200 s


async def test_an_answer_that_would_wait_too_long_fails_at_once() -> None:
    limiter = RateLimiter(100.0)
    async with limited_bot(limiter, flood('{"retry_after":3600}')) as (bot, calls):
        for _ in range(2):
            with pytest.raises(RetryAfter):
                await asyncio.wait_for(bot.send_message(1, "x"), 1.0)

    assert len(calls) == 1  # the second call was not even made


async def test_a_refused_display_is_not_retried() -> None:
    limiter = RateLimiter(100.0)
    async with limited_bot(limiter, flood('{"retry_after":1}')) as (bot, calls):
        with in_lane(Lane.COURTESY), pytest.raises(RetryAfter):
            await bot.edit_message_text("x", 1, 5)

    assert len(calls) == 1


async def test_an_answer_gives_way_to_an_urgent_call_in_the_same_chat() -> None:
    limiter = RateLimiter(1.0)
    for number in range(BURST):
        await limiter.acquire(Lane.ANSWER, number)
    waiting = asyncio.create_task(limiter.acquire(Lane.ANSWER, 7))
    await asyncio.sleep(0)
    with limiter.overtake_answers(7):
        with pytest.raises(Superseded):
            await waiting
        with pytest.raises(Superseded):
            await limiter.acquire(Lane.ANSWER, 7)
        await asyncio.wait_for(limiter.acquire(Lane.URGENT, 7), 2.0)


@pytest.mark.parametrize("parameters", ["{}", "[]", '{"retry_after":"soon"}', '{"retry_after":-5}'])
async def test_a_flood_wait_without_a_time_is_one_second(parameters: str) -> None:
    async with limited_bot(RateLimiter(100.0), flood(parameters)) as (bot, calls):
        await bot.send_message(1, "x")

    assert 0.95 <= calls[1] - calls[0] < 2


async def test_after_three_floods_the_caller_gets_the_error() -> None:
    async with limited_bot(RateLimiter(100.0), *[flood('{"retry_after":1}')] * 3) as (bot, calls):
        with pytest.raises(RetryAfter):
            await bot.send_message(1, "x")

    assert len(calls) == 3


async def test_get_me_waits_for_no_turn() -> None:
    limiter = RateLimiter(1.0)
    limiter.pause(5)
    async with limited_bot(limiter) as (bot, calls):
        await asyncio.wait_for(bot.get_me(), 1.0)

    assert len(calls) == 1
