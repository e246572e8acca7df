"""copyMessage and forwardMessage: what stands in one chat, sent to another."""

from typing import Any

from playground.errors import bad
from playground.messages.files import MEDIA
from playground.methods.support.message_text import caption_of
from playground.methods.support.parameters import flag, number_or_none, whole
from playground.methods.support.posting import COMMON, post
from playground.methods.support.registry import Call, method
from playground.world import views
from playground.world.model import Message

Json = dict[str, Any]
# What belongs to the one message and not to what it says.
_OWN = frozenset({"has_protected_content", "media_group_id", "forward_origin"})
_CAPTION = "caption parse_mode caption_entities show_caption_above_media"
_WORDS = frozenset({"caption", "caption_entities", "show_caption_above_media"})


@method("copyMessage", f"from_chat_id message_id {_CAPTION} {COMMON}")
def copy_message(call: Call) -> Json:
    """A new message without a link to the old one; a caption that is given takes the old one's place."""
    content = _said(_source(call, "copy"))
    if call.given.get("caption") is not None and content.keys() & MEDIA and "sticker" not in content:
        content = {name: value for name, value in content.items() if name not in _WORDS} | caption_of(call.given)
        if flag(call.given, "show_caption_above_media"):
            content["show_caption_above_media"] = True
    return {"message_id": post(call, content)["message_id"]}


@method("forwardMessage", "chat_id from_chat_id disable_notification protect_content message_id")
def forward_message(call: Call) -> Json:
    message = _source(call, "forward")
    origin = message.content.get("forward_origin") or {
        "type": "user",
        "date": message.date,
        "sender_user": views.sender(message.sender),
    }
    return post(call, _said(message) | {"forward_origin": origin})


def _source(call: Call, what: str) -> Message:
    number = number_or_none(call.given.get("from_chat_id"))
    chat = None if number is None else call.state.chat_of_bot(call.bot, number)
    if chat is None:
        raise bad("chat not found")
    message = chat.messages.get(whole(call.given, "message_id"))
    if message is None:
        raise bad(f"message to {what} not found")
    if message.content.get("has_protected_content"):
        raise bad(f"message can't be {'copied' if what == 'copy' else 'forwarded'}")
    return message


def _said(message: Message) -> Json:
    return {name: value for name, value in message.content.items() if name not in _OWN}
