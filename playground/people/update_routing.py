"""Decide which bots receive a message: in a private chat its bot, in a group those that privacy mode allows."""

from playground.world import views
from playground.world.model import Bot, ChatType, Message
from playground.world.state import PlaygroundState


def send_update(state: PlaygroundState, message: Message, update_type: str = "message") -> None:
    """Queue an update about a person's message for each bot that can read it.

    `update_type` is "message", or "edited_message" after an edit.
    """
    for bot in state.bots.values():
        if may_read(bot, message):
            bot.queue.push(state.clock(), update_type, views.message_for_bot(message, bot, is_update=True))
        elif bot.has_guest_mode and message.chat.type is ChatType.SAVED and _mentions(bot, message):
            _send_guest_query(state, bot, message)


def _send_guest_query(state: PlaygroundState, bot: Bot, message: Message) -> None:
    """Queue a guest_message update: a person has mentioned the bot in a chat of which it is not a member."""
    query = str(state.new_message_id())
    state.guest_queries[query] = bot, message
    update = views.message_for_bot(message, bot, is_update=True) | {"guest_query_id": query}
    bot.queue.push(state.clock(), "guest_message", update)


def may_read(bot: Bot, message: Message) -> bool:
    """Return whether a bot receives a message.

    In a group, all bots have privacy mode. They receive only replies to them, mentions of them and commands for them.
    """
    chat = message.chat
    if message.receiver:
        return message.receiver is bot
    if chat.type is ChatType.PRIVATE:
        return chat.bot is bot
    is_for_bot = message.via_bot is bot or _is_reply_to(bot, message) or _mentions(bot, message)
    return chat.type is ChatType.GROUP and is_for_bot


def _is_reply_to(bot: Bot, message: Message) -> bool:
    quoted = message.chat.messages.get(message.reply_to or 0)
    return quoted is not None and quoted.sender is bot


def _mentions(bot: Bot, message: Message) -> bool:
    """Return whether a message mentions the bot or has a command for it.

    A command without @username is for the bot that was the last to write in the chat. If no bot has written there
    yet, the command is for all bots.
    """
    entities = message.content.get("entities") or message.content.get("caption_entities", ())
    username = f"@{bot.username}".lower()
    for entity_type, entity_text in [_type_and_text(message, entity) for entity in entities]:
        if entity_type == "mention" and entity_text == username:
            return True
        if entity_type == "bot_command":
            _, at_sign, addressee = entity_text.partition("@")
            if at_sign + addressee == username or (not at_sign and message.chat.last_bot in (None, bot)):
                return True
    return False


def _type_and_text(message: Message, entity: dict[str, int]) -> tuple[object, str]:
    text = (message.content.get("text") or message.content["caption"]).encode("utf-16-le")
    start = entity["offset"] * 2
    return entity["type"], text[start : start + entity["length"] * 2].decode("utf-16-le").lower()
