"""sendMessage and sendChatAction: what the bot says to a chat."""

from typing import Any

from playground import views
from playground.keyboard import inline_keyboard
from playground.markup import parsed
from playground.model import Chat, Message
from playground.params import Given, flag, number_or_none, structure, text
from playground.refusals import Refused, bad
from playground.registry import Call, admit, chat_id, chat_of, method
from playground.text import with_found, written

Json = dict[str, Any]
_PREVIEW = frozenset({"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"})
# fmt: off
_ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    "record_audio", "upload_audio",
})
# fmt: on


@method(
    "sendMessage",
    "chat_id text parse_mode entities link_preview_options disable_notification protect_content reply_parameters "
    "reply_markup",
)
def send_message(call: Call) -> Json:
    kept, entities = content_of(call.given, "text")
    markup = inline_keyboard(structure(call.given, "reply_markup"))
    number = chat_id(call.given)
    if number in call.state.quiet.ids:
        return _to_quiet(call, number, text_content(call.given, kept, entities), markup)
    if number in call.state.bots:
        raise Refused(403, "bot can't send messages to bots")
    chat = chat_of(call)
    call.pace(number)
    admit(chat)
    message = Message(
        call.state.new_message_id(),
        chat,
        call.bot,
        int(call.now()),
        text_content(call.given, kept, with_found(kept, entities)) | _look(call.given),
        markup,
        _reply_to(call.given, chat),
    )
    chat.last_bot = call.bot
    call.state.keep(message)
    return views.message_for_bot(message)


@method("sendChatAction", "chat_id action")
def send_chat_action(call: Call) -> bool:
    if text(call.given, "action") not in _ACTIONS:
        raise bad("wrong parameter action in request")
    if chat_id(call.given) not in call.state.quiet.ids:
        admit(chat_of(call))
    return True


def content_of(given: Given, name: str, entities: str = "entities", too_long: str = "message is too long") -> Any:
    """Text and entities as they will be kept: entities as given, or out of the text by parse_mode."""
    said = text(given, name)
    if mode := text(given, "parse_mode"):
        said, found = parsed(said, mode)
        return written(said, found, too_long)
    return written(said, structure(given, entities), too_long)


def text_content(given: Given, kept: str, entities: list[Json]) -> Json:
    content: Json = {"text": kept}
    if entities:
        content["entities"] = entities
    if given.get("link_preview_options"):
        content["link_preview_options"] = preview_of(structure(given, "link_preview_options"))
    return content


def preview_of(options: Any) -> Json:
    if not isinstance(options, dict):
        raise bad("can't parse LinkPreviewOptions: expected an Object")
    return {name: value for name, value in options.items() if name in _PREVIEW}


def _look(given: Given) -> Json:
    return {"has_protected_content": True} if flag(given, "protect_content") else {}


def _reply_to(given: Given, chat: Chat) -> int | None:
    reply = structure(given, "reply_parameters")
    if not reply:
        return None
    number = number_or_none(reply.get("message_id")) if isinstance(reply, dict) else None
    if number is None:
        raise bad("can't parse reply parameters: Can't find field \"message_id\"")
    if number in chat.messages:
        return number
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


def _to_quiet(call: Call, number: int, content: Json, markup: Json | None) -> Json:
    call.pace(number)
    quiet = call.state.quiet
    if quiet.gone and (refusal := quiet.gone.get(number)):
        raise Refused(403, refusal)
    quiet.count(number)
    message: Json = {
        "message_id": call.state.new_message_id(),
        "from": views.user(call.bot),
        "chat": {"id": number, "type": "private", "first_name": "Quiet"},
        "date": int(call.now()),
    }
    message |= content
    return message | {"reply_markup": markup} if markup else message
