"""Represent the audience of an announcement: everyone, or the subscribers of some topics or languages."""

from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass

from storage.subscriptions.subscriber import Subscriber
from storage.subscriptions.subscriber_store import SubscriberStore


@dataclass(frozen=True, slots=True)
class Audience:
    """The topics and the languages of the subscribers who get an announcement.

    None means all topics or all languages. A subscriber who chose all topics (`topics` is None) gets announcements on
    any topic.
    """

    topics: frozenset[int] | None = None
    languages: frozenset[str] | None = None

    def includes(self, subscriber: Subscriber) -> bool:
        """Return whether the subscriber has one of the languages and at least one of the topics."""
        if self.languages is not None and subscriber.language not in self.languages:
            return False
        return self.topics is None or subscriber.topics is None or bool(subscriber.topics & self.topics)


EVERYONE = Audience()


async def count_by_language(subscribers: SubscriberStore, audience: Audience) -> Counter[str]:
    """Count the subscribers in `audience` by language.

    The counts are exact. Hide small counts before you show them to anybody (`bot.model.small_numbers`).
    """
    counts = Counter[str]()
    async with aclosing(subscribers.everyone()) as pages:
        async for page in pages:
            counts.update(subscriber.language for subscriber in page if audience.includes(subscriber))
    return counts
