"""The box's world, all in memory: who is there, which chats they have, and what was said."""

from typing import Any

from playground.errors import Mistake
from playground.messages.files import Files
from playground.settings import ADMIN, GROUP, PEOPLE, Settings
from playground.world import views
from playground.world.bulk_users import QuietPeople
from playground.world.call_log import CallLog
from playground.world.event_streams import Feeds
from playground.world.faults import Faults
from playground.world.flood_limits import Floods, Stars
from playground.world.inline_answers import InlineAnswers
from playground.world.model import Bot, Chat, Kind, Message, Person
from playground.world.pending_queries import Questions
from playground.world.update_queue import CALLBACK_SECONDS, INLINE_SECONDS, Queue

Json = dict[str, Any]
CHAT_MESSAGES = 1000  # kept in a chat; the oldest go first
MOST_PEOPLE = 1000  # made by hand; for more there are the quiet ones


class State:
    """`clock` is Unix time; tests may hold it still."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = settings.clock
        self.bots = {bot.id: bot for bot in map(self._bot, settings.bot_settings())}
        self.bot_of_token = {bot.token: bot for bot in self.bots.values()}
        self.files = Files()
        self.quiet = QuietPeople(settings.quiet_people, settings.first_id)
        self.calls = CallLog()
        self.faults = Faults(settings.seed)
        self.feeds = Feeds()
        self.presses = Questions(CALLBACK_SECONDS, 4_000_000_000_000_001)
        self.inline_queries = Questions(INLINE_SECONDS, 5_000_000_000_000_001)
        self._next_message = 1
        self._settle()

    def reset(self) -> None:
        """People, chats and updates back to the beginning. Bots keep what they say about themselves; ids go on, and
        so do files: a bot that uploaded one goes on sending it by its id."""
        for bot in self.bots.values():
            bot.queue.clear()
            bot.stars = Stars()
            bot.floods = self._floods(bot.stars)
        self.quiet.reset()
        self._settle()
        self.feeds.tell_all({"type": "people"})

    def stop(self) -> None:
        """Lets go of everything that waits."""
        for bot in self.bots.values():
            bot.queue.stop()
        self.presses.stop()
        self.inline_queries.stop()
        self.feeds.stop()

    # People

    def add_person(self, first_name: str, language_code: str) -> Person:
        if len(self.people) >= MOST_PEOPLE:
            raise Mistake(f"The box holds {MOST_PEOPLE} people; start it with --quiet-people N for more.")
        taken = self.people.keys() | self.bots.keys()
        number = next(n for n in range(max(self.people) + 1, 2**52) if n not in taken and n not in self.quiet.ids)
        person = self.people[number] = Person(number, first_name, language_code)
        self.feeds.tell_all({"type": "people"})
        return person

    def received(self, chat: int) -> int:
        """How many messages bots have sent to this chat since the beginning, deleted ones too."""
        if chat in self.quiet.ids:
            return self.quiet.received(chat)
        return sum(known.from_bots for known in self._chats.values() if known.id == chat)

    def messages(self, chat: int, bot: Bot | None = None) -> list[Json]:
        """What stands in a chat, by its id for the (first) bot, as the bot sees it."""
        bot = bot or next(iter(self.bots.values()))
        known = self.chat_of_bot(bot, chat)
        return [views.message_for_bot(message, bot) for message in known.messages.values()] if known else []

    # Chats

    def chat_of_bot(self, bot: Bot, chat: int) -> Chat | None:
        if chat == GROUP[0]:
            return self.group
        person = self.people.get(chat)
        return self.private(bot, person) if person else None

    def chat_of_person(self, person: Person, chat: int) -> Chat:
        if chat == GROUP[0]:
            return self.group
        if chat == person.id:
            return self._chat(person.id, person.id, Chat(Kind.SAVED, person.id, "Saved Messages", person))
        if chat in self.bots:
            return self.private(self.bots[chat], person)
        raise Mistake(f"{person.first_name} has no chat {chat}: GET /box/chats?person={person.id} lists theirs.", 404)

    def private(self, bot: Bot, person: Person) -> Chat:
        return self._chat(bot.id, person.id, Chat(Kind.PRIVATE, person.id, person.first_name, person, bot))

    def chats_of(self, person: Person) -> list[Chat]:
        return [self.chat_of_person(person, chat) for chat in (*self.bots, GROUP[0], person.id)]

    def viewers(self, chat: Chat) -> list[Person]:
        return [chat.person] if chat.person else list(self.people.values())

    # Messages

    def new_message_id(self) -> int:
        number = self._next_message
        self._next_message += 1
        return number

    def keep(self, message: Message) -> None:
        """Puts a message into its chat and onto the screens."""
        chat = message.chat
        chat.messages[message.id] = message
        if message.inline_id:
            self.inline_messages[message.inline_id] = message
        if len(chat.messages) > CHAT_MESSAGES:
            self._drop(chat.messages[next(iter(chat.messages))])
        if isinstance(message.sender, Person):
            chat.read[message.sender.id] = message.id
        else:
            chat.from_bots += 1
        self._show("message", message)

    def change(self, message: Message, content: Json, markup: Json | None) -> None:
        message.content, message.markup, message.edited = content, markup, int(self.clock())
        self._show("edited", message)

    def remove(self, messages: list[Message]) -> None:
        for message in messages:
            self._drop(message)
        for person in self.viewers(messages[0].chat) if messages else []:
            ids = [message.id for message in messages]
            chat = views.chat_for_person(messages[0].chat, person)["id"]
            self.feeds.tell(person.id, {"type": "deleted", "chat": chat, "message_ids": ids})

    def touch(self, chat: Chat, person: Person) -> None:
        """Tells a person's open pages that something about a chat changed."""
        self.feeds.tell(person.id, {"type": "chat", "chat": views.chat_for_person(chat, person)["id"]})

    def _show(self, what: str, message: Message) -> None:
        for person in self.viewers(message.chat):
            if self.feeds.listens(person.id):
                seen = views.message_for_person(message, person)
                self.feeds.tell(person.id, {"type": what, "chat": seen["chat"]["id"], "message": seen})

    def _drop(self, message: Message) -> None:
        message.chat.messages.pop(message.id, None)
        if message.inline_id:
            self.inline_messages.pop(message.inline_id, None)

    def _settle(self) -> None:
        self.people = {number: Person(number, name, code, number == ADMIN) for number, name, code in PEOPLE}
        self.group = Chat(Kind.GROUP, *GROUP)
        self._chats: dict[tuple[int, int], Chat] = {(GROUP[0], 0): self.group}
        self.inline_messages: dict[str, Message] = {}
        self.inline_answers = InlineAnswers()

    def _chat(self, one: int, other: int, fresh: Chat) -> Chat:
        return self._chats.setdefault((one, other), fresh)

    def _bot(self, setting: Any) -> Bot:
        queue = Queue(first_id=100_000_001)
        stars = Stars()
        floods = self._floods(stars)
        return Bot(setting.id, setting.token, setting.username, "Declaration bot", floods, queue, stars)

    def _floods(self, stars: Stars) -> Floods | None:
        return None if self.settings.unpaced else Floods(self.settings.rate, stars)
