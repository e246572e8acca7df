"""Check and store uploaded files, and add the fields that Telegram's server adds, such as width and height."""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from playground.errors import BotApiError, bad_request
from playground.messages.files import FileStore, StoredFile
from playground.messages.images import image_info

Json = dict[str, Any]

MAX_FILE = 50 << 20  # bytes that a bot may upload
MAX_PHOTO = 10 << 20
_DEFAULT_MIME = {"video": "video/mp4", "animation": "video/mp4", "voice": "audio/ogg", "audio": "audio/mpeg"}
_WITHOUT_MIME_TYPE = frozenset({"sticker", "video_note"})  # these have no mime_type in the Bot API
VISUAL_MEDIA = frozenset({"photo", "video", "animation"})  # can have a spoiler, and the caption above them
_WITH_FILE_NAME = frozenset({"document", "video", "animation", "audio"})


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file: its bytes (`data`), and the name and MIME type that the sender stated."""

    name: str
    mime: str
    data: bytes


def store_upload(files: FileStore, kind: str, upload: Upload, fields: Mapping[str, Any]) -> StoredFile:
    """Check and store an uploaded file; return its description. Raises BotApiError if Telegram would refuse it.

    `kind` is a member of MEDIA. `fields` can contain the width, height, duration, title and performer that the sender
    stated.
    """
    size = len(upload.data)
    if not size:
        raise bad_request("file must be non-empty")
    if size > MAX_FILE:
        raise BotApiError(413)
    if kind == "photo":
        return _store_photo(files, upload)
    mime = _mime_type(kind, upload)
    details = _details(kind, upload.data, fields)
    if kind in _WITH_FILE_NAME:
        details |= {"file_name": PurePath(upload.name).name[:255] or "file"}
    return files.add(kind, upload.data, mime, details | ({} if kind in _WITHOUT_MIME_TYPE else {"mime_type": mime}))


def with_cover(content: Json, cover: StoredFile | None, start_timestamp: int) -> Json:
    """Return `content`, the message fields of a video, with a cover photo and a start time.

    `start_timestamp` is the time from which apps play the video, in seconds from its beginning.
    """
    sizes: Json = {"cover": cover.content()["photo"]} if cover else {}
    start = {"start_timestamp": start_timestamp} if start_timestamp else {}
    return content | {"video": content["video"] | sizes | start}


def _store_photo(files: FileStore, upload: Upload) -> StoredFile:
    size = len(upload.data)
    if size > MAX_PHOTO:
        raise bad_request(f"file of size {size} bytes is too big for a photo; the maximum size is {MAX_PHOTO} bytes")
    image = image_info(upload.data)
    if image is None or not (image.width and image.height):
        raise bad_request("IMAGE_PROCESS_FAILED")
    if image.width + image.height > 10_000 or max(image.width, image.height) > 20 * min(image.width, image.height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return files.add("photo", upload.data, image.mime, {"width": image.width, "height": image.height})


def _mime_type(kind: str, upload: Upload) -> str:
    """Return the MIME type of a file: for images by their bytes, otherwise as stated, or else by name and kind."""
    if image := image_info(upload.data):
        return image.mime
    guessed = mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
    stated = upload.mime if "/" in upload.mime and upload.mime != "application/octet-stream" else guessed
    default = _DEFAULT_MIME.get(kind)
    return default if default and stated.partition("/")[0] != default.partition("/")[0] else stated


def _details(kind: str, data: bytes, fields: Mapping[str, Any]) -> Json:
    match kind:
        case "video" | "animation":
            image = image_info(data)  # an animation may be a GIF
            width, height = (image.width, image.height) if image else (fields.get("width"), fields.get("height"))
            return {"width": width or 320, "height": height or 240, "duration": fields.get("duration") or 0}
        case "sticker" | "video_note":
            return dict(fields)
        case "voice":
            return {"duration": fields.get("duration") or 0}
        case "audio":
            tags = {name: fields[name] for name in ("performer", "title") if fields.get(name)}
            return {"duration": fields.get("duration") or 0} | tags
    return {}
