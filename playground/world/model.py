"""Who and what is in the box: people, bots, chats, messages."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from playground.world.bot_profile import Profile
from playground.world.flood_limits import Floods, Stars
from playground.world.update_queue import Queue

Json = dict[str, Any]


class Kind(Enum):
    PRIVATE = "private"
    GROUP = "group"
    SAVED = "saved"


class Guise(Enum):
    """As whom a person's message stands in a group, when it is not themselves."""

    ANONYMOUS_ADMIN = "anonymous_admin"  # the group itself
    CHANNEL = "channel"  # a channel of theirs
    AUTOMATIC_FORWARD = "automatic_forward"  # a post that the linked channel forwards into its group


@dataclass(eq=False, slots=True)
class Person:
    """Somebody with a Telegram app. `deactivated` is an account that was deleted."""

    id: int
    first_name: str
    language_code: str
    admin: bool = False
    deactivated: bool = False


@dataclass(eq=False, slots=True)
class Bot:
    """`floods` is None when the box does not pace it; `inline_feedback` is BotFather's /setinlinefeedback."""

    id: int
    token: str
    username: str
    first_name: str
    floods: Floods | None
    queue: Queue
    stars: Stars
    profile: Profile = field(default_factory=Profile)
    inline_feedback: bool = False


@dataclass(eq=False, slots=True)
class Message:
    """`content` holds the Bot API's fields (text, entities, photo, ...); `reply_to` is a message id of the chat."""

    id: int
    chat: "Chat"
    sender: Person | Bot
    date: int
    content: Json
    markup: Json | None = None
    reply_to: int | None = None
    via: Bot | None = None
    inline_id: str | None = None
    edited: int | None = None
    silent: bool = False  # sent without a sound
    thread: int | None = None  # the topic of a forum; None for General, and everywhere else
    guise: Guise | None = None


@dataclass(eq=False, slots=True)
class Chat:
    """A private chat is one object with two ids: the person's for the bot, the bot's for the person.

    `read` and `cleared` hold, for a person, the last message that they have read or wiped from their view.
    A supergroup that is a forum has `topics`: the ids of those in which somebody has written.
    """

    kind: Kind
    id: int  # as bots see it
    title: str
    person: Person | None = None
    bot: Bot | None = None
    started: bool = False
    blocked: bool = False
    last_bot: Bot | None = None  # the bot that spoke last: it gets a group's bare commands
    from_bots: int = 0  # messages that bots sent here
    supergroup: bool = False
    forum: bool = False
    topics: set[int] = field(default_factory=set)
    messages: dict[int, Message] = field(default_factory=dict)
    read: dict[int, int] = field(default_factory=dict)
    cleared: dict[int, int] = field(default_factory=dict)

    def seen_by(self, person: Person) -> list[Message]:
        """The messages that `person` sees, oldest first."""
        wiped = self.cleared.get(person.id, 0)
        return [message for message in self.messages.values() if message.id > wiped]

    def unread_by(self, person: Person) -> int:
        """Their own are never among them: who writes has read."""
        read = max(self.read.get(person.id, 0), self.cleared.get(person.id, 0))
        return sum(number > read for number in self.messages)
