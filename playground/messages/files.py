"""Store the files of messages within a memory limit. As on Telegram, each bot has its own file_id for a file."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b, sha256
from typing import Any

Json = dict[str, Any]

MAX_STORED_BYTES = 200 << 20  # of all files together; the oldest are dropped first
MAX_FILES = 20_000  # files that can be sent by id, even after their bytes were dropped
MEDIA = frozenset({"photo", "video", "document", "voice", "animation", "audio", "sticker", "video_note"})
_FILE_ID_PREFIX = "AgACAgIAAxkBAAI"
_UNIQUE_ID_LENGTH = 16  # characters of a file_unique_id


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The description of a file. Its bytes are in FileStore, under their SHA-256 `digest`.

    `unique_id` is the file_unique_id of the Bot API, `kind` a member of MEDIA, and `size` in bytes. `details` are
    further fields of the Bot API, such as width, duration and file_name.
    """

    unique_id: str
    kind: str
    digest: bytes
    size: int
    mime: str
    details: Json

    def content(self) -> Json:
        """Return the fields that this file has in a Message object.

        The file_id is a placeholder, which `with_file_ids` replaces for each bot.
        """
        fields: Json = {"file_id": self.unique_id, "file_unique_id": self.unique_id, "file_size": self.size}
        fields |= self.details
        match self.kind:
            case "photo":
                return {"photo": [fields]}
            case "animation":  # also a document, for apps without support for animations
                return {"animation": fields, "document": _without(fields, "width", "height", "duration")}
        return {self.kind: fields}


class FileStore:
    """The store of all files of the playground. The same bytes of the same kind are stored as one file."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}
        self._bytes: dict[bytes, bytes] = {}
        self._stored_bytes = 0

    def add(self, kind: str, data: bytes, mime: str, details: Json) -> StoredFile:
        """Store a file, and return its description.

        Drop the oldest file if there are more than MAX_FILES, and the oldest bytes if there are more than
        MAX_STORED_BYTES.
        """
        digest = sha256(data).digest()
        unique_id = _base64(sha256(kind.encode() + digest).digest())[:_UNIQUE_ID_LENGTH]
        self._files.pop(unique_id, None)
        file = self._files[unique_id] = StoredFile(unique_id, kind, digest, len(data), mime, details)
        if len(self._files) > MAX_FILES:
            del self._files[next(iter(self._files))]
        self._store_bytes(digest, data)
        return file

    def get(self, unique_id: str) -> StoredFile | None:
        """Return the file with this file_unique_id; None if it is unknown or was dropped."""
        return self._files.get(unique_id)

    def of_bot(self, bot_id: int, file_id: str) -> StoredFile | None:
        """Return the file with this file_id; None if it is not a file_id of this bot, or if the file was dropped."""
        unique_id = file_id[len(_FILE_ID_PREFIX) : len(_FILE_ID_PREFIX) + _UNIQUE_ID_LENGTH]
        return self._files.get(unique_id) if file_id == file_id_for(bot_id, unique_id) else None

    def bytes_of(self, file: StoredFile) -> bytes | None:
        """Return the bytes of a file; None when they were dropped to make room for newer files."""
        return self._bytes.get(file.digest)

    def _store_bytes(self, digest: bytes, data: bytes) -> None:
        self._stored_bytes -= len(self._bytes.pop(digest, b""))
        self._bytes[digest] = data
        self._stored_bytes += len(data)
        while self._stored_bytes > MAX_STORED_BYTES:
            self._stored_bytes -= len(self._bytes.pop(next(iter(self._bytes))))


@lru_cache(maxsize=10_000)
def file_id_for(bot_id: int, unique_id: str) -> str:
    """Return the file_id that a bot has for the file with this file_unique_id."""
    return _FILE_ID_PREFIX + unique_id + _base64(blake2b(f"{bot_id}:{unique_id}".encode(), digest_size=32).digest())


def with_file_ids(bot_id: int, content: Json) -> Json:
    """Return message fields in which every file_id is the one that this bot has for the file."""
    kinds = content.keys() & MEDIA
    return content | {kind: _with_ids(bot_id, content[kind]) for kind in kinds} if kinds else content


def _with_ids(bot_id: int, media: Any) -> Any:
    if isinstance(media, list):
        return [_with_ids(bot_id, photo_size) for photo_size in media]
    cover = {"cover": _with_ids(bot_id, media["cover"])} if "cover" in media else {}
    return media | cover | {"file_id": file_id_for(bot_id, media["file_unique_id"])}


def _without(fields: Json, *names: str) -> Json:
    return {name: value for name, value in fields.items() if name not in names}


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
