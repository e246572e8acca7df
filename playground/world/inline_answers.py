"""Inline answers: the server's cache of them, and the lists that are open on somebody's screen."""

from dataclasses import dataclass
from typing import Any

from playground.world.model import Bot, Person

Json = dict[str, Any]
MOST_CACHED = 1000
MOST_OPEN = 1000


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """What answerInlineQuery said. Without `is_personal` Telegram gives it to everybody who asks the same."""

    results: list[Json]
    cache_time: int
    is_personal: bool
    next_offset: str
    button: Json | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A list on somebody's screen, from which they may choose."""

    bot: Bot
    person: Person
    query: str
    answer: InlineAnswer


class InlineAnswers:
    def __init__(self) -> None:
        self._cached: dict[tuple[int, str, str, int], tuple[float, InlineAnswer]] = {}
        self._open: dict[str, Listed] = {}

    def cached(self, now: float, bot: Bot, person: Person, query: str, offset: str) -> InlineAnswer | None:
        for whose in (person.id, 0):
            expires, answer = self._cached.get((bot.id, query, offset, whose), (0.0, None))
            if answer and expires > now:
                return answer
        return None

    def remember(self, now: float, bot: Bot, person: Person, query: str, offset: str, answer: InlineAnswer) -> None:
        if answer.cache_time <= 0:
            return
        whose = person.id if answer.is_personal else 0
        self._cached[(bot.id, query, offset, whose)] = (now + answer.cache_time, answer)
        _bound(self._cached, MOST_CACHED)

    def show(self, number: str, listed: Listed) -> None:
        self._open[number] = listed
        _bound(self._open, MOST_OPEN)

    def shown(self, number: str) -> Listed | None:
        return self._open.get(number)


def _bound(entries: dict[Any, Any], most: int) -> None:
    if len(entries) > most:
        del entries[next(iter(entries))]
