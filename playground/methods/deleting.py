"""The Bot API methods deleteMessage and deleteMessages."""

from playground.errors import bad_request
from playground.methods.support.parameters import integer, integer_or_none, structure
from playground.methods.support.registry import MethodCall, chat_id, check_may_write, find_chat, method
from playground.world.model import ChatType, Message

DELETABLE_SECONDS = 48 * 3600.0
TOO_LATE = "message can't be deleted for everyone"


@method("deleteMessage", "chat_id message_id")
def delete_message(call: MethodCall) -> bool:
    message_id = integer(call.parameters, "message_id")
    deleted = _delete_from_bulk_user(call, [message_id]) if _is_bulk_user(call) else _delete(call, [message_id])
    if not deleted:
        raise bad_request("message to delete not found")
    return True


@method("deleteMessages", "chat_id message_ids")
def delete_messages(call: MethodCall) -> bool:
    """Delete several messages, and skip message ids that do not exist.

    Raises BotApiError without deleting any message if the bot cannot delete one of them.
    """
    numbers = structure(call.parameters, "message_ids")
    if not isinstance(numbers, list) or not numbers:
        raise bad_request("message identifiers are not specified")
    if len(numbers) > 100:
        raise bad_request("too many message identifiers specified")
    message_ids = list(dict.fromkeys(map(integer_or_none, numbers)))
    if _is_bulk_user(call):
        _delete_from_bulk_user(call, message_ids)
    else:
        _delete(call, message_ids)
    return True


def _delete(call: MethodCall, message_ids: list[int | None] | list[int]) -> int:
    """Delete those of the messages that exist, and return their number.

    Raises BotApiError, before deleting any, if the bot cannot delete one of them.
    """
    chat = find_chat(call)
    messages = [chat.messages[number] for number in message_ids if number is not None and number in chat.messages]
    for message in messages:
        _check_deletable(call, message)
    call.state.delete_messages(messages)
    return len(messages)


def _check_deletable(call: MethodCall, message: Message) -> None:
    """Raise BotApiError if the bot cannot delete a message.

    It cannot delete messages older than 48 hours and, in a group, messages of other senders.
    """
    if message.chat.type is ChatType.CHANNEL:
        check_may_write(message.chat)
    may_delete = message.sender is call.bot or message.chat.type is ChatType.PRIVATE
    if not may_delete or call.now() - message.date > DELETABLE_SECONDS:
        raise bad_request(TOO_LATE)


def _is_bulk_user(call: MethodCall) -> bool:
    return chat_id(call.parameters) in call.state.bulk_users.ids


def _delete_from_bulk_user(call: MethodCall, message_ids: list[int | None] | list[int]) -> int:
    bulk_users, user_id, now = call.state.bulk_users, chat_id(call.parameters), call.now()
    known = [number for number in message_ids if number is not None and bulk_users.has_message(user_id, number)]
    if any(bulk_users.is_too_old(number, now) for number in known):
        raise bad_request(TOO_LATE)
    for number in known:
        bulk_users.delete(user_id, number)
    return len(known)
