"""Files: bytes bounded in memory, what is known about them, and ids as Telegram gives them, each bot its own."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b, sha256
from typing import Any

Json = dict[str, Any]

MOST_BYTES = 200 << 20  # of all files together; the oldest go first
MOST_KNOWN = 20_000  # files that can still be sent by id, their bytes gone or not
MEDIA = frozenset({"photo", "video", "document", "voice", "animation", "audio", "sticker", "video_note"})
_HEAD = "AgACAgIAAxkBAAI"
_UNIQUE = 16  # characters of a file_unique_id


@dataclass(frozen=True, slots=True)
class File:
    """`details` are the Bot API's fields beside ids and size (width, duration, file_name, ...)."""

    unique_id: str
    kind: str
    digest: bytes
    size: int
    mime: str
    details: Json

    def content(self) -> Json:
        """The fields of a message that carries this file; ids are not yet a bot's (see `ids_for`)."""
        told: Json = {"file_id": self.unique_id, "file_unique_id": self.unique_id, "file_size": self.size}
        told |= self.details
        match self.kind:
            case "photo":
                return {"photo": [told]}
            case "animation":  # a document too, for apps that know no animations
                return {"animation": told, "document": _without(told, "width", "height", "duration")}
        return {self.kind: told}


class Files:
    """The same bytes sent as the same kind are the same file, whoever sends them."""

    def __init__(self) -> None:
        self._known: dict[str, File] = {}
        self._bytes: dict[bytes, bytes] = {}
        self._held = 0

    def add(self, kind: str, data: bytes, mime: str, details: Json) -> File:
        digest = sha256(data).digest()
        unique = _letters(sha256(kind.encode() + digest).digest())[:_UNIQUE]
        self._known.pop(unique, None)
        file = self._known[unique] = File(unique, kind, digest, len(data), mime, details)
        if len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._hold(digest, data)
        return file

    def named(self, unique: str) -> File | None:
        return self._known.get(unique)

    def of_bot(self, bot: int, file_id: str) -> File | None:
        """The file behind an id that this bot was given; None for all other texts."""
        unique = file_id[len(_HEAD) : len(_HEAD) + _UNIQUE]
        return self._known.get(unique) if file_id == id_for(bot, unique) else None

    def bytes_of(self, file: File) -> bytes | None:
        """None when newer files have taken their place."""
        return self._bytes.get(file.digest)

    def _hold(self, digest: bytes, data: bytes) -> None:
        self._held -= len(self._bytes.pop(digest, b""))
        self._bytes[digest] = data
        self._held += len(data)
        while self._held > MOST_BYTES:
            self._held -= len(self._bytes.pop(next(iter(self._bytes))))


@lru_cache(maxsize=10_000)
def id_for(bot: int, unique: str) -> str:
    return _HEAD + unique + _letters(blake2b(f"{bot}:{unique}".encode(), digest_size=32).digest())


def ids_for(bot: int, content: Json) -> Json:
    """`content` as this bot gets it: with file ids that are its own."""
    kinds = content.keys() & MEDIA
    return content | {kind: _with_ids(bot, content[kind]) for kind in kinds} if kinds else content


def _with_ids(bot: int, told: Any) -> Any:
    if isinstance(told, list):
        return [_with_ids(bot, one) for one in told]
    cover = {"cover": _with_ids(bot, told["cover"])} if "cover" in told else {}
    return told | cover | {"file_id": id_for(bot, told["file_unique_id"])}


def _without(told: Json, *names: str) -> Json:
    return {name: value for name, value in told.items() if name not in names}


def _letters(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
