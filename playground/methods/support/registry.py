"""The list of Bot API methods. A module of `methods/` adds a method with the decorator `@method`."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playground.errors import BotApiError, TooManyRequests, bad_request
from playground.methods.support.parameters import Parameters, integer_or_none
from playground.world.model import Bot, Chat
from playground.world.state import PlaygroundState


@dataclass(frozen=True, slots=True)
class MethodCall:
    """One call of a Bot API method by a bot."""

    state: PlaygroundState
    bot: Bot
    parameters: Parameters

    def now(self) -> float:
        """Return the playground's time in Unix seconds."""
        return self.state.clock()

    def count_message(self, chat: int | None, is_paid: bool = False) -> None:
        """Count a message to `chat` (None: an edit) against the bot's flood limits. Raises TooManyRequests."""
        limits = self.bot.flood_limits
        if limits and (seconds := limits.spend(self.state.clock(), chat, is_paid)):
            raise TooManyRequests(seconds)


@dataclass(frozen=True, slots=True)
class Method:
    """A Bot API method. `parameters` are the names that it reads; any others are ignored, as on Telegram."""

    name: str
    parameters: tuple[str, ...]
    function: Callable[[MethodCall], Any]
    is_async: bool


METHODS: dict[str, Method] = {}  # keyed by lower-case name: Telegram ignores the case
_Function = Callable[[MethodCall], Any] | Callable[[MethodCall], Awaitable[Any]]


def method(name: str, parameters: str = "") -> Callable[[_Function], _Function]:
    """Register a function as the Bot API method `name`.

    `parameters` are the names that it reads, separated by spaces. The function returns the result as JSON, or raises
    BotApiError.
    """

    def register(function: _Function) -> _Function:
        is_async = inspect.iscoroutinefunction(function)
        METHODS[name.lower()] = Method(name, tuple(parameters.split()), function, is_async)
        return function

    return register


def chat_id(parameters: Parameters) -> int:
    """Return the number in chat_id. Raises BotApiError for a @username: chats of the playground have none."""
    value = parameters.get("chat_id")
    if value is None or value == "":
        raise bad_request("chat_id is empty")
    number = integer_or_none(value)
    if number is None:
        raise bad_request("chat not found")
    return number


def find_chat(call: MethodCall) -> Chat:
    """Return the chat in chat_id as the bot knows it. Raises BotApiError when there is none."""
    chat = call.state.chat_of_bot(call.bot, chat_id(call.parameters))
    if chat is None:
        raise bad_request("chat not found")
    return chat


def check_may_write(chat: Chat) -> None:
    """Raise Telegram's 403 when the bot may not write to this chat."""
    if chat.person is None:
        return
    if chat.person.is_deactivated:
        raise BotApiError(403, "user is deactivated")
    if chat.is_blocked:
        raise BotApiError(403, "bot was blocked by the user")
    if not chat.is_started:
        raise BotApiError(403, "bot can't initiate conversation with a user")
