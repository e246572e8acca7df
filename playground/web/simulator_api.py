"""The box's own API, /box/: what the web chat and the tests do as people, and what they may see."""

import base64
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from playground.errors import Mistake
from playground.messages.uploads import Upload
from playground.people import user_actions, user_edits, user_messages
from playground.world import views
from playground.world.bot_profile import group_scopes, private_scopes, told, two_letters
from playground.world.model import Bot, Chat, Guise, Kind, Message, Person
from playground.world.state import State

Json = dict[str, Any]
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: `given` is the query string or the JSON body, `chat_id` the CHAT of the path."""

    state: State
    given: Mapping[str, Any]
    chat_id: int | None

    def person(self) -> Person:
        number = self.whole("person")
        if number not in self.state.people:
            raise Mistake(f"There is no person {number}: GET /box/people lists them.", 404)
        return self.state.people[number]

    def chat(self) -> Chat:
        number = self.whole("chat") if self.chat_id is None else self.chat_id
        return self.state.chat_of_person(self.person(), number)

    def bot(self) -> Bot:
        number = self.whole("bot")
        if number not in self.state.bots:
            raise Mistake(f"There is no bot {number}: GET /box/bots lists them.", 404)
        return self.state.bots[number]

    def message(self) -> Message:
        number, chat = self.whole("message_id"), self.chat()
        if number not in {message.id for message in chat.seen_by(self.person())}:
            raise Mistake(f"There is no message {number} in this chat.", 404)
        return chat.messages[number]

    def whole(self, name: str, default: int | None = None) -> int:
        value = self.given.get(name, default)
        try:
            return int(str(value))
        except ValueError:
            raise Mistake(f'"{name}" is to be a whole number, not {value!r}.') from None

    def text(self, name: str, default: str | None = None) -> str:
        value = self.given.get(name, default)
        if not isinstance(value, str):
            raise Mistake(f'"{name}" is to be a text, not {value!r}.')
        return value

    def flag(self, name: str) -> bool:
        value = self.given.get(name)
        if not isinstance(value, bool):
            raise Mistake(f'"{name}" is to be true or false, not {value!r}.')
        return value


Handler = Callable[[Ask], Json] | Callable[[Ask], Awaitable[Json]]


def people(ask: Ask) -> Json:
    return {"people": [_person(ask.state, person) for person in ask.state.people.values()]}


def add_person(ask: Ask) -> Json:
    name, language = ask.text("first_name").strip(), ask.text("language_code")
    if not 1 <= len(name) <= 64:
        raise Mistake(f'"first_name" is to hold 1 to 64 characters, not {len(name)}.')
    if not _TAG.fullmatch(language):
        raise Mistake(f'"language_code" is to be a language tag such as en, fa or ps, not {language!r}.')
    return _person(ask.state, ask.state.add_person(name, language))


def bots(ask: Ask) -> Json:
    return {"bots": [_bot(bot) for bot in ask.state.bots.values()]}


def chats(ask: Ask) -> Json:
    person = ask.person()
    return {"chats": [_listed(chat, person) for chat in ask.state.chats_of(person)]}


def messages(ask: Ask) -> Json:
    person = ask.person()
    return {"messages": [views.message_for_person(message, person) for message in ask.chat().seen_by(person)]}


def profile(ask: Ask) -> Json:
    """What the app shows of the chat's bot; of the group, the commands of all its bots; of Saved Messages nothing."""
    person, chat = ask.person(), ask.chat()
    language = two_letters(person.language_code)
    if chat.bot:
        said = chat.bot.profile
        return {
            "name": views.name(chat.bot, person),
            "description": told(said.descriptions, language),
            "short_description": told(said.short_descriptions, language),
            "commands": said.commands_for(private_scopes(person.id), language),
            "menu_button": said.menu_button(chat.id)["type"],
        }
    commands: list[Json] = []
    for bot in ask.state.bots.values() if chat.kind is Kind.GROUP else ():
        commands += bot.profile.commands_for(group_scopes(chat.id, person.id, person.admin), language)
    return {
        "name": chat.title,
        "description": "",
        "short_description": "",
        "commands": commands,
        "menu_button": "default",
    }


def send(ask: Ask) -> Json:
    person, chat = ask.person(), ask.chat()
    reply_to = ask.whole("reply_to") if ask.given.get("reply_to") is not None else None
    if "kind" in ask.given:
        message = user_messages.share(ask.state, person, chat, _shared(ask, reply_to))
    else:
        said, entities = ask.text("text"), ask.given.get("entities")
        shown = user_messages.shown_fields(ask.given)
        message = user_messages.say(ask.state, person, chat, said, reply_to, entities, shown, **_standing(ask))
    return views.message_for_person(message, person)


def _standing(ask: Ask) -> Json:
    """Return where a message stands and as whom: its topic, and the guise it is sent in."""
    thread = ask.whole("message_thread_id") if ask.given.get("message_thread_id") is not None else None
    if "guise" not in ask.given:
        return {"thread": thread}
    guises = {guise.value: guise for guise in Guise}
    if (name := ask.text("guise")) not in guises:
        raise Mistake(f'"guise" is to be one of {", ".join(guises)}, not {name!r}.')
    return {"thread": thread, "guise": guises[name]}


def edit(ask: Ask) -> Json:
    person, message = ask.person(), ask.message()
    user_edits.edit(ask.state, person, message, ask.text("text"), ask.given.get("entities"))
    return views.message_for_person(message, person)


