"""The Bot API methods copyMessage and forwardMessage, which send a message of one chat to another."""

from typing import Any

from playground.errors import bad_request
from playground.messages.files import MEDIA
from playground.methods.support.message_text import caption_fields
from playground.methods.support.parameters import boolean, integer, integer_or_none
from playground.methods.support.posting import COMMON_PARAMETERS, post
from playground.methods.support.registry import MethodCall, method
from playground.world import views
from playground.world.model import Message

Json = dict[str, Any]
# Fields of the original message that a copy does not take over.
_NOT_COPIED = frozenset({"has_protected_content", "media_group_id", "forward_origin"})
_CAPTION_PARAMETERS = "caption parse_mode caption_entities show_caption_above_media"
_CAPTION_FIELDS = frozenset({"caption", "caption_entities", "show_caption_above_media"})


@method("copyMessage", f"from_chat_id message_id {_CAPTION_PARAMETERS} {COMMON_PARAMETERS}")
def copy_message(call: MethodCall) -> Json:
    """Send the content of a message as a new message, which does not name its source.

    If the call has a `caption` parameter, it replaces the caption.
    """
    content = _copied_content(_source(call, "copy"))
    if call.parameters.get("caption") is not None and content.keys() & MEDIA and "sticker" not in content:
        content = {name: value for name, value in content.items() if name not in _CAPTION_FIELDS} | caption_fields(
            call.parameters
        )
        if boolean(call.parameters, "show_caption_above_media"):
            content["show_caption_above_media"] = True
    return {"message_id": post(call, content)["message_id"]}


@method("forwardMessage", "chat_id from_chat_id disable_notification protect_content message_id")
def forward_message(call: MethodCall) -> Json:
    message = _source(call, "forward")
    origin = message.content.get("forward_origin") or {
        "type": "user",
        "date": message.date,
        "sender_user": views.sender(message.sender),
    }
    return post(call, _copied_content(message) | {"forward_origin": origin})


def _source(call: MethodCall, verb: str) -> Message:
    """Return the message to copy or forward. `verb` is "copy" or "forward".

    Raises BotApiError when the message does not exist or has protected content.
    """
    number = integer_or_none(call.parameters.get("from_chat_id"))
    chat = None if number is None else call.state.chat_of_bot(call.bot, number)
    if chat is None:
        raise bad_request("chat not found")
    message = chat.messages.get(integer(call.parameters, "message_id"))
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if message.content.get("has_protected_content"):
        raise bad_request(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return message


def _copied_content(message: Message) -> Json:
    return {name: value for name, value in message.content.items() if name not in _NOT_COPIED}
