"""People, bots, chats and messages as Bot API objects: as the bot gets them, and as a person's app shows them."""

from typing import Any

from playground.messages.files import ids_for
from playground.world.bot_profile import told, two_letters
from playground.world.model import Bot, Chat, Guise, Kind, Message, Person

Json = dict[str, Any]
# The users and the channel that Telegram names as the sender of what is sent in a guise.
_ANONYMOUS_ADMIN = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
_CHANNEL_USER = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
_TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
CHANNEL = {"id": -1002777, "type": "channel", "title": "Reading channel"}


def user(who: Person | Bot) -> Json:
    if isinstance(who, Bot):
        name = told(who.profile.names, "") or who.first_name
        return {"id": who.id, "is_bot": True, "first_name": name, "username": who.username}
    return {"id": who.id, "is_bot": False, "first_name": who.first_name, "language_code": who.language_code}


def sender(who: Person | Bot) -> Json:
    """A user who is quoted somewhere: Telegram tells the language only of who acts."""
    told_user = user(who)
    told_user.pop("language_code", None)
    return told_user


def chat_for_bot(chat: Chat) -> Json:
    if chat.person:
        return {"id": chat.id, "type": "private", "first_name": chat.person.first_name}
    if not chat.supergroup:
        return {"id": chat.id, "type": "group", "title": chat.title}
    shown = {"id": chat.id, "type": "supergroup", "title": chat.title}
    return shown | {"is_forum": True} if chat.forum else shown


def chat_for_person(chat: Chat, person: Person) -> Json:
    if chat.kind is Kind.PRIVATE and chat.bot:
        return {
            "id": chat.bot.id,
            "type": "private",
            "first_name": name(chat.bot, person),
            "username": chat.bot.username,
        }
    return chat_for_bot(chat)


def name(bot: Bot, person: Person) -> str:
    return told(bot.profile.names, two_letters(person.language_code)) or bot.first_name


def message_for_bot(message: Message, bot: Bot, acting: bool = False) -> Json:
    """`acting` marks an update about what the sender just did, which tells their language too."""
    who = user(message.sender) if acting and not message.guise else _author(message)
    return _message(message, who, chat_for_bot(message.chat), bot)


def message_for_person(message: Message, person: Person) -> Json:
    """With "out" when they sent it, "edited" when the bot changed it, "silent" when it came without a sound."""
    who = _author(message)
    if isinstance(message.sender, Bot):
        who["first_name"] = name(message.sender, person)
    shown = _message(message, who, chat_for_person(message.chat, person), None)
    if message.sender is person:
        shown["out"] = True
    if message.edited is not None:
        shown["edited"] = True
    if message.silent:
        shown["silent"] = True
    return shown


def _message(message: Message, who: Json, chat: Json, bot: Bot | None, with_reply: bool = True) -> Json:
    """`bot` is whose file ids it tells; people's apps find files by their file_unique_id."""
    shown: Json = {"message_id": message.id, "from": who, "chat": chat, "date": message.date}
    if message.thread is not None:
        shown |= {"message_thread_id": message.thread, "is_topic_message": True}
    shown |= _guise(message, chat)
    if message.edited is not None:
        shown["edit_date"] = message.edited
    if with_reply and (quoted := message.chat.messages.get(message.reply_to or 0)):
        shown["reply_to_message"] = _message(quoted, _author(quoted), chat, bot, with_reply=False)
    if message.via:
        shown["via_bot"] = user(message.via)
    shown |= ids_for(bot.id, message.content) if bot else message.content
    if message.markup:
        shown["reply_markup"] = message.markup
    return shown


def _author(message: Message) -> Json:
    """Return the user that Telegram names as the sender of a message that is shown."""
    match message.guise:
        case None:
            return sender(message.sender)
        case Guise.ANONYMOUS_ADMIN:
            return _ANONYMOUS_ADMIN.copy()
        case Guise.CHANNEL:
            return _CHANNEL_USER.copy()
        case Guise.AUTOMATIC_FORWARD:
            return _TELEGRAM.copy()


def _guise(message: Message, chat: Json) -> Json:
    """Return the fields of a message that was sent on behalf of a chat."""
    match message.guise:
        case None:
            return {}
        case Guise.ANONYMOUS_ADMIN:
            return {"sender_chat": chat}
        case Guise.CHANNEL:
            return {"sender_chat": CHANNEL}
        case Guise.AUTOMATIC_FORWARD:
            origin = {"type": "channel", "chat": CHANNEL, "message_id": message.id, "date": message.date}
            return {"sender_chat": CHANNEL, "is_automatic_forward": True, "forward_origin": origin}
