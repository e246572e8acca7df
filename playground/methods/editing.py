"""Changing and deleting what was said: editMessageText, editMessageReplyMarkup, deleteMessage(s)."""

from typing import Any

from playground import views
from playground.keyboard import inline_keyboard
from playground.methods.sending import content_of, text_content
from playground.model import Kind, Message
from playground.params import number_or_none, structure, text, whole
from playground.refusals import bad
from playground.registry import Call, admit, chat_id, chat_of, method
from playground.text import with_found

Json = dict[str, Any]
DELETABLE = 48 * 3600.0  # seconds
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


@method(
    "editMessageText",
    "chat_id message_id inline_message_id text parse_mode entities link_preview_options reply_markup",
)
def edit_message_text(call: Call) -> Json | bool:
    kept, entities = content_of(call.given, "text", too_long="MESSAGE_TOO_LONG")
    content = text_content(call.given, kept, with_found(kept, entities))
    message = _message_to_edit(call)
    if "text" not in message.content:
        raise bad("there is no text in the message to edit")
    lasting = {name: value for name, value in message.content.items() if name == "has_protected_content"}
    return _change(call, message, content | lasting)


@method("editMessageReplyMarkup", "chat_id message_id inline_message_id reply_markup")
def edit_message_reply_markup(call: Call) -> Json | bool:
    message = _message_to_edit(call)
    return _change(call, message, message.content)


@method("deleteMessage", "chat_id message_id")
def delete_message(call: Call) -> bool:
    number = whole(call.given, "message_id")
    if _deleted_quietly(call, 1):
        return True
    message = chat_of(call).messages.get(number)
    if message is None:
        raise bad("message to delete not found")
    _deletable(call, message)
    call.state.remove([message])
    return True


@method("deleteMessages", "chat_id message_ids")
def delete_messages(call: Call) -> bool:
    """What is not found is skipped; one that may not be deleted refuses all."""
    numbers = structure(call.given, "message_ids")
    if not isinstance(numbers, list) or not numbers:
        raise bad("message identifiers are not specified")
    if len(numbers) > 100:
        raise bad("too many message identifiers specified")
    if _deleted_quietly(call, len(numbers)):
        return True
    chat = chat_of(call)
    asked = dict.fromkeys(map(number_or_none, numbers))
    messages = [chat.messages[number] for number in asked if number in chat.messages]
    for message in messages:
        _deletable(call, message)
    call.state.remove(messages)
    return True


def _message_to_edit(call: Call) -> Message:
    if inline_id := text(call.given, "inline_message_id"):
        message = call.state.inline_messages.get(inline_id)
        if message is None or message.via is not call.bot:
            raise bad("MESSAGE_ID_INVALID")
        return message
    if not call.given.get("message_id"):
        raise bad("message identifier is not specified")
    if chat_id(call.given) in call.state.quiet.ids:
        raise bad("message to edit not found")
    message = chat_of(call).messages.get(whole(call.given, "message_id"))
    if message is None:
        raise bad("message to edit not found")
    if message.sender is not call.bot:
        raise bad("message can't be edited")
    return message


def _change(call: Call, message: Message, content: Json) -> Json | bool:
    markup = inline_keyboard(structure(call.given, "reply_markup"))
    call.pace(None)
    if not message.inline_id:
        admit(message.chat)
    if (content, markup) == (message.content, message.markup):
        raise bad(NOT_MODIFIED)
    call.state.change(message, content, markup)
    return True if message.inline_id else views.message_for_bot(message)


def _deletable(call: Call, message: Message) -> None:
    """In private a bot may delete all, in groups its own; everywhere for 48 hours."""
    own = message.sender is call.bot or message.chat.kind is Kind.PRIVATE
    if not own or call.now() - message.date > DELETABLE:
        raise bad("message can't be deleted for everyone")


def _deleted_quietly(call: Call, messages: int) -> bool:
    quiet = call.state.quiet
    if chat_id(call.given) not in quiet.ids:
        return False
    quiet.deleted += messages
    return True
