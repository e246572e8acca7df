"""Run the bot after its keys were destroyed: it answers everybody with one neutral sentence, and stores nothing.

It opens neither the database nor the key file. `python -m bot keys begin --yes` creates new keys and so ends this
state.
"""

import asyncio
import logging
import time

from bot import __version__
from bot.broadcast.delivery.pricing import FREE_PER_SECOND
from bot.connection import connected
from bot.dispatch.flood_gate import PRESS, FloodGate, Verdict
from bot.flows import router
from bot.model.events import Event
from bot.monitoring import health_server
from bot.monitoring.health_server import HealthSources, HealthState
from bot.monitoring.reply_monitor import Monitors
from bot.settings import Settings
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from bot.telegram_api.sending.callback_signing import Signer
from bot.telegram_api.sending.sender import ReplySender
from bot.telegram_api.updates import update_parser
from bot.telegram_api.updates.polling import Poller, Update, UpdateWork
from bot.telegram_api.updates.update_parser import BotIdentity
from content.model import Campaign
from content.screens.reader import Reader

log = logging.getLogger(__name__)


async def run(settings: Settings, campaign: Campaign, stopping: asyncio.Event) -> None:
    """Answer everybody with the same sentence until `stopping` is set. Raises OperatorError like `app.run`."""
    log.warning("The keys were destroyed on purpose: the bot answers everybody with one sentence and stores nothing")
    limiter = RateLimiter(settings.send_rate, free=FREE_PER_SECOND)
    async with connected(settings, limiter, Monitors(), stopping) as (bot, fetch):
        sender = ReplySender(bot, Signer(settings.token))
        poller = Poller(fetch, ClosedDispatcher(campaign, BotIdentity(bot.id, bot.username), sender).admit)
        sources = HealthSources(lambda: HealthState(poller.answered_at))
        async with health_server.serve_health(settings.listen, sources) as address:
            log.info("Running version %s; health at http://%s:%s/healthz", __version__, address.host, address.port)
            await poller.run(stopping)
    log.info("Stopped")


class ClosedDispatcher:
    """Answer each update with one sentence, in the language of the person's Telegram app."""

    def __init__(self, campaign: Campaign, me: BotIdentity, sender: ReplySender) -> None:
        self._campaign = campaign
        self._me = me
        self._sender = sender
        self._gate = FloodGate()

    def admit(self, update: Update) -> UpdateWork | None:
        """Return a function that answers `update`.

        Return None when the update has no sender, or when its sender sends more than the flood gate lets through.
        """
        user = update_parser.sender_of(update)
        cost = 1.0 if "message" in update else PRESS
        if user is None or self._gate.admit(user, time.monotonic(), cost) is not Verdict.PASS:
            return None
        return lambda: self._answer(update)

    async def _answer(self, update: Update) -> None:
        event = update_parser.parse_update(update, self._me)
        if event is not None:
            await self._sender.send_replies(event, router.out_of_service(event, self._reader(event)))

    def _reader(self, event: Event) -> Reader:
        return Reader(self._campaign, self._campaign.language_for(event.sender.language_code))
