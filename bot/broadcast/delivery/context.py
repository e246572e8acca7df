"""Define what the engine and its jobs share, and the events that they publish for admins."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

from bot.broadcast.delivery.requests import ApiClient
from bot.broadcast.delivery.waiting.first_sound import FirstSound
from bot.broadcast.delivery.waiting.turn_order import TurnOrder
from bot.channel.channel_access import ChannelAccess
from bot.runtime.clock_guard import ClockGuard
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from storage.deliveries.broadcast_state import JobReason, Work
from storage.store import Store

MIN_IN_FLIGHT, MAX_IN_FLIGHT = 4, 128  # recipients in flight


class EventKind(StrEnum):
    """A kind of event in the delivery of a broadcast."""

    BEGAN = "began"
    ENDED = "ended"
    PAUSED = "paused"
    HELD = "held"
    EXPIRES = "expires"  # it will be stopped soon
    EXPIRED = "expired"
    UNDELETED = "undeleted"  # discreet notices stay in chats
    CHANNEL_FAILED = "channel_failed"  # a post in the channel failed, or may have


@dataclass(frozen=True, slots=True)
class BroadcastEvent:
    """An event in the delivery of broadcast `number`, or of the daily clause if `number` is 0.

    For an event of the kind UNDELETED, `count` is the number of discreet notices that could not be deleted.
    """

    number: int
    work: Work
    kind: EventKind
    reason: JobReason | None = None
    detail: str = ""
    count: int = 0


PublishEvent = Callable[[BroadcastEvent], None]  # must neither block nor raise


class EventBus:
    """Pass each published event to all subscribers, in the order in which they subscribed."""

    def __init__(self) -> None:
        self._subscribers: list[PublishEvent] = []

    def subscribe(self, subscriber: PublishEvent) -> None:
        """Call `subscriber` with every event from now on. It must neither block nor raise."""
        self._subscribers.append(subscriber)

    def publish(self, event: BroadcastEvent) -> None:
        """Pass an event to all subscribers."""
        for subscriber in self._subscribers:
            subscriber(event)


@dataclass(frozen=True, slots=True)
class EngineContext:
    """The services and settings that the engine and its jobs share.

    `rate` is the highest rate in messages per second. `free_rate` is the highest rate at which messages cost no
    Stars. `now` returns Unix time, and `clock` a monotonic time in seconds. Without a `clock_guard`, the clock is
    always trusted. While `is_frozen` returns True, nothing is sent or edited. `settings_labels` has, by language, the
    label of the settings button below announcements, and `copy_labels` that of the button for a signed copy.
    `channel` is None if the bot cannot post in a channel. When recipients have waited for the end of quiet hours or
    for a digest, `turn_order` decides which broadcast they get first, and `first_sound` which one makes a sound.
    """

    store: Store
    limiter: RateLimiter
    client: ApiClient
    rate: float
    publish: PublishEvent
    now: Callable[[], float] = time.time
    clock: Callable[[], float] = field(default=time.monotonic)
    free_rate: float = math.inf
    clock_guard: ClockGuard | None = None
    is_frozen: Callable[[], bool] = lambda: False
    settings_labels: Mapping[str, str] = field(default_factory=dict)
    channel: ChannelAccess | None = None
    copy_labels: Mapping[str, str] = field(default_factory=dict)
    turn_order: TurnOrder = field(default_factory=TurnOrder)
    first_sound: FirstSound = field(default_factory=FirstSound)

    @property
    def clock_is_trusted(self) -> bool:
        """Return whether the wall clock is reliable enough to start scheduled broadcasts and destroy ledgers."""
        return self.clock_guard is None or self.clock_guard.is_trusted

    @property
    def may_delete_messages(self) -> bool:
        """Return whether the wall clock is reliable enough to delete messages that are due for deletion."""
        return self.clock_guard is None or self.clock_guard.may_delete_messages

    def heartbeat_time(self) -> float:
        """Return the best estimate of the current Unix time, for the stored heartbeat."""
        return self.now() if self.clock_guard is None else self.clock_guard.estimate()

    def today(self) -> date:
        """Return the current date in UTC."""
        return datetime.fromtimestamp(self.now(), UTC).date()

    def window_size(self, paid: bool = False) -> int:
        """Return how many recipients can be in flight at once: claimed in the database, without a stored result.

        Usually, this is the number of messages that the bot sends in twice the time that Telegram takes to answer.
        The factor of two leaves time to wait for the rate limiter and for a commit. It is at least the number of
        messages in a tenth of a second, so that one commit stores enough results. If `paid`, messages are sent faster
        than Telegram allows for free.
        """
        rate = self.rate if paid else min(self.rate, self.free_rate)
        return min(MAX_IN_FLIGHT, max(MIN_IN_FLIGHT, round(2 * rate * self.client.latency), round(rate / 10)))
