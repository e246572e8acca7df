"""Presses and inline queries that wait for the bot's answer, each for as long as Telegram lets them."""

import asyncio
from dataclasses import dataclass
from typing import Any

from playground.errors import bad
from playground.world.model import Bot

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(eq=False, slots=True)
class Question:
    id: str
    bot: Bot
    expires: float
    answer: "asyncio.Future[Any]"


class Questions:
    """Questions of one sort. An answer counts once and in time."""

    def __init__(self, lives: float, first_id: int) -> None:
        self._lives = lives
        self._next_id = first_id
        self._open: dict[str, Question] = {}

    def ask(self, now: float, bot: Bot) -> Question:
        self._forget(now)
        question = Question(str(self._next_id), bot, now + self._lives, asyncio.get_running_loop().create_future())
        self._next_id += 1
        self._open[question.id] = question
        return question

    def answer(self, now: float, bot: Bot, query: str, answer: Any) -> None:
        """Raises Telegram's error when nobody waits for this any more."""
        question = self._open.get(query)
        if question is None or question.bot is not bot or question.expires <= now:
            raise bad(TOO_OLD)
        del self._open[query]
        if not question.answer.done():
            question.answer.set_result(answer)

    def stop(self) -> None:
        for question in self._open.values():
            question.answer.cancel()
        self._open.clear()

    def _forget(self, now: float) -> None:
        for query, question in list(self._open.items()):
            if question.expires > now:
                break
            del self._open[query]


async def answered(question: Question, patience: float) -> Any:
    """The answer, or None when there is none within `patience` seconds or the box stops."""
    done, _ = await asyncio.wait([question.answer], timeout=patience)
    return question.answer.result() if done and not question.answer.cancelled() else None
