"""An upload becomes a file of the box: sizes, picture checks, and the fields that Telegram's server fills in."""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from playground.errors import Refused, bad
from playground.messages.files import File, Files
from playground.messages.images import picture

Json = dict[str, Any]

MOST = 50 << 20  # bytes that a bot may upload
MOST_PHOTO = 10 << 20
_OWN_TYPE = {"video": "video/mp4", "animation": "video/mp4", "voice": "audio/ogg", "audio": "audio/mpeg"}
_UNTYPED = frozenset({"sticker", "video_note"})  # the Bot API tells no mime_type of these
COVERED = frozenset({"photo", "video", "animation"})  # which can have a spoiler, and their caption above them
_NAMED = frozenset({"document", "video", "animation", "audio"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came, with the name and the type that its sender gave it."""

    name: str
    mime: str
    data: bytes


def keep(files: Files, kind: str, upload: Upload, said: Mapping[str, Any]) -> File:
    """`said` may hold width, height, duration, title and performer. Raises Telegram's error on a wrong file."""
    size = len(upload.data)
    if not size:
        raise bad("file must be non-empty")
    if size > MOST:
        raise Refused(413)
    if kind == "photo":
        return _photo(files, upload)
    mime = _type(kind, upload)
    details = _details(kind, upload.data, said)
    if kind in _NAMED:
        details |= {"file_name": PurePath(upload.name).name[:255] or "file"}
    return files.add(kind, upload.data, mime, details | ({} if kind in _UNTYPED else {"mime_type": mime}))


def begun(content: Json, cover: File | None, starts_at: int) -> Json:
    """A video's message with a picture over it, and with the second at which it begins."""
    sizes: Json = {"cover": cover.content()["photo"]} if cover else {}
    return content | {"video": content["video"] | sizes | ({"start_timestamp": starts_at} if starts_at else {})}


def _photo(files: Files, upload: Upload) -> File:
    size = len(upload.data)
    if size > MOST_PHOTO:
        raise bad(f"file of size {size} bytes is too big for a photo; the maximum size is {MOST_PHOTO} bytes")
    seen = picture(upload.data)
    if seen is None or not (seen.width and seen.height):
        raise bad("IMAGE_PROCESS_FAILED")
    if seen.width + seen.height > 10_000 or max(seen.width, seen.height) > 20 * min(seen.width, seen.height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return files.add("photo", upload.data, seen.mime, {"width": seen.width, "height": seen.height})


def _type(kind: str, upload: Upload) -> str:
    if seen := picture(upload.data):
        return seen.mime
    guessed = mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
    given = upload.mime if "/" in upload.mime and upload.mime != "application/octet-stream" else guessed
    own = _OWN_TYPE.get(kind)
    return own if own and given.partition("/")[0] != own.partition("/")[0] else given


def _details(kind: str, data: bytes, said: Mapping[str, Any]) -> Json:
    match kind:
        case "video" | "animation":
            seen = picture(data)  # an animation may be a GIF
            size = (seen.width, seen.height) if seen else (said.get("width") or 320, said.get("height") or 240)
            return {"width": size[0], "height": size[1], "duration": said.get("duration") or 0}
        case "sticker" | "video_note":
            return dict(said)
        case "voice":
            return {"duration": said.get("duration") or 0}
        case "audio":
            words = {name: said[name] for name in ("performer", "title") if said.get(name)}
            return {"duration": said.get("duration") or 0} | words
    return {}
