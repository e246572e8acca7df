"""The one list of Bot API methods. A module of `methods/` adds its own with @method; nothing else needs to know."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playground.errors import Flooded, Refused, bad
from playground.methods.support.parameters import Given, number_or_none
from playground.world.model import Bot, Chat
from playground.world.state import State


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one bot."""

    state: State
    bot: Bot
    given: Given

    def now(self) -> float:
        return self.state.clock()

    def pace(self, chat: int | None, paid: bool = False) -> None:
        """Takes one message to `chat` out of the bot's budget, or raises Telegram's 429."""
        if self.bot.floods and (seconds := self.bot.floods.spend(self.state.clock(), chat, paid)):
            raise Flooded(seconds)


@dataclass(frozen=True, slots=True)
class Method:
    """`parameters` are those that the box heeds; Telegram ignores unknown ones, and so does the box."""

    name: str
    parameters: tuple[str, ...]
    run: Callable[[Call], Any]
    waits: bool  # whether `run` is a coroutine function


METHODS: dict[str, Method] = {}  # by name in lower case: Telegram does not mind the case
_Function = Callable[[Call], Any] | Callable[[Call], Awaitable[Any]]


def method(name: str, parameters: str = "") -> Callable[[_Function], _Function]:
    """Registers a function as the method `name`. It returns the result as JSON, or raises Refused."""

    def register(run: _Function) -> _Function:
        METHODS[name.lower()] = Method(name, tuple(parameters.split()), run, inspect.iscoroutinefunction(run))
        return run

    return register


def chat_id(given: Given) -> int:
    """The number in chat_id. The box has no public usernames of chats."""
    value = given.get("chat_id")
    if value is None or value == "":
        raise bad("chat_id is empty")
    number = number_or_none(value)
    if number is None:
        raise bad("chat not found")
    return number


def chat_of(call: Call) -> Chat:
    chat = call.state.chat_of_bot(call.bot, chat_id(call.given))
    if chat is None:
        raise bad("chat not found")
    return chat


def admit(chat: Chat) -> None:
    """Raises Telegram's 403 when the bot may not write here."""
    if chat.person is None:
        return
    if chat.person.deactivated:
        raise Refused(403, "user is deactivated")
    if chat.blocked:
        raise Refused(403, "bot was blocked by the user")
    if not chat.started:
        raise Refused(403, "bot can't initiate conversation with a user")
