"""Invent the subscribers of the demo: who joined, changed topics, left or blocked the bot, and on which day.

The same seed gives the same people.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from storage.subscriptions.daily_count import ListChange
from storage.subscriptions.subscriber import Daily, Subscriber

DAYS = 60  # of history, the last of which is today
STAYING = 1_000  # subscribers today
_LEAVING, _BLOCKING = 90, 40  # people who joined as well, and are no longer subscribed
PEOPLE = STAYING + _LEAVING + _BLOCKING
_CHANGING = 120  # people who change their topics
_BUSY_DAYS = {9: 6, 24: 9, 25: 5, 47: 12, 48: 6}  # by how much more people join, as after an event
_ZONES = ("Asia/Kabul", "Asia/Kabul", "Asia/Tehran", "Europe/Berlin")
_HOURS = (6, 7, 8, 18, 20, 21)


@dataclass(frozen=True, slots=True)
class Saved:
    """A person joins or changes topics. `subscriber` is the record to store."""

    subscriber: Subscriber


@dataclass(frozen=True, slots=True)
class Gone:
    """A person unsubscribes or blocks the bot, as `kind` says."""

    chat: int = field(repr=False)
    kind: ListChange


@dataclass(frozen=True, slots=True)
class Choices:
    """The values that a subscriber can choose in a campaign: codes of languages, and numbers of topics.

    `clauses` is the number of the last clause; a subscriber's next daily clause is from 1 to `clauses`.
    """

    languages: Sequence[str]
    topics: Sequence[int]
    clauses: int


def invent_history(first_chat: int, choices: Choices, random: Random) -> list[list[Saved | Gone]]:
    """Invent PEOPLE subscribers; return what happened on each of the last DAYS days, oldest day first.

    Their chat ids are `first_chat`, `first_chat + 1` and so on. Their languages, topics and daily clauses are chosen
    from `choices` with `random`.
    """
    days: list[list[Saved | Gone]] = [[] for _ in range(DAYS)]
    weights = [1 + day / DAYS + _BUSY_DAYS.get(day, 0) for day in range(DAYS)]
    for index in range(PEOPLE):
        person = _invent_subscriber(first_chat + index, choices, random)
        joined = random.choices(range(DAYS), weights)[0]
        days[joined].append(Saved(person))
        later = random.randint(joined, DAYS - 1)
        if index < _LEAVING + _BLOCKING:
            days[later].append(Gone(person.chat, ListChange.LEFT if index < _LEAVING else ListChange.BLOCKED))
        elif index < _LEAVING + _BLOCKING + _CHANGING:
            days[later].append(Saved(replace(person, topics=_topics(choices.topics, random))))
    return days


def _invent_subscriber(chat: int, choices: Choices, random: Random) -> Subscriber:
    language_weights = [1 / (place + 1) for place in range(len(choices.languages))]
    return Subscriber(
        chat,
        random.choices(choices.languages, language_weights)[0],
        topics=_topics(choices.topics, random),
        quiet=random.random() < 0.15,
        discreet=random.random() < 0.18,
        text_only=random.random() < 0.1,
        daily=_daily(choices.clauses, random) if random.random() < 0.2 else None,
    )


def _topics(topics: Sequence[int], random: Random) -> frozenset[int] | None:
    """Return one to four of `topics` at random, or None, which means all topics.

    Topics at the beginning of `topics` are chosen more often than others.
    """
    if not topics or random.random() < 0.45:
        return None
    weights = [1 / (place + 2) for place in range(len(topics))]
    return frozenset(random.choices(topics, weights, k=random.randint(1, 4)))


def _daily(clauses: int, random: Random) -> Daily:
    return Daily(random.choice(_HOURS), random.choice(_ZONES), random.randint(1, max(1, clauses)))