def group(ask: Ask) -> Json:
    """Makes the group a supergroup, and a forum with topics or none."""
    chat = ask.chat()
    user_actions.convert(ask.state, chat, is_forum=ask.flag("forum"))
    return views.chat_for_person(chat, ask.person())


def _shared(ask: Ask, reply_to: int | None) -> user_messages.Shared:
    return user_messages.Shared(
        kind=ask.text("kind"),
        caption=ask.text("caption", ""),
        entities=ask.given.get("entities"),
        upload=_upload(ask) if ask.given.get("content") is not None else None,
        spoiler=bool(ask.given.get("has_spoiler")),
        reply_to=reply_to,
        caption_above=bool(ask.given.get("show_caption_above_media")),
        cover=bool(ask.given.get("cover")),
        starts_at=ask.whole("start_timestamp", 0),
        extra=user_messages.extra_fields(ask.given),
    )


def _upload(ask: Ask) -> Upload:
    try:
        data = base64.b64decode(ask.text("content"), validate=True)
    except ValueError:
        raise Mistake('"content" is to be base64.') from None
    return Upload(ask.text("file_name", "file"), ask.text("mime_type", ""), data)


def start(ask: Ask) -> Json:
    person = ask.person()
    return views.message_for_person(
        user_messages.start(ask.state, person, ask.chat(), ask.text("payload", "")), person
    )


async def press(ask: Ask) -> Json:
    message = ask.message()
    answer = await user_actions.press(
        ask.state, ask.person(), ask.chat(), message, ask.whole("row"), ask.whole("column")
    )
    return {"answer": answer}


def read(ask: Ask) -> Json:
    user_actions.read(ask.state, ask.person(), ask.chat())
    return {}


def block(ask: Ask) -> Json:
    user_actions.block(ask.state, ask.person(), ask.chat(), ask.flag("blocked"))
    return {}


def clear(ask: Ask) -> Json:
    user_actions.clear(ask.state, ask.person(), ask.chat())
    return {}


async def inline(ask: Ask) -> Json:
    asked = ask.text("query"), ask.text("offset", "")
    return await user_actions.ask_inline(ask.state, ask.person(), ask.bot(), ask.chat(), *asked)


def choose(ask: Ask) -> Json:
    person = ask.person()
    message = user_actions.choose(ask.state, person, ask.chat(), ask.text("id"), ask.text("result_id"))
    return views.message_for_person(message, person)


def faults(ask: Ask) -> Json:
    return {"faults": ask.state.faults.listed()}


def set_faults(ask: Ask) -> Json:
    ask.state.faults.replace(ask.given.get("faults"))
    return faults(ask)


def calls(ask: Ask) -> Json:
    return {"calls": ask.state.calls.since(ask.whole("since", 0)), "next": ask.state.calls.count}


def received(ask: Ask) -> Json:
    return asdict(ask.state.quiet.tally(ask.whole("from", 0), ask.whole("to", 2**52)))


def reset(ask: Ask) -> Json:
    ask.state.reset()
    return {}


ROUTES: dict[tuple[str, str], Handler] = {
    ("GET", "people"): people,
    ("POST", "people"): add_person,
    ("GET", "bots"): bots,
    ("GET", "chats"): chats,
    ("GET", "chats/CHAT/messages"): messages,
    ("GET", "chats/CHAT/profile"): profile,
    ("POST", "chats/CHAT/send"): send,
    ("POST", "chats/CHAT/edit"): edit,
    ("POST", "chats/CHAT/group"): group,
    ("POST", "chats/CHAT/start"): start,
    ("POST", "chats/CHAT/press"): press,
    ("POST", "chats/CHAT/read"): read,
    ("POST", "chats/CHAT/block"): block,
    ("POST", "chats/CHAT/clear"): clear,
    ("POST", "inline"): inline,
    ("POST", "inline/choose"): choose,
    ("GET", "faults"): faults,
    ("POST", "faults"): set_faults,
    ("GET", "calls"): calls,
    ("GET", "received"): received,
    ("POST", "reset"): reset,
}


def route(verb: str, path: str) -> tuple[Handler, int | None]:
    """The handler for a path below /box/, and the chat that the path names."""
    chat = re.fullmatch(r"chats/(-?\d{1,18})/(\w+)", path)
    shape = f"chats/CHAT/{chat[2]}" if chat else path
    handler = ROUTES.get((verb, shape))
    if handler is None:
        raise Mistake(f"The box has no {verb} /box/{path}: playground/README.md lists what it has.", 404)
    return handler, int(chat[1]) if chat else None


def _person(state: State, person: Person) -> Json:
    return {
        "id": person.id,
        "first_name": person.first_name,
        "language_code": person.language_code,
        "admin": person.admin,
        "unread": sum(chat.unread_by(person) for chat in state.chats_of(person)),
    }


def _bot(bot: Bot) -> Json:
    return {name: value for name, value in views.user(bot).items() if name != "is_bot"}


def _listed(chat: Chat, person: Person) -> Json:
    seen = chat.seen_by(person)
    shown = views.chat_for_person(chat, person)
    return {
        "id": shown["id"],
        "type": chat.kind.value,
        "title": views.name(chat.bot, person) if chat.bot else chat.title,
        "bot": {"id": chat.bot.id, "username": chat.bot.username} if chat.bot else None,
        "unread": chat.unread_by(person),
        "last": views.message_for_person(seen[-1], person) if seen else None,
        "started": bool(chat.bot is None or (chat.started and seen)),
        "blocked": chat.blocked,
    }
