"""What people send: words, Start, pictures, files, albums, and all the other kinds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.errors import Mistake, Refused
from playground.messages import sample_messages, uploads
from playground.messages.files import File
from playground.messages.text import captioned, with_found, written
from playground.messages.uploads import Upload
from playground.methods.support.message_text import preview_of
from playground.people.user_actions import block, post
from playground.world.model import Chat, Kind, Message, Person
from playground.world.state import State

Json = dict[str, Any]
CAPTIONED = frozenset({"photo", "video", "document", "voice", "animation", "audio", "album"})
FROM_DISK = CAPTIONED - {"album"}
EXTRA = frozenset({
    "effect_id", "external_reply", "forward_origin", "live_photo", "paid_star_count", "quote", "reply_markup",
    "reply_to_checklist_task_id", "reply_to_story", "via_bot",
})  # fmt: skip
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


@dataclass(frozen=True, slots=True)
class Shared:
    """`upload` is a real file; without one the box makes something up. `extra` are further fields of the message.

    `cover` puts a small picture over a video, which begins at second `starts_at`.
    """

    kind: str
    caption: str = ""
    entities: Any = None
    upload: Upload | None = None
    spoiler: bool = False
    reply_to: int | None = None
    caption_above: bool = False
    cover: bool = False
    starts_at: int = 0
    extra: Json | None = None


def say(
    state: State,
    person: Person,
    chat: Chat,
    text: str,
    reply_to: int | None = None,
    entities: Any = None,
    shown: Json | None = None,
    **more: Any,
) -> Message:
    """`shown` are further fields of what is said, such as `link_preview_options`; `more` are `thread` and `guise`."""
    try:
        kept, marked = written(text, entities)
    except Refused as no:
        raise Mistake(f"This cannot be sent ({no}): write 1 to 4096 characters.") from None
    content: Json = {"text": kept}
    if found := with_found(kept, marked):
        content["entities"] = found
    return post(state, person, chat, content | (shown or {}), reply_to, **more)


def start(state: State, person: Person, chat: Chat, payload: str) -> Message:
    """Opening t.me/BOT?start=payload and pressing Start; it also lets a blocked bot in again."""
    if chat.kind is not Kind.PRIVATE:
        raise Mistake("Only a private chat with a bot can be started: give the bot's id as the chat.")
    if not _PAYLOAD.fullmatch(payload):
        raise Mistake(f"A start payload is at most 64 of A-Z a-z 0-9 _ -, not {payload!r}.")
    if chat.blocked:
        block(state, person, chat, False)
    return say(state, person, chat, f"/start {payload}".strip())


def share(state: State, person: Person, chat: Chat, shared: Shared) -> Message:
    """Of an album the first message, which carries its caption."""
    caption = _caption(shared)
    if shared.kind == "album":
        return _album(state, person, chat, shared, caption)
    extra = shared.extra or {}
    if shared.kind in sample_messages.PLAIN:
        return post(state, person, chat, sample_messages.PLAIN[shared.kind] | extra, shared.reply_to)
    if shared.kind not in sample_messages.KINDS:
        raise Mistake(
            f"The box knows no kind {shared.kind!r}: use one of {', '.join((*sample_messages.KINDS, 'album'))}."
        )
    upload, said = (shared.upload, {}) if shared.upload else sample_messages.sample(shared.kind)
    return post(state, person, chat, _content(state, shared, upload, said) | caption | extra, shared.reply_to)


def _album(state: State, person: Person, chat: Chat, shared: Shared, caption: Json) -> Message:
    group = {"media_group_id": str(13_000_000_000_000_000 + state.new_message_id())}
    contents = [_content(state, shared, upload, {}) | group for upload in sample_messages.album()]
    contents[0] |= caption
    messages = [post(state, person, chat, content, shared.reply_to) for content in contents]
    return messages[0]


def _content(state: State, shared: Shared, upload: Upload, said: Json) -> Json:
    kind = "photo" if shared.kind == "album" else shared.kind
    try:
        content = uploads.keep(state.files, kind, upload, said).content()
        if kind == "video":
            content = uploads.begun(content, _cover(state, shared), shared.starts_at)
    except Refused as no:
        raise Mistake(f"The {kind} {upload.name!r} cannot be sent ({no.description}): choose another file.") from None
    return content | ({"has_media_spoiler": True} if shared.spoiler else {})


def _cover(state: State, shared: Shared) -> File | None:
    return uploads.keep(state.files, "photo", sample_messages.sample("photo")[0], {}) if shared.cover else None


def shown_fields(given: Mapping[str, Any]) -> Json:
    """How a text is shown: its link preview, and the further fields of the message."""
    try:
        options = preview_of(given.get("link_preview_options", {}))
    except Refused as no:
        raise Mistake(f'"link_preview_options" is refused ({no.description}).') from None
    return extra_fields(given) | ({"link_preview_options": options} if options else {})


def extra_fields(given: Mapping[str, Any]) -> Json:
    """Fields of a message that the box does not make itself; only such as a person's message can have."""
    extra = given.get("extra", {})
    if not isinstance(extra, dict) or extra.keys() - EXTRA:
        raise Mistake(f'"extra" is to be an object with some of {", ".join(sorted(EXTRA))}.')
    return dict(extra)


def _caption(shared: Shared) -> Json:
    if (shared.caption or shared.entities) and shared.kind not in CAPTIONED:
        raise Mistake(f"A {shared.kind} takes no caption: only {', '.join(sorted(CAPTIONED))} do.")
    if shared.upload and shared.kind not in FROM_DISK:
        raise Mistake(f"A {shared.kind} takes no content: only {', '.join(sorted(FROM_DISK))} do.")
    try:
        kept, marked = captioned(shared.caption, shared.entities)
    except Refused as no:
        raise Mistake(f"This caption cannot be sent ({no}): write at most 1024 characters.") from None
    entities = with_found(kept, marked)
    above = {"show_caption_above_media": True} if shared.caption_above and shared.kind in uploads.COVERED else {}
    return (({"caption": kept} | above) if kept else {}) | ({"caption_entities": entities} if entities else {})
