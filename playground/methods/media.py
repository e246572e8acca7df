"""sendPhoto, sendVideo, sendDocument, sendVoice, sendAnimation, sendAudio, and getFile."""

import mimetypes
from collections.abc import Mapping
from typing import Any

from playground.errors import bad
from playground.messages.files import File, id_for
from playground.messages.uploads import COVERED, Upload, begun, keep
from playground.methods.support.message_text import caption_of
from playground.methods.support.parameters import flag, text, whole
from playground.methods.support.posting import COMMON, post
from playground.methods.support.registry import Call, method

Json = dict[str, Any]
WRONG_FILE = "wrong file identifier/HTTP URL specified"
MOST_DOWNLOAD = 20 << 20  # bytes that a bot may fetch
_WORDS = f"caption parse_mode caption_entities {COMMON}"
_SHOWN = f"show_caption_above_media has_spoiler {_WORDS}"


@method("sendPhoto", f"photo {_SHOWN}")
def send_photo(call: Call) -> Json:
    return _send(call, "photo")


@method("sendVideo", f"video duration width height cover start_timestamp {_SHOWN}")
def send_video(call: Call) -> Json:
    given = call.given
    content = media_content(given, file_in(call, "video", given, "video"))
    cover = file_in(call, "photo", given, "cover") if given.get("cover") else None
    return post(call, begun(content, cover, whole(given, "start_timestamp", least=0)))


@method("sendAnimation", f"animation duration width height {_SHOWN}")
def send_animation(call: Call) -> Json:
    return _send(call, "animation")


@method("sendDocument", f"document {_WORDS}")
def send_document(call: Call) -> Json:
    return _send(call, "document")


@method("sendVoice", f"voice duration {_WORDS}")
def send_voice(call: Call) -> Json:
    return _send(call, "voice")


@method("sendAudio", f"audio duration performer title {_WORDS}")
def send_audio(call: Call) -> Json:
    return _send(call, "audio")


@method("getFile", "file_id")
def get_file(call: Call) -> Json:
    file_id = text(call.given, "file_id")
    file = call.state.files.of_bot(call.bot.id, file_id)
    if file is None:
        raise bad("invalid file_id" if file_id else "file_id not specified")
    if file.size > MOST_DOWNLOAD:
        raise bad("file is too big")
    if call.state.files.bytes_of(file) is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    told: Json = {"file_id": id_for(call.bot.id, file.unique_id), "file_unique_id": file.unique_id}
    return told | {"file_size": file.size, "file_path": path_of(file)}


def path_of(file: File) -> str:
    named = str(file.details.get("file_name", "")).rpartition(".")
    ending = f".{named[2]}" if named[0] and named[2].isalnum() else mimetypes.guess_extension(file.mime) or ""
    return f"{file.kind}s/file_{file.unique_id}{ending}"


def file_in(call: Call, kind: str, said: Mapping[str, Any], name: str) -> File:
    """The file that `said[name]` brings: an upload, attach://PART of one, or the id of a known file."""
    given = said.get(name)
    if isinstance(given, str) and given.startswith("attach://"):
        given = call.given.get(given.removeprefix("attach://"))
        if not isinstance(given, Upload):
            raise bad(WRONG_FILE)
    if isinstance(given, Upload):
        numbers = {part: whole(said, part, least=0) for part in ("width", "height", "duration")}
        words = {part: text(said, part) for part in ("performer", "title")}
        return keep(call.state.files, kind, given, numbers | words)
    if not given:
        raise bad(f"there is no {kind} in the request")
    return _known(call, kind, text(said, name))


def media_content(said: Mapping[str, Any], file: File) -> Json:
    """What the message holds: the file, the caption and how both are shown."""
    content = file.content() | caption_of(said)
    if file.kind in COVERED:
        if flag(said, "has_spoiler"):
            content["has_media_spoiler"] = True
        if content.get("caption") and flag(said, "show_caption_above_media"):
            content["show_caption_above_media"] = True
    return content


def _send(call: Call, kind: str) -> Json:
    return post(call, media_content(call.given, file_in(call, kind, call.given, kind)))


def _known(call: Call, kind: str, given: str) -> File:
    if given.lower().startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")  # the box asks no other machine
    file = call.state.files.of_bot(call.bot.id, given)
    if file is None:
        raise bad(WRONG_FILE)
    if (file.kind == "photo") != (kind == "photo"):
        raise bad("type of file mismatch")
    return file
