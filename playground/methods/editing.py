"""The Bot API methods editMessageText, editMessageCaption, editMessageMedia and editMessageReplyMarkup."""

from typing import Any

from playground.errors import bad_request
from playground.messages.files import MEDIA
from playground.messages.keyboard import inline_keyboard
from playground.methods.media import file_in, media_content
from playground.methods.support.message_text import (
    add_detected_entities,
    caption_fields,
    text_and_entities,
    text_fields,
)
from playground.methods.support.parameters import boolean, integer, structure, text
from playground.methods.support.posting import bulk_user_message, check_bulk_user
from playground.methods.support.registry import MethodCall, chat_id, check_may_write, find_chat, method
from playground.world import views
from playground.world.model import Message

Json = dict[str, Any]
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
NO_TEXT, NO_CAPTION = "there is no text in the message to edit", "there is no caption in the message to edit"
_TARGET = "chat_id message_id inline_message_id reply_markup"
_REPLACEABLE = frozenset({"photo", "video", "animation", "document", "audio"})
# The fields that a new caption leaves unchanged, and those that no edit changes.
_KEPT_BY_CAPTION = MEDIA | {"has_media_spoiler"}
_NEVER_EDITED = frozenset({"has_protected_content", "media_group_id", "forward_origin"})


@method("editMessageText", f"text parse_mode entities link_preview_options {_TARGET}")
def edit_message_text(call: MethodCall) -> Json | bool:
    message_text, entities = text_and_entities(call.parameters, "text", too_long="MESSAGE_TOO_LONG")
    content = text_fields(call.parameters, message_text, entities)
    if _is_bulk_user(call):
        return _edit_for_bulk_user(call, content, expects_text=True)
    message = _message_to_edit(call)
    if "text" not in message.content:
        raise bad_request(NO_TEXT)
    return _apply_edit(call, message, content)


@method(
    "editMessageCaption",
    f"caption parse_mode caption_entities show_caption_above_media {_TARGET}",
)
def edit_message_caption(call: MethodCall) -> Json | bool:
    content = caption_fields(call.parameters)
    if boolean(call.parameters, "show_caption_above_media"):
        content["show_caption_above_media"] = True
    if _is_bulk_user(call):
        return _edit_for_bulk_user(call, content, expects_text=False)
    message = _message_to_edit(call)
    if not message.content.keys() & MEDIA:
        raise bad_request(NO_CAPTION)
    return _apply_edit(call, message, _only(message.content, _KEPT_BY_CAPTION) | content)


@method("editMessageMedia", f"media {_TARGET}")
def edit_message_media(call: MethodCall) -> Json | bool:
    """Replace the content of a message by a photo, video, animation, document or audio file.

    The old content can be a text, or a file of one of these kinds.
    """
    media = structure(call.parameters, "media")
    kind = media.get("type") if isinstance(media, dict) else None
    if not isinstance(kind, str) or kind not in _REPLACEABLE:
        raise bad_request("can't parse InputMedia: type must be photo, video, animation, document or audio")
    file = file_in(call, kind, media, "media")
    content = media_content(media, file)
    if _is_bulk_user(call):
        return _edit_for_bulk_user(call, content, expects_text=None)
    message = _message_to_edit(call)
    if "text" not in message.content and not message.content.keys() & _REPLACEABLE:
        raise bad_request("message can't be edited")
    return _apply_edit(call, message, content)


@method(
    "editEphemeralMessageText",
    "chat_id receiver_user_id ephemeral_message_id text parse_mode entities link_preview_options reply_markup",
)
def edit_ephemeral_message_text(call: MethodCall) -> bool:
    content = text_fields(call.parameters, *text_and_entities(call.parameters, "text", too_long="MESSAGE_TOO_LONG"))
    message = find_chat(call).messages.get(integer(call.parameters, "ephemeral_message_id"))
    receiver = call.state.people.get(integer(call.parameters, "receiver_user_id"))
    if message is None or receiver is None or (message.sender, message.receiver) != (call.bot, receiver):
        raise bad_request("MESSAGE_ID_INVALID")
    _apply_edit(call, message, content)
    return True


@method("editMessageReplyMarkup", _TARGET)
def edit_message_reply_markup(call: MethodCall) -> Json | bool:
    if _is_bulk_user(call):
        return _edit_for_bulk_user(call, {}, expects_text=None)
    message = _message_to_edit(call)
    return _apply_edit(call, message, message.content)


def _message_to_edit(call: MethodCall) -> Message:
    """Return the message with the call's inline_message_id, or with its chat_id and message_id.

    Raises BotApiError when there is no such message or the bot cannot edit it.
    """
    if inline_id := text(call.parameters, "inline_message_id"):
        message = call.state.inline_messages.get(inline_id)
        if message is None or message.via_bot is not call.bot:
            raise bad_request("MESSAGE_ID_INVALID")
        return message
    if not call.parameters.get("message_id"):
        raise bad_request("message identifier is not specified")
    message = find_chat(call).messages.get(integer(call.parameters, "message_id"))
    if message is None or message.receiver:
        raise bad_request("message to edit not found")
    if message.sender is not call.bot or "forward_origin" in message.content:
        raise bad_request("message can't be edited")
    return message


def _apply_edit(call: MethodCall, message: Message, content: Json) -> Json | bool:
    markup = inline_keyboard(structure(call.parameters, "reply_markup"))
    content = add_detected_entities(content) | _only(message.content, _NEVER_EDITED)
    call.count_message(None)
    if not message.inline_message_id:
        check_may_write(message.chat)
    if (content, markup) == (message.content, message.reply_markup):
        raise bad_request(NOT_MODIFIED)
    call.state.edit_message(message, content, markup)
    return True if message.inline_message_id else views.message_for_bot(message, call.bot)


def _is_bulk_user(call: MethodCall) -> bool:
    return not call.parameters.get("inline_message_id") and chat_id(call.parameters) in call.state.bulk_users.ids


def _edit_for_bulk_user(call: MethodCall, content: Json, expects_text: bool | None) -> Json:
    """Count an edit of a message to a bulk user, whose messages are not stored. Return the edited Message.

    The error "message is not modified" never occurs, because the old content is unknown. `expects_text` is True if
    the method edits only texts, False if it edits only captions, and None if it edits both.
    """
    bulk_users, user_id = call.state.bulk_users, chat_id(call.parameters)
    message_id = integer(call.parameters, "message_id")
    markup = inline_keyboard(structure(call.parameters, "reply_markup"))
    if not bulk_users.has_message(user_id, message_id):
        raise bad_request("message to edit not found")
    if expects_text is not None and bulk_users.is_text(message_id) != expects_text:
        raise bad_request(NO_TEXT if expects_text else NO_CAPTION)
    call.count_message(None)
    check_bulk_user(call, user_id)
    bulk_users.edit(user_id)
    message = bulk_user_message(call, user_id, message_id, content, markup)
    return message | {"edit_date": int(call.now())}


def _only(content: Json, names: frozenset[str]) -> Json:
    return {name: value for name, value in content.items() if name in names}
