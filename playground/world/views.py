"""Convert users, chats and messages to JSON objects of the Bot API, for bots and for people's web chats."""

from typing import Any

from playground.messages.files import with_file_ids
from playground.world.bot_profile import primary_language, text_for
from playground.world.model import Bot, Chat, ChatType, Message, SendAs, User

Json = dict[str, Any]
# The users and the channel that Telegram shows as senders of messages on behalf of a chat.
_ANONYMOUS_ADMIN = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
_CHANNEL_USER = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
_TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
CHANNEL = {"id": -1002777, "type": "channel", "title": "Reading channel"}


def user(account: User | Bot) -> Json:
    """Return a person or bot as the User object of the Bot API."""
    if isinstance(account, Bot):
        first_name = text_for(account.profile.names, "") or account.first_name
        return {"id": account.id, "is_bot": True, "first_name": first_name, "username": account.username}
    return {
        "id": account.id,
        "is_bot": False,
        "first_name": account.first_name,
        "language_code": account.language_code,
    }


def sender(account: User | Bot) -> Json:
    """Return a person or bot as a User object without language_code.

    Telegram includes the language_code only for the user who caused the update.
    """
    fields = user(account)
    fields.pop("language_code", None)
    return fields


def chat_for_bot(chat: Chat) -> Json:
    """Return a chat as the Chat object that bots receive."""
    if chat.person:
        return {"id": chat.id, "type": "private", "first_name": chat.person.first_name}
    if chat.type is ChatType.CHANNEL:
        return {"id": chat.id, "type": "channel", "title": chat.title, "username": chat.username}
    if not chat.is_supergroup:
        return {"id": chat.id, "type": "group", "title": chat.title}
    supergroup = {"id": chat.id, "type": "supergroup", "title": chat.title}
    return supergroup | {"is_forum": True} if chat.is_forum else supergroup


def chat_for_person(chat: Chat, person: User) -> Json:
    """Return a chat as the Chat object that a person sees. A private chat has the id and name of its bot."""
    if chat.type is ChatType.PRIVATE and chat.bot:
        return {
            "id": chat.bot.id,
            "type": "private",
            "first_name": bot_name(chat.bot, person),
            "username": chat.bot.username,
        }
    return chat_for_bot(chat)


def bot_name(bot: Bot, person: User) -> str:
    """Return the name of a bot in the language of a person."""
    return text_for(bot.profile.names, primary_language(person.language_code)) or bot.first_name


def message_for_bot(message: Message, bot: Bot, is_update: bool = False) -> Json:
    """Return a message as the Message object for a bot.

    `is_update` says that the object is part of an update: only then does its field `from` include the sender's
    language_code.
    """
    from_user = user(message.sender) if is_update and not message.send_as else _author(message)
    return _message(message, from_user, chat_for_bot(message.chat), bot) | _visibility(message)


def _visibility(message: Message) -> Json:
    """Return the fields of an ephemeral message, which has no message id. Source: Bot API 10.2, class Message."""
    if message.receiver is None:
        return {}
    return {"message_id": 0, "ephemeral_message_id": message.id, "receiver_user": sender(message.receiver)}


def message_for_person(message: Message, person: User) -> Json:
    """Return a message as the Message object for a person's web chat, with up to four additional fields.

    "out" is True if the person sent the message, "edited" if it was edited, "silent" if it came without a sound, and
    "ephemeral" if nobody else sees it.
    """
    from_user = _author(message)
    if isinstance(message.sender, Bot):
        from_user["first_name"] = bot_name(message.sender, person)
    view = _message(message, from_user, chat_for_person(message.chat, person), None)
    if message.sender is person:
        view["out"] = True
    if message.edit_date is not None:
        view["edited"] = True
    if message.is_silent:
        view["silent"] = True
    if message.receiver:
        view["ephemeral"] = True
    return view


def _message(message: Message, from_user: Json, chat: Json, bot: Bot | None, with_reply: bool = True) -> Json:
    """Return a message as a Message object, with `from_user` and `chat` as its fields `from` and `chat`.

    Its file ids are the ones for `bot`. For a web chat `bot` is None, and files have only their file_unique_id. If
    `with_reply`, the object contains the message to which this one replies.
    """
    view: Json = {"message_id": message.id, "from": from_user, "chat": chat, "date": message.date}
    if message.chat.type is ChatType.CHANNEL:
        del view["from"]  # a post is by the channel itself
        view["sender_chat"] = chat
    if message.message_thread_id is not None:
        view |= {"message_thread_id": message.message_thread_id, "is_topic_message": True}
    view |= _on_behalf_of(message, chat)
    if message.edit_date is not None:
        view["edit_date"] = message.edit_date
    if with_reply and (quoted := message.chat.messages.get(message.reply_to or 0)):
        view["reply_to_message"] = _message(quoted, _author(quoted), chat, bot, with_reply=False)
    if message.guest_caller:
        view["guest_bot_caller_user"] = sender(message.guest_caller)
    if message.via_bot:
        view["via_bot"] = user(message.via_bot)
    view |= with_file_ids(bot.id, message.content) if bot else message.content
    if message.reply_markup:
        view["reply_markup"] = message.reply_markup
    return view


def _author(message: Message) -> Json:
    """Return the User object for the field `from`: the sender, or an account of Telegram if `message.send_as` is set.

    For example, Telegram shows GroupAnonymousBot as the sender of a message by a group's anonymous admin.
    """
    match message.send_as:
        case None:
            return sender(message.sender)
        case SendAs.ANONYMOUS_ADMIN:
            return _ANONYMOUS_ADMIN.copy()
        case SendAs.CHANNEL:
            return _CHANNEL_USER.copy()
        case SendAs.AUTOMATIC_FORWARD:
            return _TELEGRAM.copy()


def _on_behalf_of(message: Message, chat: Json) -> Json:
    """Return the message fields that name the group or channel on whose behalf `message` was sent; {} if none.

    `chat` is the Chat object of the message's chat.
    """
    match message.send_as:
        case None:
            return {}
        case SendAs.ANONYMOUS_ADMIN:
            return {"sender_chat": chat}
        case SendAs.CHANNEL:
            return {"sender_chat": CHANNEL}
        case SendAs.AUTOMATIC_FORWARD:
            origin = {"type": "channel", "chat": CHANNEL, "message_id": message.id, "date": message.date}
            return {"sender_chat": CHANNEL, "is_automatic_forward": True, "forward_origin": origin}
