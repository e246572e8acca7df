"""Decide whether a bot may send an ephemeral message, which only one member of a group sees (Bot API 10.2 and 10.3).

Source: https://core.telegram.org/bots/api#ephemeral-messages-and-commands. It does not document the error texts.
"""

from playground.errors import bad_request
from playground.methods.support.parameters import integer_or_none, structure
from playground.methods.support.registry import MethodCall
from playground.world.model import Chat, ChatType, User

SECONDS = 15.0  # after the person's command or press


def receiver_of(call: MethodCall, chat: Chat) -> User | None:
    """Return the only person who is to see the new message; None for a message to everybody.

    A bot can send such a message only as an answer: the call must name a command of this person, or a button press,
    that is at most 15 seconds old. Otherwise raise BotApiError. On Telegram, bots that are admins of the group can do
    without; in the playground, no bot is an admin.
    """
    parameters = structure(call.parameters, "ephemeral_message_parameters")
    if not parameters:
        return None
    number = integer_or_none(parameters.get("receiver_user_id")) if isinstance(parameters, dict) else None
    receiver = call.state.people.get(number or 0)
    if chat.type is not ChatType.GROUP or receiver is None:
        raise bad_request("PEER_ID_INVALID")
    if not (_answers_command(call, chat, receiver) or _answers_press(call, parameters.get("callback_query_id"))):
        raise bad_request("BOT_NOT_ADMIN")
    return receiver


def _answers_command(call: MethodCall, chat: Chat, receiver: User) -> bool:
    reply = structure(call.parameters, "reply_parameters")
    number = integer_or_none(reply.get("ephemeral_message_id")) if isinstance(reply, dict) else None
    command = chat.messages.get(number or 0)
    if command is None or (command.sender, command.receiver) != (receiver, call.bot):
        return False
    return call.now() - command.date <= SECONDS


def _answers_press(call: MethodCall, query: object) -> bool:
    """Return whether `query` is the id of a button press that was sent to the bot at most SECONDS ago."""
    return isinstance(query, str) and call.state.callback_queries.is_recent(call.now(), call.bot, query, SECONDS)
