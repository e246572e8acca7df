"""Define the data of the playground: users, bots, chats and messages, with the field names of the Bot API."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from playground.world.bot_profile import BotProfile
from playground.world.flood_limits import FloodLimits, StarBalance
from playground.world.update_queue import UpdateQueue

Json = dict[str, Any]


class ChatType(Enum):
    """The type of a chat, as the simulator API names it. A supergroup is a GROUP with `Chat.is_supergroup`."""

    PRIVATE = "private"  # a person and a bot
    GROUP = "group"
    SAVED = "saved"  # a person's Saved Messages
    CHANNEL = "channel"  # in which bots with the right to post write, and everybody reads


class SendAs(Enum):
    """The identities under which a person can send a message to a group, as with Telegram's menu "Send as"."""

    ANONYMOUS_ADMIN = "anonymous_admin"  # the group itself
    CHANNEL = "channel"  # a channel of the person
    AUTOMATIC_FORWARD = "automatic_forward"  # a post of the linked channel, forwarded by Telegram


@dataclass(eq=False, slots=True)
class User:
    """A person with a Telegram account. Bots are not users here: see `Bot`."""

    id: int
    first_name: str
    language_code: str
    is_admin: bool = False
    is_deactivated: bool = False  # the account was deleted


@dataclass(eq=False, slots=True)
class Bot:
    """A bot account with its updates, Stars and profile. `flood_limits` is None when limits are switched off."""

    id: int
    token: str
    username: str
    first_name: str
    flood_limits: FloodLimits | None
    queue: UpdateQueue
    stars: StarBalance
    profile: BotProfile = field(default_factory=BotProfile)
    has_inline_feedback: bool = False  # BotFather's /setinlinefeedback
    has_guest_mode: bool = False  # BotFather's setting: the bot gets mentions in chats of which it is not a member


@dataclass(eq=False, slots=True)
class Message:
    """A message of a chat.

    `content` has the fields of its content in the Bot API: text, entities, photo, caption, …
    """

    id: int
    chat: "Chat"
    sender: User | Bot
    date: int
    content: Json
    reply_markup: Json | None = None
    reply_to: int | None = None  # the id of a message of the chat
    via_bot: Bot | None = None
    inline_message_id: str | None = None
    edit_date: int | None = None
    is_silent: bool = False  # sent with disable_notification
    message_thread_id: int | None = None  # the forum topic; None for General, and outside of forums
    send_as: SendAs | None = None
    receiver: User | Bot | None = None  # of an ephemeral message, which only this user and the sender see
    guest_caller: User | None = None  # whose mention a bot answers in a chat of which it is not a member

    def is_seen_by(self, person: User) -> bool:
        """Return whether a person who is a member of the chat sees the message.

        Ephemeral messages are seen by one person only.
        """
        return self.receiver is None or person in (self.receiver, self.sender)


@dataclass(eq=False, slots=True)
class Chat:
    """A chat with its messages.

    A private chat has two ids. For the bot, the chat id is the person's id; for the person, it is the bot's id.
    `read` maps user id to the id of the last message that this user has read. `cleared` maps user id to the id of
    the last message that this user has removed from their own view.
    """

    type: ChatType
    id: int  # for bots
    title: str
    person: User | None = None
    bot: Bot | None = None
    is_started: bool = False
    is_blocked: bool = False
    last_bot: Bot | None = None  # the bot that wrote last: it receives a group's commands without @username
    from_bots: int = 0  # messages that bots have sent
    is_supergroup: bool = False
    is_forum: bool = False
    topics: set[int] = field(default_factory=set)  # ids of the forum topics in which somebody has written
    messages: dict[int, Message] = field(default_factory=dict)
    read: dict[int, int] = field(default_factory=dict)
    cleared: dict[int, int] = field(default_factory=dict)
    username: str = ""  # of a channel
    bot_rights: frozenset[str] | None = None  # of bots as administrators of a channel; None if they are none

    def seen_by(self, person: User) -> list[Message]:
        """Return the messages that a person sees and has not removed from their view, oldest first."""
        cleared = self.cleared.get(person.id, 0)
        return [message for message in self.messages.values() if message.id > cleared and message.is_seen_by(person)]

    def unread_by(self, person: User) -> int:
        """Return the number of messages that a person has not read. Sending a message marks all as read."""
        read = max(self.read.get(person.id, 0), self.cleared.get(person.id, 0))
        return sum(message.id > read and message.is_seen_by(person) for message in self.messages.values())
