"""Carrying out what a flow decided to remember, and tending the store while the bot runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.flows import choices
from bot.flows.subscribing import newcomer
from bot.model.events import ChatId
from bot.model.replies import Choose, Join, Leave, SubscriptionChange
from bot.runtime.clock_guard import ClockGuard
from content.model import Campaign
from storage.errors import StorageTrouble
from storage.store import Store
from storage.subscriptions.daily_count import ListChange
from storage.subscriptions.subscriber import Subscriber

TEND_EVERY = 60.0  # seconds; a minute after an erasure nothing of it is in the journal

log = logging.getLogger(__name__)


def today() -> date:
    """The day for tallies and keys, in UTC: the store knows no times of day."""
    return datetime.now(UTC).date()


class Subscriptions:
    """What the campaign's subscribers chose. Raises StorageTrouble when it could not be put on disk."""

    def __init__(
        self,
        store: Store,
        campaign: Campaign,
        day: Callable[[], date] = today,
        forgotten: Callable[[ChatId], Awaitable[None]] | None = None,
    ) -> None:
        """`forgotten` sees to what broadcasts still hold of somebody who left."""
        self._store = store
        self._forgotten = forgotten
        self._topics = frozenset(topic.number for topic in campaign.topics)
        self._languages = frozenset(str(lang) for lang in campaign.languages)
        self._day = day

    async def of(self, chat: ChatId) -> Subscriber | None:
        return await self._store.subscribers.get(chat)

    async def carry_out(self, chat: ChatId, memory: SubscriptionChange) -> None:
        """On disk when it returns. A repetition has no further effect."""
        subscribers, day = self._store.subscribers, self._day()
        match memory:
            case Join(lang):
                if await subscribers.get(chat) is None:
                    await subscribers.save(newcomer(chat, lang), day)
            case Choose(action):
                await subscribers.change(chat, lambda one: self._chosen(action, one), day)
            case Leave(blocked):
                await subscribers.leave(chat, day, ListChange.BLOCKED if blocked else ListChange.LEFT)
                if self._forgotten:
                    await self._forgotten(chat)

    async def found(self, one: Subscriber) -> None:
        """They were heard from: an earlier "chat not found" was a mistake, and this bot may write to them."""
        if one.missed or one.unreached:
            await self._store.subscribers.change(
                one.chat, lambda known: replace(known, missed=False, unreached=False), self._day()
            )

    def _chosen(self, action: str, one: Subscriber) -> Subscriber:
        return choices.applied(action, one, self._topics, self._languages) or one


async def tend(store: Store, guard: ClockGuard, now: Callable[[], float], every: float = TEND_EVERY) -> None:
    """Rotation, destruction of old keys, traces of erasures: every minute, until StorageRefused stops the bot."""
    while True:
        try:
            await store.maintain(datetime.fromtimestamp(now(), UTC).date(), guard.is_trusted)
        except StorageTrouble as trouble:
            log.warning("The store could not be tended (%s); trying again in a minute", type(trouble).__name__)
        await asyncio.sleep(every)
