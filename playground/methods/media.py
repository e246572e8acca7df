"""The Bot API methods that send files, such as sendPhoto and sendVideo; and getFile."""

import mimetypes
from collections.abc import Mapping
from typing import Any

from playground.errors import bad_request
from playground.messages.files import StoredFile, file_id_for
from playground.messages.uploads import VISUAL_MEDIA, Upload, store_upload, with_cover
from playground.methods.support.message_text import caption_fields
from playground.methods.support.parameters import boolean, integer, text
from playground.methods.support.posting import COMMON_PARAMETERS, post
from playground.methods.support.registry import MethodCall, method

Json = dict[str, Any]
WRONG_FILE = "wrong file identifier/HTTP URL specified"
MAX_DOWNLOAD = 20 << 20  # bytes that a bot may download
_CAPTIONED = f"caption parse_mode caption_entities {COMMON_PARAMETERS}"
_VISUAL = f"show_caption_above_media has_spoiler {_CAPTIONED}"


@method("sendPhoto", f"photo {_VISUAL}")
def send_photo(call: MethodCall) -> Json:
    return _send(call, "photo")


@method("sendVideo", f"video duration width height cover start_timestamp {_VISUAL}")
def send_video(call: MethodCall) -> Json:
    parameters = call.parameters
    content = media_content(parameters, file_in(call, "video", parameters, "video"))
    cover = file_in(call, "photo", parameters, "cover") if parameters.get("cover") else None
    return post(call, with_cover(content, cover, integer(parameters, "start_timestamp", minimum=0)))


@method("sendAnimation", f"animation duration width height {_VISUAL}")
def send_animation(call: MethodCall) -> Json:
    return _send(call, "animation")


@method("sendDocument", f"document {_CAPTIONED}")
def send_document(call: MethodCall) -> Json:
    return _send(call, "document")


@method("sendVoice", f"voice duration {_CAPTIONED}")
def send_voice(call: MethodCall) -> Json:
    return _send(call, "voice")


@method("sendAudio", f"audio duration performer title {_CAPTIONED}")
def send_audio(call: MethodCall) -> Json:
    return _send(call, "audio")


@method("getFile", "file_id")
def get_file(call: MethodCall) -> Json:
    file_id = text(call.parameters, "file_id")
    file = call.state.files.of_bot(call.bot.id, file_id)
    if file is None:
        raise bad_request("invalid file_id" if file_id else "file_id not specified")
    if file.size > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    if call.state.files.bytes_of(file) is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    ids = {"file_id": file_id_for(call.bot.id, file.unique_id), "file_unique_id": file.unique_id}
    return ids | {"file_size": file.size, "file_path": file_path(file)}


def file_path(file: StoredFile) -> str:
    """Return the file_path of the Bot API, under which bots download a file."""
    stem, _, suffix = str(file.details.get("file_name", "")).rpartition(".")
    extension = f".{suffix}" if stem and suffix.isalnum() else mimetypes.guess_extension(file.mime) or ""
    return f"{file.kind}s/file_{file.unique_id}{extension}"


def file_in(call: MethodCall, kind: str, fields: Mapping[str, Any], name: str) -> StoredFile:
    """Return the file of this `kind` that is in the parameter `name`, or that it names.

    Its value is an uploaded file, the text `attach://PARAMETER` with the name of a parameter that has an uploaded
    file, or a file_id. `fields` are the parameters of the call, or the fields of an InputMedia. Raises BotApiError
    when there is no such file.
    """
    value = fields.get(name)
    if isinstance(value, str) and value.startswith("attach://"):
        value = call.parameters.get(value.removeprefix("attach://"))
        if not isinstance(value, Upload):
            raise bad_request(WRONG_FILE)
    if isinstance(value, Upload):
        numbers = {part: integer(fields, part, minimum=0) for part in ("width", "height", "duration")}
        tags = {part: text(fields, part) for part in ("performer", "title")}
        return store_upload(call.state.files, kind, value, numbers | tags)
    if not value:
        raise bad_request(f"there is no {kind} in the request")
    return _file_by_id(call, kind, text(fields, name))


def media_content(fields: Mapping[str, Any], file: StoredFile) -> Json:
    """Return the message fields of a file, with the caption, spoiler and caption position that `fields` ask for."""
    content = file.content() | caption_fields(fields)
    if file.kind in VISUAL_MEDIA:
        if boolean(fields, "has_spoiler"):
            content["has_media_spoiler"] = True
        if content.get("caption") and boolean(fields, "show_caption_above_media"):
            content["show_caption_above_media"] = True
    return content


def _send(call: MethodCall, kind: str) -> Json:
    return post(call, media_content(call.parameters, file_in(call, kind, call.parameters, kind)))


def _file_by_id(call: MethodCall, kind: str, file_id: str) -> StoredFile:
    if file_id.lower().startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")  # the playground contacts no other host
    file = call.state.files.of_bot(call.bot.id, file_id)
    if file is None:
        raise bad_request(WRONG_FILE)
    if (file.kind == "photo") != (kind == "photo"):
        raise bad_request("type of file mismatch")
    return file
