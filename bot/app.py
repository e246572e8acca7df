"""The wiring: every room meets every other one here, and nowhere else."""

import asyncio
import logging
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from telegram import Bot
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import ExtBot

from bot import health, incoming, profile
from bot.data_folder import held
from bot.delivery import Delivery
from bot.events import Event, Moved, Standing
from bot.flows import turn
from bot.gate import Gate, Verdict
from bot.incoming import Me
from bot.intake import WAIT, Fetch, Intake, Update
from bot.limiter import Limiter, PtbLimiter
from bot.refusals import TokenRejected, Unreachable
from bot.replies import Replies, Speak
from bot.settings import Settings
from bot.tongues import Tongues
from bot.transport import Wire
from content.match import Matcher
from content.model import Campaign
from content.reader import Reader

log = logging.getLogger(__name__)
_FIRST_TRIES = (0.0, 1.0, 3.0)  # seconds before each: a start that fails should say so while somebody looks


class Handler:
    """One update from gate to answer."""

    def __init__(self, matcher: Matcher, me: Me, delivery: Delivery) -> None:
        self._campaign = matcher.campaign
        self._matcher = matcher
        self._me = me
        self._delivery = delivery
        self._gate = Gate()
        self._tongues = Tongues(matcher.campaign)

    async def handle(self, update: Update) -> None:
        user = incoming.sender_of(update)
        verdict = self._gate.admit(user, time.monotonic()) if user is not None else Verdict.PASS
        if verdict is Verdict.DROP:
            return
        event = incoming.read(update, self._me)
        if event is not None:
            await self._delivery.carry_out(event, self._decided(event, verdict))

    def _decided(self, event: Event, verdict: Verdict) -> Replies:
        reader = Reader(self._campaign, self._tongues.of(event.sender))
        if verdict is Verdict.WARN:
            return turn.too_much(event, reader)
        replies = turn.decide(event, reader, self._matcher, self._me.username)
        for reply in replies:
            if isinstance(reply, Speak):
                self._tongues.choose(event.sender.id, reply.lang)
        if isinstance(event, Moved) and event.standing is Standing.BLOCKED:
            self._tongues.forget(event.sender.id)
        return replies


async def run(settings: Settings, matcher: Matcher, stopping: asyncio.Event | None = None) -> None:
    """The bot, until SIGTERM, SIGINT or `stopping`. Raises Refused when it cannot start or go on."""
    stopping = stopping or asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stopping.set)
    with held(settings.data):
        async with _connected(settings) as (bot, fetch):
            me = Me(bot.id, bot.username)
            intake = Intake(fetch, Handler(matcher, me, Delivery(bot)).handle)
            async with health.serving(settings.listen, lambda: intake.answered_at) as where:
                log.info("Running; health at http://%s:%s/healthz", where.host, where.port)
                face = asyncio.create_task(_after_first_answer(intake, bot, matcher.campaign))
                try:
                    await intake.run(stopping)
                finally:
                    face.cancel()
                    with suppress(asyncio.CancelledError):
                        await face
    log.info("Stopped")


async def _after_first_answer(intake: Intake, bot: Bot, campaign: Campaign) -> None:
    await intake.answered.wait()
    await profile.keep_current(bot, campaign)


@asynccontextmanager
async def _connected(settings: Settings) -> AsyncIterator[tuple[Bot, Fetch]]:
    """The bot, known to Telegram, and how its updates are fetched (over connections of their own)."""
    polling = Wire(connections=2, read_timeout=WAIT + 10)
    bot: Bot = ExtBot(
        settings.token,
        base_url=f"{settings.api_url}/bot",
        base_file_url=f"{settings.api_url}/file/bot",
        request=Wire(),
        get_updates_request=polling,
        rate_limiter=PtbLimiter(Limiter(settings.send_rate)),
    )
    address = f"{settings.api_url}/bot{settings.token}/getUpdates"

    async def fetch(offset: int, wait: float) -> list[Any]:
        asked = {"offset": offset, "timeout": int(wait), "allowed_updates": incoming.WANTED}
        updates = await polling.call(address, asked)
        return updates if isinstance(updates, list) else []

    try:
        await _introduce(bot, settings.api_url)
        yield bot, fetch
    finally:
        await bot.shutdown()


async def _introduce(bot: Bot, api_url: str) -> None:
    """getMe: whose token is this? A few tries, then a sentence."""
    for pause in _FIRST_TRIES:
        await asyncio.sleep(pause)
        try:
            await bot.initialize()
            return
        except InvalidToken:
            raise TokenRejected(
                "Telegram does not know this bot token: copy it again from @BotFather, or ask there for a new one."
            ) from None
        except NetworkError as trouble:
            why = str(trouble)
        except TelegramError as trouble:
            why = type(trouble).__name__
    raise Unreachable(
        f"{api_url} does not answer ({why}): check the network, or set HTTPS_PROXY when Telegram is blocked here."
    )
