"""Whom a broadcast is for: everyone, or who wants certain topics or reads certain languages."""

from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass

from storage.subscriptions.subscriber import Subscriber
from storage.subscriptions.subscriber_store import SubscriberStore


@dataclass(frozen=True, slots=True)
class Audience:
    """None stands for all. Who wants every topic wants each."""

    topics: frozenset[int] | None = None
    languages: frozenset[str] | None = None

    def wants(self, one: Subscriber) -> bool:
        reads = self.languages is None or one.language in self.languages
        return reads and (self.topics is None or one.topics is None or bool(one.topics & self.topics))


EVERYONE = Audience()


async def count_by_language(subscribers: SubscriberStore, audience: Audience) -> Counter[str]:
    """How many it would reach now, by language; the `<10` rule is for whoever shows it."""
    found = Counter[str]()
    async with aclosing(subscribers.everyone()) as pages:
        async for some in pages:
            found.update(one.language for one in some if audience.wants(one))
    return found
