"""Which bot hears of which message: everything in private, in groups what privacy mode lets through."""

from playground.world import views
from playground.world.model import Bot, Kind, Message
from playground.world.state import State


def deliver(state: State, message: Message, kind: str = "message") -> None:
    """Puts a person's message, or their edit of it, into line for the bots that may read it."""
    for bot in state.bots.values():
        if reaches(message, bot):
            bot.queue.push(state.clock(), kind, views.message_for_bot(message, bot, acting=True))


def reaches(message: Message, bot: Bot) -> bool:
    chat = message.chat
    if chat.kind is Kind.PRIVATE:
        return chat.bot is bot
    return chat.kind is Kind.GROUP and (message.via is bot or _replies(message, bot) or _named(message, bot))


def _replies(message: Message, bot: Bot) -> bool:
    quoted = message.chat.messages.get(message.reply_to or 0)
    return quoted is not None and quoted.sender is bot


def _named(message: Message, bot: Bot) -> bool:
    """A mention, a command addressed to the bot, or a bare command unless another bot spoke last."""
    marked = message.content.get("entities") or message.content.get("caption_entities", ())
    pieces = [_piece(message, entity) for entity in marked]
    name = f"@{bot.username}".lower()
    for kind, piece in pieces:
        if kind == "mention" and piece == name:
            return True
        if kind == "bot_command":
            _, at, whom = piece.partition("@")
            if at + whom == name or (not at and message.chat.last_bot in (None, bot)):
                return True
    return False


def _piece(message: Message, entity: dict[str, int]) -> tuple[object, str]:
    text = (message.content.get("text") or message.content["caption"]).encode("utf-16-le")
    start = entity["offset"] * 2
    return entity["type"], text[start : start + entity["length"] * 2].decode("utf-16-le").lower()
