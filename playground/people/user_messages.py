"""Send all kinds of messages as people do: texts, /start, photos, files, albums and others."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.errors import BotApiError, SimulatorError
from playground.messages import sample_messages, uploads
from playground.messages.files import StoredFile
from playground.messages.text import checked_caption, checked_text, with_detected_entities
from playground.messages.uploads import Upload
from playground.methods.support.message_text import link_preview_fields
from playground.people.user_actions import post, set_blocked
from playground.world.model import Chat, ChatType, Message, User
from playground.world.state import PlaygroundState

Json = dict[str, Any]
CAPTIONED = frozenset({"photo", "video", "document", "voice", "animation", "audio", "album"})
UPLOADABLE = CAPTIONED - {"album"}
EXTRA_FIELDS = frozenset({
    "effect_id", "external_reply", "forward_origin", "live_photo", "paid_star_count", "quote", "reply_markup",
    "reply_to_checklist_task_id", "reply_to_story", "via_bot",
})  # fmt: skip
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


@dataclass(frozen=True, slots=True)
class OutgoingMedia:
    """A message that a person is about to send, other than a text.

    `kind` is "album" or a member of SAMPLE_KINDS. Without `upload`, a sample file is sent. `reply_to` is the id of a
    message. `has_cover` and `start_timestamp` (in seconds) are for videos. `extra` are further message fields, which
    must be in EXTRA_FIELDS.
    """

    kind: str
    caption: str = ""
    entities: Any = None
    upload: Upload | None = None
    has_spoiler: bool = False
    reply_to: int | None = None
    has_caption_above: bool = False
    has_cover: bool = False
    start_timestamp: int = 0
    extra: Json | None = None


def send_text(
    state: PlaygroundState,
    person: User,
    chat: Chat,
    text: str,
    *,
    reply_to: int | None = None,
    entities: Any = None,
    extra: Json | None = None,
    **fields: Any,
) -> Message:
    """Send a person's text to a chat, and return the message.

    `extra` are message fields of the Bot API, such as link_preview_options. `fields` are further fields of the class
    `Message`. Raises SimulatorError when the text is invalid or the person cannot send it to this chat.
    """
    try:
        message_text, valid = checked_text(text, entities)
    except BotApiError as error:
        raise SimulatorError(f"This text cannot be sent ({error}): write 1 to 4096 characters.") from None
    content: Json = {"text": message_text}
    if all_entities := with_detected_entities(message_text, valid):
        content["entities"] = all_entities
    return post(state, person, chat, content | (extra or {}), reply_to, **fields)


def start(state: PlaygroundState, person: User, chat: Chat, payload: str) -> Message:
    """Open the link t.me/BOT?start=PAYLOAD and press Start, which sends "/start PAYLOAD". Return the message.

    If the person had blocked the bot, unblock it. Raises SimulatorError for an invalid payload, or if the chat is not
    one with a bot.
    """
    if chat.type is not ChatType.PRIVATE:
        raise SimulatorError("Only a private chat with a bot can be started: give the bot's id as the chat.")
    if not _PAYLOAD.fullmatch(payload):
        raise SimulatorError(f"A start payload is at most 64 of A-Z a-z 0-9 _ -, not {payload!r}.")
    if chat.is_blocked:
        set_blocked(state, person, chat, False)
    return send_text(state, person, chat, f"/start {payload}".strip())


def send_media(state: PlaygroundState, person: User, chat: Chat, media: OutgoingMedia) -> Message:
    """Send a message other than a text, and return it. For an album, return the first of its messages.

    Raises SimulatorError when the kind, file or caption is invalid, or when the person cannot send to this chat.
    """
    caption = _caption_fields(media)
    if media.kind == "album":
        return _send_album(state, person, chat, media, caption)
    extra = media.extra or {}
    if media.kind in sample_messages.CONTENT_WITHOUT_FILE:
        content = sample_messages.CONTENT_WITHOUT_FILE[media.kind]
        return post(state, person, chat, content | extra, media.reply_to)
    if media.kind not in sample_messages.SAMPLE_KINDS:
        kinds = ", ".join((*sample_messages.SAMPLE_KINDS, "album"))
        raise SimulatorError(f"There is no kind of message {media.kind!r}: use one of {kinds}.")
    upload, fields = (media.upload, {}) if media.upload else sample_messages.sample_file(media.kind)
    return post(state, person, chat, _content(state, media, upload, fields) | caption | extra, media.reply_to)


def _send_album(state: PlaygroundState, person: User, chat: Chat, media: OutgoingMedia, caption: Json) -> Message:
    group = {"media_group_id": str(13_000_000_000_000_000 + state.new_message_id())}
    contents = [_content(state, media, upload, {}) | group for upload in sample_messages.sample_album()]
    contents[0] |= caption
    messages = [post(state, person, chat, content, media.reply_to) for content in contents]
    return messages[0]


def _content(state: PlaygroundState, media: OutgoingMedia, upload: Upload, fields: Json) -> Json:
    """Store the uploaded file of a message, and return the message fields.

    Raises SimulatorError if the file is refused.
    """
    kind = "photo" if media.kind == "album" else media.kind
    try:
        content = uploads.store_upload(state.files, kind, upload, fields).content()
        if kind == "video":
            content = uploads.with_cover(content, _cover(state, media), media.start_timestamp)
    except BotApiError as error:
        raise SimulatorError(
            f"The {kind} {upload.name!r} cannot be sent ({error.description}): choose another file."
        ) from None
    return content | ({"has_media_spoiler": True} if media.has_spoiler else {})


def _cover(state: PlaygroundState, media: OutgoingMedia) -> StoredFile | None:
    if not media.has_cover:
        return None
    photo, _ = sample_messages.sample_file("photo")
    return uploads.store_upload(state.files, "photo", photo, {})


def text_extra_fields(values: Mapping[str, Any]) -> Json:
    """Return the values "link_preview_options" and "extra" of a request to send a text, as message fields.

    Raises SimulatorError when one of them is invalid.
    """
    try:
        options = link_preview_fields(values.get("link_preview_options", {}))
    except BotApiError as error:
        raise SimulatorError(f'"link_preview_options" is invalid ({error.description}).') from None
    return extra_fields(values) | ({"link_preview_options": options} if options else {})


def extra_fields(values: Mapping[str, Any]) -> Json:
    """Return the message fields in the object "extra" of a request.

    Raises SimulatorError when "extra" has a field that is not in EXTRA_FIELDS.
    """
    extra = values.get("extra", {})
    if not isinstance(extra, dict) or extra.keys() - EXTRA_FIELDS:
        raise SimulatorError(f'"extra" must be an object with some of {", ".join(sorted(EXTRA_FIELDS))}.')
    return dict(extra)


def _caption_fields(media: OutgoingMedia) -> Json:
    if (media.caption or media.entities) and media.kind not in CAPTIONED:
        raise SimulatorError(f"A {media.kind} has no caption: only {', '.join(sorted(CAPTIONED))} have one.")
    if media.upload and media.kind not in UPLOADABLE:
        raise SimulatorError(f"A {media.kind} has no content: only {', '.join(sorted(UPLOADABLE))} have it.")
    try:
        caption, valid = checked_caption(media.caption, media.entities)
    except BotApiError as error:
        raise SimulatorError(f"This caption cannot be sent ({error}): write at most 1024 characters.") from None
    content: Json = {"caption": caption} if caption else {}
    if caption and media.has_caption_above and media.kind in uploads.VISUAL_MEDIA:
        content["show_caption_above_media"] = True
    entities = with_detected_entities(caption, valid)
    return content | ({"caption_entities": entities} if entities else {})
