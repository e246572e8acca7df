"""Decide which bots receive a message: in private all messages, in groups those that privacy mode allows."""

from playground.world import views
from playground.world.model import Bot, ChatType, Message
from playground.world.state import PlaygroundState


def send_update(state: PlaygroundState, message: Message, update_type: str = "message") -> None:
    """Send a person's message, or an edit of it, as an update to the bots that may read it."""
    for bot in state.bots.values():
        if may_read(bot, message):
            bot.queue.push(state.clock(), update_type, views.message_for_bot(message, bot, is_update=True))


def may_read(bot: Bot, message: Message) -> bool:
    """Return whether a bot receives a message, given its chat and privacy mode."""
    chat = message.chat
    if chat.type is ChatType.PRIVATE:
        return chat.bot is bot
    is_for_bot = message.via_bot is bot or _is_reply_to(bot, message) or _mentions(bot, message)
    return chat.type is ChatType.GROUP and is_for_bot


def _is_reply_to(bot: Bot, message: Message) -> bool:
    quoted = message.chat.messages.get(message.reply_to or 0)
    return quoted is not None and quoted.sender is bot


def _mentions(bot: Bot, message: Message) -> bool:
    """Return whether a message has a mention of the bot or a command for it.

    A command without @username is for the bot that wrote last in the chat, or for all bots if none has.
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
