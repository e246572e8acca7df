"""Keep the state of the playground, all in memory: bots, people, chats, messages, files and queues."""

from typing import Any

from playground.errors import SimulatorError
from playground.messages.files import FileStore
from playground.settings import ADMINS, CHANNEL, GROUP, PEOPLE, BotAccount, PlaygroundSettings
from playground.world import views
from playground.world.bulk_users import BulkUsers
from playground.world.call_log import CallLog
from playground.world.event_streams import EventStreams
from playground.world.faults import Faults
from playground.world.flood_limits import FloodLimits, StarBalance
from playground.world.inline_answers import InlineAnswers
from playground.world.model import Bot, Chat, ChatType, Message, User
from playground.world.pending_queries import PendingQueries
from playground.world.update_queue import CALLBACK_QUERY_SECONDS, INLINE_QUERY_SECONDS, UpdateQueue

Json = dict[str, Any]
MAX_CHAT_MESSAGES = 1000  # stored in a chat; the oldest are dropped first
MAY_POST = "can_post_messages"  # in the channel
MAX_PEOPLE = 1000  # with chats of their own; load tests use bulk users


class PlaygroundState:
    """The whole state of one running playground. `clock` returns Unix time; tests can replace it by a fixed time."""

    def __init__(self, settings: PlaygroundSettings) -> None:
        self.settings = settings
        self.clock = settings.clock
        self.bots = {bot.id: bot for bot in map(self._bot, settings.bot_accounts())}
        self.bot_of_token = {bot.token: bot for bot in self.bots.values()}
        self.files = FileStore()
        self.bulk_users = BulkUsers(settings.bulk_users, settings.first_bulk_user_id)
        self.calls = CallLog()
        self.faults = Faults(settings.seed)
        self.event_streams = EventStreams()
        self.callback_queries = PendingQueries(CALLBACK_QUERY_SECONDS, 4_000_000_000_000_001)
        self.inline_queries = PendingQueries(INLINE_QUERY_SECONDS, 5_000_000_000_000_001)
        self._next_message = 1
        self._create_people_and_chats()

    def reset(self) -> None:
        """Restore the initial people with empty chats, and drop all updates and counts of messages.

        Profiles of bots stay, and so do files, so that bots can still send them by file id. Message ids and update
        ids continue, and do not start again.
        """
        for bot in self.bots.values():
            bot.queue.clear()
            bot.stars = StarBalance()
            bot.flood_limits = self._flood_limits(bot.stars)
        self.bulk_users.reset()
        self._create_people_and_chats()
        self.event_streams.publish_to_all({"type": "people"})

    def stop(self) -> None:
        """End all HTTP requests that wait for updates, for answers of bots or for events.

        Call this when the server stops.
        """
        for bot in self.bots.values():
            bot.queue.stop()
        self.callback_queries.stop()
        self.inline_queries.stop()
        self.event_streams.stop()

    # People

    def add_person(self, first_name: str, language_code: str) -> User:
        """Add and return a person with a new id. Raises SimulatorError when there are MAX_PEOPLE already."""
        if len(self.people) >= MAX_PEOPLE:
            raise SimulatorError(
                f"The playground holds {MAX_PEOPLE} people: start it with --bulk-users N for N bulk users."
            )
        taken = self.people.keys() | self.bots.keys()
        number = next(
            n for n in range(max(self.people) + 1, 2**52) if n not in taken and n not in self.bulk_users.ids
        )
        person = self.people[number] = User(number, first_name, language_code)
        self.event_streams.publish_to_all({"type": "people"})
        return person

    def received(self, chat: int) -> int:
        """Return how many messages bots have sent to the chat with this id, including deleted messages."""
        if chat in self.bulk_users.ids:
            return self.bulk_users.received(chat)
        return sum(known.from_bots for known in self._chats.values() if known.id == chat)

    def messages(self, chat: int, bot: Bot | None = None) -> list[Json]:
        """Return the messages of a chat as JSON objects of the Bot API. `chat` is the id under which `bot` knows it.

        By default, `bot` is the first bot of the settings. An unknown chat has no messages.
        """
        bot = bot or next(iter(self.bots.values()))
        known = self.chat_of_bot(bot, chat)
        return [views.message_for_bot(message, bot) for message in known.messages.values()] if known else []

    # Chats

    def chat_of_bot(self, bot: Bot, chat: int) -> Chat | None:
        """Return the chat that a bot knows by the id `chat`: the group, the channel or a private chat.

        None if there is none.
        """
        if chat in (GROUP[0], CHANNEL[0]):
            return self._chats[chat, 0]
        person = self.people.get(chat)
        return self.private_chat(bot, person) if person else None

    def chat_of_person(self, person: User, chat: int) -> Chat:
        """Return the chat that a person knows by the id `chat`: group, channel, a bot's chat, or Saved Messages.

        Raises SimulatorError when the person has no such chat.
        """
        if chat in (GROUP[0], CHANNEL[0]):
            return self._chats[chat, 0]
        if chat == person.id:
            return self._chat((person.id, person.id), Chat(ChatType.SAVED, person.id, "Saved Messages", person))
        if chat in self.bots:
            return self.private_chat(self.bots[chat], person)
        raise SimulatorError(
            f"{person.first_name} has no chat {chat}: GET /box/chats?person={person.id} lists their chats.", 404
        )

    def private_chat(self, bot: Bot, person: User) -> Chat:
        """Return the private chat of a bot and a person, even if the person has not pressed Start yet."""
        return self._chat((bot.id, person.id), Chat(ChatType.PRIVATE, person.id, person.first_name, person, bot))

    def chats_of(self, person: User) -> list[Chat]:
        """Return a person's chats with all bots, the group, Saved Messages, and the channel if bots have posted."""
        channels = (CHANNEL[0],) if self.channel.from_bots else ()
        return [self.chat_of_person(person, chat) for chat in (*self.bots, GROUP[0], *channels, person.id)]

    def viewers_of(self, chat: Chat) -> list[User]:
        """Return the people who see a chat: everybody for the group and the channel, one person for others."""
        return [chat.person] if chat.person else list(self.people.values())

    # Messages

    def new_message_id(self) -> int:
        """Return a new message id, which no other message of any chat has."""
        number = self._next_message
        self._next_message += 1
        return number

    def add_message(self, message: Message) -> None:
        """Add a message to its chat, and show it in open web chats.

        If the chat then has more than MAX_CHAT_MESSAGES messages, drop the oldest one.
        """
        chat = message.chat
        chat.messages[message.id] = message
        if message.inline_message_id:
            self.inline_messages[message.inline_message_id] = message
        if len(chat.messages) > MAX_CHAT_MESSAGES:
            self._drop(chat.messages[next(iter(chat.messages))])
        if isinstance(message.sender, User):
            chat.read[message.sender.id] = message.id
        else:
            chat.from_bots += 1
        self._publish("message", message)

    def edit_message(self, message: Message, content: Json, reply_markup: Json | None) -> None:
        """Replace the content and inline keyboard of a message, and show the change in open web chats.

        Without `reply_markup`, the message has no keyboard afterwards.
        """
        message.content, message.reply_markup, message.edit_date = content, reply_markup, int(self.clock())
        self._publish("edited", message)

    def delete_messages(self, messages: list[Message]) -> None:
        """Delete messages of one chat, and remove them from the open web chats."""
        for message in messages:
            self._drop(message)
        for person in self.viewers_of(messages[0].chat) if messages else []:
            ids = [message.id for message in messages]
            chat = views.chat_for_person(messages[0].chat, person)["id"]
            self.event_streams.publish(person.id, {"type": "deleted", "chat": chat, "message_ids": ids})

    def announce_chat_change(self, chat: Chat, person: User) -> None:
        """Notify a person's open web chats that `chat` changed in another way than by a message.

        For example, it was read, cleared or blocked.
        """
        self.event_streams.publish(person.id, {"type": "chat", "chat": views.chat_for_person(chat, person)["id"]})

    def _publish(self, event_type: str, message: Message) -> None:
        for person in self.viewers_of(message.chat):
            if message.is_seen_by(person) and self.event_streams.has_listeners(person.id):
                view = views.message_for_person(message, person)
                event = {"type": event_type, "chat": view["chat"]["id"], "message": view}
                self.event_streams.publish(person.id, event)

    def _drop(self, message: Message) -> None:
        message.chat.messages.pop(message.id, None)
        if message.inline_message_id:
            self.inline_messages.pop(message.inline_message_id, None)

    def _create_people_and_chats(self) -> None:
        self.people = {number: User(number, name, code, number in ADMINS) for number, name, code in PEOPLE}
        self.group = Chat(ChatType.GROUP, *GROUP)
        number, title, username = CHANNEL
        self.channel = Chat(ChatType.CHANNEL, number, title, username=username, bot_rights=frozenset({MAY_POST}))
        self._chats: dict[tuple[int, int], Chat] = {(GROUP[0], 0): self.group, (number, 0): self.channel}
        self.inline_messages: dict[str, Message] = {}
        self.inline_answers = InlineAnswers()
        self.guest_queries: dict[str, tuple[Bot, Message]] = {}  # mentions without an answer

    def _chat(self, member_ids: tuple[int, int], new_chat: Chat) -> Chat:
        """Return the chat with these two member ids. If there is none, add `new_chat` and return it."""
        return self._chats.setdefault(member_ids, new_chat)

    def _bot(self, account: BotAccount) -> Bot:
        stars = StarBalance()
        return Bot(
            account.id,
            account.token,
            account.username,
            first_name="Declaration bot",
            flood_limits=self._flood_limits(stars),
            queue=UpdateQueue(first_update_id=100_000_001),
            stars=stars,
        )

    def _flood_limits(self, stars: StarBalance) -> FloodLimits | None:
        return FloodLimits(self.settings.rate, stars) if self.settings.has_flood_limits else None
