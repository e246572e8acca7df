"""Callback queries and inline queries that wait for the bot's answer, each until Telegram's deadline."""

import asyncio
from dataclasses import dataclass
from typing import Any

from playground.errors import bad_request
from playground.world.model import Bot

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(eq=False, slots=True)
class PendingQuery:
    """A query that a bot may answer until `expires` (Unix time)."""

    id: str
    bot: Bot
    expires: float
    answer: "asyncio.Future[Any]"


class PendingQueries:
    """The pending queries of one type. A query can be answered once, within `lifetime` seconds."""

    def __init__(self, lifetime: float, first_query_id: int) -> None:
        self._lifetime = lifetime
        self._next_id = first_query_id
        self._pending: dict[str, PendingQuery] = {}

    def add(self, now: float, bot: Bot) -> PendingQuery:
        """Create a query to a bot, and drop expired ones."""
        self._drop_expired(now)
        query = PendingQuery(
            str(self._next_id), bot, now + self._lifetime, asyncio.get_running_loop().create_future()
        )
        self._next_id += 1
        self._pending[query.id] = query
        return query

    def answer(self, now: float, bot: Bot, query_id: str, answer: Any) -> None:
        """Answer a query. Raises BotApiError when it is unknown, answered, expired or another bot's."""
        query = self._pending.get(query_id)
        if query is None or query.bot is not bot or query.expires <= now:
            raise bad_request(TOO_OLD)
        del self._pending[query_id]
        if not query.answer.done():
            query.answer.set_result(answer)

    def stop(self) -> None:
        """Release everybody who waits for an answer."""
        for query in self._pending.values():
            query.answer.cancel()
        self._pending.clear()

    def _drop_expired(self, now: float) -> None:
        for query_id, query in list(self._pending.items()):
            if query.expires > now:
                break
            del self._pending[query_id]


async def wait_for_answer(query: PendingQuery, seconds: float) -> Any:
    """Return the answer; None when there is none within `seconds` or the playground stops."""
    done, _ = await asyncio.wait([query.answer], timeout=seconds)
    return query.answer.result() if done and not query.answer.cancelled() else None
