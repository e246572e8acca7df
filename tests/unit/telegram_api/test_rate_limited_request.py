"""python-telegram-bot's calls behind the limiter: turns, spacing, flood waits."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import RetryAfter

from bot.telegram_api.http.transport import Transport
from bot.telegram_api.rate_limiting.rate_limited_request import RateLimitedRequest, in_lane
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter, Superseded
from bot.telegram_api.rate_limiting.token_bucket import BURST, CHAT_BURST, Lane
from tests.unit.telegram_api.test_transport import TOKEN, server

# A message, and a bot as well.
DONE = (
    '{"ok":true,"result":{"message_id":1,"date":0,"chat":{"id":1,"type":"private"},'
    '"id":7,"is_bot":true,"first_name":"B","username":"b"}}'
)


def flood(parameters: str) -> str:
    return f'{{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{parameters}}}'


@asynccontextmanager
async def bot(limiter: RateLimiter, *floods: str) -> AsyncIterator[tuple[Bot, list[float]]]:
    """A bot whose first calls meet `floods`, and when its calls came."""
    begun, calls = time.monotonic(), list[float]()

    async def answer(request: web.Request) -> web.Response:
        calls.append(time.monotonic() - begun)
        await request.read()
        refused = floods[len(calls) - 1] if len(calls) <= len(floods) else None
        done = '{"ok":true,"result":true}' if request.path.endswith("/answerCallbackQuery") else DONE
        return web.Response(status=429 if refused else 200, text=refused or done)

    async with server(answer) as url:
        paced = RateLimitedRequest(Transport(4), limiter)
        await paced.initialize()
        try:
            yield Bot(TOKEN, base_url=f"{url}/bot", request=paced, get_updates_request=Transport(1)), calls
        finally:
            await paced.shutdown()


async def test_calls_come_at_the_rate() -> None:
    async with bot(RateLimiter(50.0)) as (one, calls):
        await asyncio.gather(*(one.send_message(chat, "x") for chat in range(1, BURST + 11)))

    assert len(calls) == BURST + 10
    assert calls[-1] >= 0.19


async def test_messages_to_one_chat_are_spaced_and_edits_are_not() -> None:
    async with bot(RateLimiter(1000.0)) as (one, calls):
        await asyncio.gather(*(one.edit_message_text("x", 1, 5) for _ in range(CHAT_BURST + 3)))
        edits = calls[-1] - calls[0]
        await asyncio.gather(*(one.send_message(1, "x") for _ in range(CHAT_BURST + 1)))

    assert edits < 0.5
    assert calls[-1] - calls[CHAT_BURST + 2] >= 0.9  # since the last edit


async def test_a_flood_wait_holds_the_chat_that_it_answered_and_nobody_else() -> None:
    limiter = RateLimiter(100.0)
    async with bot(limiter, flood('{"retry_after":1}')) as (one, calls):
        sent = asyncio.create_task(one.send_message(1, "x"))
        while not calls:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        begun = time.monotonic()
        await one.send_message(2, "x")
        await limiter.acquire(Lane.BROADCAST, 3, method="sendMessage")
        waited = time.monotonic() - begun
        await sent

    assert waited < 0.5
    assert len(calls) == 3
    assert calls[2] - calls[0] >= 0.95


async def test_when_several_chats_are_refused_at_once_everybody_waits() -> None:
    limiter = RateLimiter(100.0)
    async with bot(limiter, *[flood('{"retry_after":1}')] * 3) as (one, calls):
        sent = [asyncio.create_task(one.send_message(chat, "x")) for chat in (1, 2, 3)]
        while len(calls) < 3:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert limiter.paused_for > 0
        begun = time.monotonic()
        await limiter.acquire(Lane.BROADCAST, 4, method="sendMessage")
        waited = time.monotonic() - begun
        await asyncio.gather(*sent)

    assert waited >= 0.85


async def test_a_flood_wait_on_edits_leaves_messages_in_the_same_chat_alone() -> None:
    limiter = RateLimiter(100.0)
    async with bot(limiter, flood('{"retry_after":30}')) as (one, calls):
        edited = asyncio.create_task(one.edit_message_text("x", 1, 5))
        while not calls:
            await asyncio.sleep(0.01)
        await asyncio.wait_for(one.send_message(1, "x"), 1.0)
        edited.cancel()

    assert len(calls) == 2


async def test_what_is_no_message_costs_no_message() -> None:
    limiter = RateLimiter(1.0)
    async with bot(limiter) as (one, _):
        begun = time.monotonic()
        await asyncio.gather(*(one.answer_callback_query(str(number)) for number in range(200)))

    assert time.monotonic() - begun < 2.0


async def test_an_answer_that_would_wait_too_long_is_given_up_at_once() -> None:
    limiter = RateLimiter(100.0)
    async with bot(limiter, flood('{"retry_after":3600}')) as (one, calls):
        for _ in range(2):
            with pytest.raises(RetryAfter):
                await asyncio.wait_for(one.send_message(1, "x"), 1.0)

    assert len(calls) == 1  # the second was not even asked for


async def test_a_display_that_is_refused_is_not_tried_again() -> None:
    limiter = RateLimiter(100.0)
    async with bot(limiter, flood('{"retry_after":1}')) as (one, calls):
        with in_lane(Lane.COURTESY), pytest.raises(RetryAfter):
            await one.edit_message_text("x", 1, 5)

    assert len(calls) == 1


async def test_an_answer_gives_way_to_what_is_urgent_in_the_same_chat() -> None:
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
async def test_a_flood_wait_that_names_no_time_is_a_second(parameters: str) -> None:
    async with bot(RateLimiter(100.0), flood(parameters)) as (one, calls):
        await one.send_message(1, "x")

    assert 0.95 <= calls[1] - calls[0] < 2


async def test_after_three_floods_the_caller_is_told() -> None:
    async with bot(RateLimiter(100.0), *[flood('{"retry_after":1}')] * 3) as (one, calls):
        with pytest.raises(RetryAfter):
            await one.send_message(1, "x")

    assert len(calls) == 3


async def test_what_is_asked_about_the_bot_itself_waits_for_nobody() -> None:
    limiter = RateLimiter(1.0)
    limiter.pause(5)
    async with bot(limiter) as (one, calls):
        await asyncio.wait_for(one.get_me(), 1.0)

    assert len(calls) == 1
