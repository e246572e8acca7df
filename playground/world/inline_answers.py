"""Store answers to inline queries: the cache, and the result lists that are open on people's screens."""

from dataclasses import dataclass
from typing import Any

from playground.world.model import Bot, User

Json = dict[str, Any]
MAX_CACHED = 1000
MAX_OPEN = 1000


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """A bot's answer to an inline query, with the parameters of answerInlineQuery.

    `cache_time` is in seconds. Unless the answer is personal, the cache serves it to everybody with the same query.
    """

    results: list[Json]
    cache_time: int
    is_personal: bool
    next_offset: str
    button: Json | None


@dataclass(frozen=True, slots=True)
class InlineList:
    """A list of inline results that is open on a person's screen. The person can choose one of its results."""

    bot: Bot
    person: User
    query: str
    answer: InlineAnswer


class InlineAnswers:
    """The cached answers to inline queries, and the open result lists of all people. The oldest are dropped first."""

    def __init__(self) -> None:
        self._cached: dict[tuple[int, str, str, int], tuple[float, InlineAnswer]] = {}
        self._open: dict[str, InlineList] = {}

    def cached(self, now: float, bot: Bot, person: User, query: str, offset: str) -> InlineAnswer | None:
        """Return a cached answer to this query: the one for this person, or else the one for everybody, or else None.

        The same query means: the same bot, the same text and the same `offset` (which part of the results is asked
        for).
        """
        for owner in (person.id, 0):
            expires, answer = self._cached.get((bot.id, query, offset, owner), (0.0, None))
            if answer and expires > now:
                return answer
        return None

    def cache(self, now: float, bot: Bot, person: User, query: str, offset: str, answer: InlineAnswer) -> None:
        """Store the answer to a query and offset for its `cache_time`.

        A personal answer is stored for this person only, any other for everybody.
        """
        if answer.cache_time <= 0:
            return
        owner = person.id if answer.is_personal else 0
        self._cached[(bot.id, query, offset, owner)] = (now + answer.cache_time, answer)
        _drop_oldest(self._cached, MAX_CACHED)

    def open(self, query_id: str, inline_list: InlineList) -> None:
        """Store `inline_list`, the results that a person's screen now shows, under the id of the inline query."""
        self._open[query_id] = inline_list
        _drop_oldest(self._open, MAX_OPEN)

    def get(self, query_id: str) -> InlineList | None:
        """Return the open result list of an inline query; None if there is none."""
        return self._open.get(query_id)


def _drop_oldest(entries: dict[Any, Any], maximum: int) -> None:
    if len(entries) > maximum:
        del entries[next(iter(entries))]
