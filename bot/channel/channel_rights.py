"""Ask Telegram for a channel by its id or @username, and whether the bot can post in it.

The bot needs only the right to post. With this right a bot can also edit and delete its own posts, but no others: see
the methods editMessageText and deleteMessage of the Bot API, and decision 74.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from telegram.error import TelegramError

from bot.model.stored_json import without_surrogates

Json = Mapping[str, Any]
Fetch = Callable[[str, Json], Awaitable[tuple[int, Json]]]

_NEEDED = "can_post_messages"
_SPARE = (
    "can_edit_messages",
    "can_delete_messages",
    "can_promote_members",
    "can_change_info",
    "can_restrict_members",
)
_NOT_FOUND = ("chat not found", "peer_id_invalid", "username_not_occupied", "username_invalid")
_MAX_TITLE = 64  # characters that screens show


class ChannelProblem(StrEnum):
    """The reason why the bot cannot post in a channel. Each value has a phrase with the key `channel.why_{value}`."""

    NOT_FOUND = "not_found"
    NOT_A_CHANNEL = "not_a_channel"
    REMOVED = "removed"  # the bot is no administrator there
    NO_RIGHT = "no_right"  # the bot is an administrator who may not post
    SILENT = "silent"  # Telegram does not answer


@dataclass(frozen=True, slots=True)
class FoundChannel:
    """A channel in which the bot can post. `has_spare_rights` means that the bot has more rights than it needs."""

    chat: int = field(repr=False)
    title: str = field(repr=False)
    username: str = field(repr=False)
    has_spare_rights: bool = False


class ChannelRights:
    """Look up channels and the bot's rights in them.

    `fetch` calls a method of the Bot API and returns the HTTP status and the JSON response. `bot` is the bot's own
    id.
    """

    def __init__(self, fetch: Fetch, bot: int) -> None:
        self._fetch = fetch
        self._bot = bot

    async def find(self, reference: int | str) -> FoundChannel | ChannelProblem:
        """Return the channel with this id or @username, or the reason why the bot cannot post there."""
        chat = await self._ask("getChat", {"chat_id": reference})
        match chat:
            case ChannelProblem():
                return chat
            case {"type": "channel", "id": int(number), "title": str(title)}:
                member = await self._ask("getChatMember", {"chat_id": number, "user_id": self._bot})
                return _problem(member) or _found(number, title, chat, member)
            case _:
                return ChannelProblem.NOT_A_CHANNEL

    async def problem(self, chat: int) -> ChannelProblem | None:
        """Return why the bot cannot post in the channel with this id; None if it can."""
        return _problem(await self._ask("getChatMember", {"chat_id": chat, "user_id": self._bot}))

    async def _ask(self, method: str, parameters: Json) -> Json | ChannelProblem:
        try:
            status, response = await self._fetch(method, parameters)
        except TelegramError:
            return ChannelProblem.SILENT
        result = response.get("result")
        if status < 300 and isinstance(result, dict):
            return result
        return _refusal(status, str(response.get("description", "")).lower())


def _refusal(status: int, description: str) -> ChannelProblem:
    if status not in (400, 403):
        return ChannelProblem.SILENT
    return ChannelProblem.NOT_FOUND if any(words in description for words in _NOT_FOUND) else ChannelProblem.REMOVED


def _problem(member: Json | ChannelProblem) -> ChannelProblem | None:
    if isinstance(member, ChannelProblem):
        return member
    if member.get("status") != "administrator":
        return ChannelProblem.REMOVED
    return None if member.get(_NEEDED) is True else ChannelProblem.NO_RIGHT


def _found(number: int, title: str, chat: Json, member: Json | ChannelProblem) -> FoundChannel:
    has_spare = not isinstance(member, ChannelProblem) and any(member.get(right) is True for right in _SPARE)
    title = without_surrogates(title)[:_MAX_TITLE]
    return FoundChannel(number, title, str(chat.get("username") or ""), has_spare)
