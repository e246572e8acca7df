"""Keep the list of Bot API methods. The modules of `methods/` add to it with the decorator `@method`."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playground.errors import BotApiError, TooManyRequests, bad_request
from playground.methods.support.parameters import Parameters, integer_or_none
from playground.settings import CHANNEL
from playground.world.model import Bot, Chat, ChatType
from playground.world.state import MAY_POST, PlaygroundState


@dataclass(frozen=True, slots=True)
class MethodCall:
    """One call of a Bot API method: the calling bot, the parameters, and the state of the playground."""

    state: PlaygroundState
    bot: Bot
    parameters: Parameters

    def now(self) -> float:
        """Return the time of the playground's clock in Unix seconds."""
        return self.state.clock()

    def count_message(self, chat: int | None, is_paid: bool = False) -> None:
        """Count a message to the chat id `chat`, or an edit if `chat` is None, for the bot's flood limits.

        A message that `is_paid` with Stars has a higher limit. Raises TooManyRequests when a limit is exceeded.
        """
        limits = self.bot.flood_limits
        if limits and (seconds := limits.spend(self.state.clock(), chat, is_paid)):
            raise TooManyRequests(seconds)


@dataclass(frozen=True, slots=True)
class Method:
    """A Bot API method and the function that carries it out.

    `parameters` are the names of the parameters that it reads. It ignores all others, as Telegram does.
    """

    name: str
    parameters: tuple[str, ...]
    function: Callable[[MethodCall], Any]
    is_async: bool


METHODS: dict[str, Method] = {}  # keyed by lower-case name: Telegram ignores the case
_Function = Callable[[MethodCall], Any] | Callable[[MethodCall], Awaitable[Any]]


def method(name: str, parameters: str = "") -> Callable[[_Function], _Function]:
    """Return a decorator that registers a function as the Bot API method `name`.

    `parameters` are the names of the parameters that the function reads, separated by spaces. The function returns
    the "result" of the response as a JSON value, or raises BotApiError.
    """

    def register(function: _Function) -> _Function:
        is_async = inspect.iscoroutinefunction(function)
        METHODS[name.lower()] = Method(name, tuple(parameters.split()), function, is_async)
        return function

    return register


def chat_id(parameters: Parameters) -> int:
    """Return chat_id as a number. The channel can also be named by its @username.

    Raises BotApiError for any other value.
    """
    value = parameters.get("chat_id")
    if value is None or value == "":
        raise bad_request("chat_id is empty")
    number = CHANNEL[0] if str(value).lower() == f"@{CHANNEL[2]}" else integer_or_none(value)
    if number is None:
        raise bad_request("chat not found")
    return number


def find_chat(call: MethodCall) -> Chat:
    """Return the chat that the calling bot knows by the chat_id of the call. Raises BotApiError if there is none."""
    chat = call.state.chat_of_bot(call.bot, chat_id(call.parameters))
    if chat is None:
        raise bad_request("chat not found")
    return chat


def check_may_write(chat: Chat) -> None:
    """Raise BotApiError if the bot cannot send messages to a chat.

    It cannot write to a person who has not started it or has blocked it, nor post in a channel without the right to.
    """
    if chat.type is ChatType.CHANNEL:
        _check_may_post(chat)
    if chat.person is None:
        return
    if chat.person.is_deactivated:
        raise BotApiError(403, "user is deactivated")
    if chat.is_blocked:
        raise BotApiError(403, "bot was blocked by the user")
    if not chat.is_started:
        raise BotApiError(403, "bot can't initiate conversation with a user")


def _check_may_post(channel: Chat) -> None:
    """Raise BotApiError if bots have no right to post in the channel.

    Bots with this right can also edit and delete their posts.
    """
    if channel.bot_rights is None:
        raise BotApiError(403, "bot is not a member of the channel chat")
    if MAY_POST not in channel.bot_rights:
        raise bad_request("need administrator rights in the channel chat")
