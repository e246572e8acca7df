"""The Bot API methods sendMessage and sendChatAction."""

from typing import Any

from playground.errors import bad_request
from playground.methods.support.message_text import text_and_entities, text_fields
from playground.methods.support.parameters import text
from playground.methods.support.posting import COMMON_PARAMETERS, message_thread_id, post
from playground.methods.support.registry import MethodCall, chat_id, check_may_write, find_chat, method

Json = dict[str, Any]
# fmt: off
_ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    "record_audio", "upload_audio",
})
# fmt: on


@method(
    "sendMessage", f"text parse_mode entities link_preview_options ephemeral_message_parameters {COMMON_PARAMETERS}"
)
def send_message(call: MethodCall) -> Json:
    return post(call, text_fields(call.parameters, *text_and_entities(call.parameters, "text")))


@method("sendChatAction", "chat_id message_thread_id action")
def send_chat_action(call: MethodCall) -> bool:
    if text(call.parameters, "action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    if chat_id(call.parameters) not in call.state.bulk_users.ids:
        chat = find_chat(call)
        message_thread_id(call.parameters, chat)
        check_may_write(chat)
    return True
