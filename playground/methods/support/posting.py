"""How anything a bot sends gets into a chat: to named people and groups, or counted for quiet ones."""

from typing import Any

from playground.errors import Refused, bad
from playground.messages.files import ids_for
from playground.messages.keyboard import inline_keyboard
from playground.methods.support.message_text import complete
from playground.methods.support.parameters import Given, flag, number_or_none, structure, whole
from playground.methods.support.registry import Call, admit, chat_id, chat_of
from playground.world import views
from playground.world.model import Chat, Message

Json = dict[str, Any]
# What every sending method heeds beside its own.
COMMON = (
    "chat_id message_thread_id disable_notification protect_content allow_paid_broadcast reply_parameters "
    "reply_markup"
)


def post(call: Call, content: Json) -> Json:
    """The message as the bot gets it back."""
    given = call.given
    markup = inline_keyboard(structure(given, "reply_markup"))
    number, paid = chat_id(given), flag(given, "allow_paid_broadcast")
    if flag(given, "protect_content"):
        content = content | {"has_protected_content": True}
    if number in call.state.quiet.ids:
        return _to_quiet(call, number, content, markup, paid)
    if number in call.state.bots:
        raise Refused(403, "bot can't send messages to bots")
    chat = chat_of(call)
    thread = thread_of(given, chat)
    call.pace(number, paid)
    admit(chat)
    message = Message(
        call.state.new_message_id(),
        chat,
        call.bot,
        int(call.now()),
        complete(content),
        markup,
        _reply_to(given, chat),
        silent=flag(given, "disable_notification"),
        thread=thread,
    )
    chat.last_bot = call.bot
    call.state.keep(message)
    return views.message_for_bot(message, call.bot)


def quiet_message(call: Call, number: int, message_id: int, content: Json, markup: Json | None) -> Json:
    """A quiet person's message as the bot gets it: nothing of it is kept."""
    message: Json = {
        "message_id": message_id,
        "from": views.user(call.bot),
        "chat": {"id": number, "type": "private", "first_name": "Quiet"},
        "date": int(call.now()),
    }
    message |= ids_for(call.bot.id, content)
    return message | {"reply_markup": markup} if markup else message


def admit_quiet(call: Call, number: int) -> None:
    gone = call.state.quiet.gone
    if gone and (refusal := gone.get(number)):
        raise Refused(403, refusal)


def _to_quiet(call: Call, number: int, content: Json, markup: Json | None, paid: bool) -> Json:
    call.pace(number, paid)
    admit_quiet(call, number)
    message_id = call.state.new_message_id()
    call.state.quiet.take(number, message_id, call.now(), "text" in content)
    return quiet_message(call, number, message_id, content, markup)


def thread_of(given: Given, chat: Chat) -> int | None:
    """Return the topic that a call names; raise Telegram's error when the chat has no such topic."""
    if not given.get("message_thread_id"):
        return None
    thread = whole(given, "message_thread_id")
    if thread not in chat.topics:
        raise bad("message thread not found")
    return thread


def _reply_to(given: Given, chat: Chat) -> int | None:
    reply = structure(given, "reply_parameters")
    if not reply:
        return None
    number = number_or_none(reply.get("message_id")) if isinstance(reply, dict) else None
    if number is None:
        raise bad("can't parse reply parameters: Can't find field \"message_id\"")
    if number in chat.messages:
        return number
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")
