"""Changing what was said: editMessageText, editMessageCaption, editMessageMedia, editMessageReplyMarkup."""

from typing import Any

from playground.errors import bad
from playground.messages.files import MEDIA
from playground.messages.keyboard import inline_keyboard
from playground.methods.media import file_in, media_content
from playground.methods.support.message_text import caption_of, complete, content_of, text_content
from playground.methods.support.parameters import flag, structure, text, whole
from playground.methods.support.posting import admit_quiet, quiet_message
from playground.methods.support.registry import Call, admit, chat_id, chat_of, method
from playground.world import views
from playground.world.model import Message

Json = dict[str, Any]
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
NO_TEXT, NO_CAPTION = "there is no text in the message to edit", "there is no caption in the message to edit"
_WHICH = "chat_id message_id inline_message_id reply_markup"
_EXCHANGED = frozenset({"photo", "video", "animation", "document", "audio"})
# What a new caption leaves as it is, and what no edit changes.
_STAYS_WITH_CAPTION = MEDIA | {"has_media_spoiler"}
_LASTS = frozenset({"has_protected_content", "media_group_id", "forward_origin"})


@method("editMessageText", f"text parse_mode entities link_preview_options {_WHICH}")
def edit_message_text(call: Call) -> Json | bool:
    kept, entities = content_of(call.given, "text", too_long="MESSAGE_TOO_LONG")
    content = text_content(call.given, kept, entities)
    if _is_quiet(call):
        return _edit_quietly(call, content, text_wanted=True)
    message = _message_to_edit(call)
    if "text" not in message.content:
        raise bad(NO_TEXT)
    return _change(call, message, content)


@method(
    "editMessageCaption",
    f"caption parse_mode caption_entities show_caption_above_media {_WHICH}",
)
def edit_message_caption(call: Call) -> Json | bool:
    content = caption_of(call.given)
    if flag(call.given, "show_caption_above_media"):
        content["show_caption_above_media"] = True
    if _is_quiet(call):
        return _edit_quietly(call, content, text_wanted=False)
    message = _message_to_edit(call)
    if not message.content.keys() & MEDIA:
        raise bad(NO_CAPTION)
    return _change(call, message, _only(message.content, _STAYS_WITH_CAPTION) | content)


@method("editMessageMedia", f"media {_WHICH}")
def edit_message_media(call: Call) -> Json | bool:
    """Any of the exchangeable kinds takes the place of any other, or of a text."""
    given = structure(call.given, "media")
    kind = given.get("type") if isinstance(given, dict) else None
    if not isinstance(kind, str) or kind not in _EXCHANGED:
        raise bad("can't parse InputMedia: type must be photo, video, animation, document or audio")
    file = file_in(call, kind, given, "media")
    content = media_content(given, file)
    if _is_quiet(call):
        return _edit_quietly(call, content, text_wanted=None)
    message = _message_to_edit(call)
    if "text" not in message.content and not message.content.keys() & _EXCHANGED:
        raise bad("message can't be edited")
    return _change(call, message, content)


@method("editMessageReplyMarkup", _WHICH)
def edit_message_reply_markup(call: Call) -> Json | bool:
    if _is_quiet(call):
        return _edit_quietly(call, {}, text_wanted=None)
    message = _message_to_edit(call)
    return _change(call, message, message.content)


def _message_to_edit(call: Call) -> Message:
    if inline_id := text(call.given, "inline_message_id"):
        message = call.state.inline_messages.get(inline_id)
        if message is None or message.via is not call.bot:
            raise bad("MESSAGE_ID_INVALID")
        return message
    if not call.given.get("message_id"):
        raise bad("message identifier is not specified")
    message = chat_of(call).messages.get(whole(call.given, "message_id"))
    if message is None:
        raise bad("message to edit not found")
    if message.sender is not call.bot or "forward_origin" in message.content:
        raise bad("message can't be edited")
    return message


def _change(call: Call, message: Message, content: Json) -> Json | bool:
    markup = inline_keyboard(structure(call.given, "reply_markup"))
    content = complete(content) | _only(message.content, _LASTS)
    call.pace(None)
    if not message.inline_id:
        admit(message.chat)
    if (content, markup) == (message.content, message.markup):
        raise bad(NOT_MODIFIED)
    call.state.change(message, content, markup)
    return True if message.inline_id else views.message_for_bot(message, call.bot)


def _is_quiet(call: Call) -> bool:
    return not call.given.get("inline_message_id") and chat_id(call.given) in call.state.quiet.ids


def _edit_quietly(call: Call, content: Json, text_wanted: bool | None) -> Json:
    """Counted; what the message said is not known, so no edit is 'not modified'. None: texts and media both."""
    quiet, person, number = call.state.quiet, chat_id(call.given), whole(call.given, "message_id")
    markup = inline_keyboard(structure(call.given, "reply_markup"))
    if not quiet.holds(person, number):
        raise bad("message to edit not found")
    if text_wanted is not None and quiet.is_text(number) != text_wanted:
        raise bad(NO_TEXT if text_wanted else NO_CAPTION)
    call.pace(None)
    admit_quiet(call, person)
    quiet.edit(person)
    return quiet_message(call, person, number, content, markup) | {"edit_date": int(call.now())}


def _only(content: Json, names: frozenset[str]) -> Json:
    return {name: value for name, value in content.items() if name in names}
