"""Keep callback queries and inline queries that wait for the answers of bots, until they expire as on Telegram."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from playground.errors import bad_request
from playground.world.model import Bot

_MOST_ADDED = 1_000
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(eq=False, slots=True)
class PendingQuery:
    """A callback query or inline query that was sent to a bot.

    The bot can answer it until the Unix time `expires`. The future `answer` gets the bot's answer as its result.
    """

    id: str
    bot: Bot
    expires: float
    answer: "asyncio.Future[Any]"


class PendingQueries:
    """The queries of one type (callback or inline) that wait for the answers of bots.

    A query can be answered once, within `lifetime` seconds after it was added.
    """

    def __init__(self, lifetime: float, first_query_id: int) -> None:
        self._lifetime = lifetime
        self._next_id = first_query_id
        self._pending: dict[str, PendingQuery] = {}
        self._added: OrderedDict[str, tuple[Bot, float]] = OrderedDict()  # the newest queries, answered or not

    def add(self, now: float, bot: Bot) -> PendingQuery:
        """Create and return a pending query to a bot. Expired queries of all bots are dropped first."""
        self._drop_expired(now)
        query = PendingQuery(
            str(self._next_id), bot, now + self._lifetime, asyncio.get_running_loop().create_future()
        )
        self._next_id += 1
        self._pending[query.id] = query
        self._added[query.id] = bot, now
        if len(self._added) > _MOST_ADDED:
            self._added.popitem(last=False)
        return query

    def is_recent(self, now: float, bot: Bot, query_id: str, seconds: float) -> bool:
        """Return whether a query was sent to `bot` at most `seconds` ago, even if it is already answered."""
        receiver, added = self._added.get(query_id, (None, 0.0))
        return receiver is bot and now - added <= seconds

    def answer(self, now: float, bot: Bot, query_id: str, answer: Any) -> None:
        """Pass the answer of `bot` on to the `wait_for_answer` call for this query.

        Raises BotApiError when the query is unknown, expired, already answered, or was sent to another bot.
        """
        query = self._pending.get(query_id)
        if query is None or query.bot is not bot or query.expires <= now:
            raise bad_request(TOO_OLD)
        del self._pending[query_id]
        if not query.answer.done():
            query.answer.set_result(answer)

    def stop(self) -> None:
        """Drop all queries. Every `wait_for_answer` call that still waits returns None."""
        for query in self._pending.values():
            query.answer.cancel()
        self._pending.clear()

    def _drop_expired(self, now: float) -> None:
        for query_id, query in list(self._pending.items()):
            if query.expires > now:
                break
            del self._pending[query_id]


async def wait_for_answer(query: PendingQuery, seconds: float) -> Any:
    """Return the bot's answer; None if the bot sends none within `seconds`, or if the playground stops."""
    done, _ = await asyncio.wait([query.answer], timeout=seconds)
    return query.answer.result() if done and not query.answer.cancelled() else None
