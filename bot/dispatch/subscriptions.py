"""Carry out changes of subscriptions in the store, and maintain the store while the bot runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.flows import choices
from bot.flows.subscription.subscribing import new_subscriber
from bot.model.events import ChatId
from bot.model.replies import Choose, Join, Leave, SubscriptionChange
from bot.runtime.clock_guard import ClockGuard
from bot.runtime.dates import today
from content.model import Campaign
from storage.errors import StorageTrouble
from storage.store import Store
from storage.subscriptions.daily_count import ListChange
from storage.subscriptions.subscriber import Subscriber

MAINTENANCE_INTERVAL = 60.0  # seconds; a minute after an erasure the database's journal has no trace of the data

log = logging.getLogger(__name__)


class Subscriptions:
    """Read and change the settings of subscribers. Every method raises StorageTrouble when the database fails."""

    def __init__(
        self,
        store: Store,
        campaign: Campaign,
        day: Callable[[], date] = today,
        forget_deliveries: Callable[[ChatId], Awaitable[None]] | None = None,
    ) -> None:
        """Create the object for the subscribers in `store`; `day` returns the current date.

        `forget_deliveries` erases a person who leaves from the records of broadcasts and from drafts.
        """
        self._store = store
        self._forget_deliveries = forget_deliveries
        self._topics = frozenset(topic.number for topic in campaign.topics)
        self._languages = frozenset(str(lang) for lang in campaign.languages)
        self._day = day

    async def get(self, chat: ChatId) -> Subscriber | None:
        """Return the subscriber of a private chat; None when the person is not subscribed."""
        return await self._store.subscribers.get(chat)

    async def carry_out(self, chat: ChatId, change: SubscriptionChange) -> None:
        """Store a change of the subscription of `chat`: joining, a choice of settings, or leaving.

        The method is idempotent.
        """
        subscribers, day = self._store.subscribers, self._day()
        match change:
            case Join(lang):
                if await subscribers.get(chat) is None:
                    await subscribers.save(new_subscriber(chat, lang), day)
            case Choose(action):
                await subscribers.change(chat, lambda subscriber: self._apply(action, subscriber), day)
            case Leave(blocked):
                await subscribers.leave(chat, day, ListChange.BLOCKED if blocked else ListChange.LEFT)
                if self._forget_deliveries:
                    await self._forget_deliveries(chat)

    async def mark_reachable(self, subscriber: Subscriber) -> None:
        """Record that a subscriber can be reached, because the person has just used the bot.

        This clears two flags: `missed` (Telegram has not found the chat once) and `unreached` (no contact since this
        bot took over the list from another bot).
        """
        if subscriber.missed or subscriber.unreached:
            await self._store.subscribers.change(
                subscriber.chat, lambda stored: replace(stored, missed=False, unreached=False), self._day()
            )

    def _apply(self, action: str, subscriber: Subscriber) -> Subscriber:
        return choices.apply(action, subscriber, self._topics, self._languages) or subscriber


async def maintain(
    store: Store, guard: ClockGuard, now: Callable[[], float], interval: float = MAINTENANCE_INTERVAL
) -> None:
    """Maintain the store every `interval` seconds: rotate keys, destroy old ones, empty its journal.

    `guard` says whether the clock can be trusted. If not, keys are rotated only on request, and none is destroyed.
    `now` returns Unix time. Raises StorageRefused if the operator has to act; other errors of the store are logged.
    """
    while True:
        try:
            await store.maintain(datetime.fromtimestamp(now(), UTC).date(), guard.is_trusted)
        except StorageTrouble as error:
            log.warning(
                "Maintenance of the store failed (%s): trying again in %.0f s", type(error).__name__, interval
            )
        await asyncio.sleep(interval)
