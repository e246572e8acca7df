"""deleteMessage and deleteMessages: what the bot takes back."""

from typing import Any

from playground.errors import bad
from playground.methods.support.parameters import number_or_none, structure, whole
from playground.methods.support.registry import Call, chat_id, chat_of, method
from playground.world.model import Kind, Message

DELETABLE = 48 * 3600.0  # seconds
TOO_LATE = "message can't be deleted for everyone"


@method("deleteMessage", "chat_id message_id")
def delete_message(call: Call) -> bool:
    number = whole(call.given, "message_id")
    found = _delete_quietly(call, [number]) if _is_quiet(call) else _delete(call, [number])
    if not found:
        raise bad("message to delete not found")
    return True


@method("deleteMessages", "chat_id message_ids")
def delete_messages(call: Call) -> bool:
    """What is not found is skipped; one that may not be deleted refuses all."""
    numbers = structure(call.given, "message_ids")
    if not isinstance(numbers, list) or not numbers:
        raise bad("message identifiers are not specified")
    if len(numbers) > 100:
        raise bad("too many message identifiers specified")
    asked = list(dict.fromkeys(map(number_or_none, numbers)))
    if _is_quiet(call):
        _delete_quietly(call, asked)
    else:
        _delete(call, asked)
    return True


def _delete(call: Call, numbers: list[Any]) -> int:
    chat = chat_of(call)
    messages = [chat.messages[number] for number in numbers if number in chat.messages]
    for message in messages:
        _deletable(call, message)
    call.state.remove(messages)
    return len(messages)


def _deletable(call: Call, message: Message) -> None:
    """In private a bot may delete all, in groups its own; everywhere for 48 hours."""
    own = message.sender is call.bot or message.chat.kind is Kind.PRIVATE
    if not own or call.now() - message.date > DELETABLE:
        raise bad(TOO_LATE)


def _is_quiet(call: Call) -> bool:
    return chat_id(call.given) in call.state.quiet.ids


def _delete_quietly(call: Call, numbers: list[Any]) -> int:
    quiet, person, now = call.state.quiet, chat_id(call.given), call.now()
    found = [number for number in numbers if number is not None and quiet.holds(person, number)]
    if any(quiet.too_old(number, now) for number in found):
        raise bad(TOO_LATE)
    for number in found:
        quiet.delete(person, number)
    return len(found)
