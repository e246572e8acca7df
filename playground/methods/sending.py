"""sendMessage and sendChatAction: what the bot says in words."""

from typing import Any

from playground.errors import bad
from playground.methods.support.message_text import content_of, text_content
from playground.methods.support.parameters import text
from playground.methods.support.posting import COMMON, post, thread_of
from playground.methods.support.registry import Call, admit, chat_id, chat_of, method

Json = dict[str, Any]
# fmt: off
_ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    "record_audio", "upload_audio",
})
# fmt: on


@method("sendMessage", f"text parse_mode entities link_preview_options {COMMON}")
def send_message(call: Call) -> Json:
    return post(call, text_content(call.given, *content_of(call.given, "text")))


@method("sendChatAction", "chat_id message_thread_id action")
def send_chat_action(call: Call) -> bool:
    if text(call.given, "action") not in _ACTIONS:
        raise bad("wrong parameter action in request")
    if chat_id(call.given) not in call.state.quiet.ids:
        chat = chat_of(call)
        thread_of(call.given, chat)
        admit(chat)
    return True
