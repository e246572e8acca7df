"""Send a bot's message to a chat.

Messages to people and to the group are stored. Messages to bulk users, simulated for load tests, are only counted.
"""

from typing import Any

from playground.errors import BotApiError, bad_request
from playground.messages.files import with_file_ids
from playground.messages.keyboard import inline_keyboard
from playground.methods.support.ephemeral import receiver_of
from playground.methods.support.message_text import add_detected_entities
from playground.methods.support.parameters import Parameters, boolean, integer, integer_or_none, structure
from playground.methods.support.registry import MethodCall, chat_id, check_may_write, find_chat
from playground.world import views
from playground.world.model import Chat, Message

Json = dict[str, Any]
# The parameters that every sending method has.
COMMON_PARAMETERS = (
    "chat_id message_thread_id disable_notification protect_content allow_paid_broadcast reply_parameters "
    "reply_markup"
)


def post(call: MethodCall, content: Json) -> Json:
    """Send a message to the chat of the call, and return its Message object.

    `content` has the message fields of the text or media. Raises BotApiError when Telegram would refuse the message.
    """
    parameters = call.parameters
    markup = inline_keyboard(structure(parameters, "reply_markup"))
    number, is_paid = chat_id(parameters), boolean(parameters, "allow_paid_broadcast")
    if boolean(parameters, "protect_content"):
        content = content | {"has_protected_content": True}
    if number in call.state.bulk_users.ids:
        call.count_message(number, is_paid)
        return _post_to_bulk_user(call, number, content, markup)
    if number in call.state.bots:
        raise BotApiError(403, "bot can't send messages to bots")
    chat = find_chat(call)
    thread = message_thread_id(parameters, chat)
    call.count_message(number, is_paid)
    check_may_write(chat)
    return _post_to_chat(call, chat, add_detected_entities(content), markup, thread)


def _post_to_chat(call: MethodCall, chat: Chat, content: Json, markup: Json | None, thread: int | None) -> Json:
    receiver = receiver_of(call, chat)
    message = Message(
        call.state.new_message_id(),
        chat,
        call.bot,
        int(call.now()),
        content,
        reply_markup=markup,
        reply_to=None if receiver else _reply_to(call.parameters, chat),
        is_silent=boolean(call.parameters, "disable_notification"),
        message_thread_id=thread,
        receiver=receiver,
    )
    chat.last_bot = call.bot
    call.state.add_message(message)
    return views.message_for_bot(message, call.bot)


def bulk_user_message(call: MethodCall, user_id: int, message_id: int, content: Json, markup: Json | None) -> Json:
    """Return the Message object of a message to a bulk user, a user for load tests whose messages are not stored.

    `content` has the message fields of the text or media, and `markup` is the inline keyboard or None.
    """
    message: Json = {
        "message_id": message_id,
        "from": views.user(call.bot),
        "chat": {"id": user_id, "type": "private", "first_name": "User"},
        "date": int(call.now()),
    }
    message |= with_file_ids(call.bot.id, content)
    return message | {"reply_markup": markup} if markup else message


def check_bulk_user(call: MethodCall, user_id: int) -> None:
    """Raise BotApiError 403 if a bulk user, simulated for load tests, has blocked the bot or is deactivated."""
    refusals = call.state.bulk_users.refusals
    if refusals and (refusal := refusals.get(user_id)):
        raise BotApiError(403, refusal)


def _post_to_bulk_user(call: MethodCall, user_id: int, content: Json, markup: Json | None) -> Json:
    check_bulk_user(call, user_id)
    message_id = call.state.new_message_id()
    call.state.bulk_users.receive(user_id, message_id, call.now(), is_text="text" in content)
    return bulk_user_message(call, user_id, message_id, content, markup)


def message_thread_id(parameters: Parameters, chat: Chat) -> int | None:
    """Return the id of the forum topic in which a call sends; None without a topic.

    Raises BotApiError when the chat has no such topic.
    """
    if not parameters.get("message_thread_id"):
        return None
    thread = integer(parameters, "message_thread_id")
    if thread not in chat.topics:
        raise bad_request("message thread not found")
    return thread


def _reply_to(parameters: Parameters, chat: Chat) -> int | None:
    """Return the id of the message to which the new message replies; None if it is not a reply.

    Raises BotApiError when there is no such message, unless the call has allow_sending_without_reply.
    """
    reply = structure(parameters, "reply_parameters")
    if not reply:
        return None
    message_id = integer_or_none(reply.get("message_id")) if isinstance(reply, dict) else None
    if message_id is None:
        raise bad_request("can't parse reply parameters: Can't find field \"message_id\"")
    if message_id in chat.messages:
        return message_id
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")
