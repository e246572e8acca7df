"""Define sample content for every kind of message except text. People send it in the web chat and in tests."""

from functools import cache
from pathlib import Path
from typing import Any

from playground.messages.uploads import Upload

Json = dict[str, Any]

_SAMPLES = Path(__file__).parents[1] / "samples"
_STICKER = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "🕊"}
_FILES: dict[str, tuple[str, str, Json]] = {
    "photo": ("photo-1.jpg", "image/jpeg", {}),
    "voice": ("voice.ogg", "audio/ogg", {"duration": 3}),
    "audio": ("song.mp3", "audio/mpeg", {"duration": 3, "title": "A song"}),
    "video": ("clip.mp4", "video/mp4", {"duration": 2}),
    "animation": ("clip.mp4", "video/mp4", {"duration": 2}),
    "video_note": ("clip.mp4", "video/mp4", {"length": 240, "duration": 2}),
    "document": ("letter.pdf", "application/pdf", {}),
    "sticker": ("sticker.webp", "image/webp", _STICKER),
}
ALBUM_FILES = ("photo-1.jpg", "photo-2.jpg", "photo-3.jpg")
_POLL = {
    "id": "6000000000000000001",
    "question": "Do you read?",
    "options": [
        {"persistent_id": "0", "text": "Yes", "voter_count": 0},
        {"persistent_id": "1", "text": "No", "voter_count": 0},
    ],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": True,
    "members_only": False,
}
_OTHER_CHAT = {"id": 777_001, "type": "private", "first_name": "Somebody"}
_CHECKLIST = {"title": "To read", "tasks": [{"id": 1, "text": "The declaration"}]}
_INVOICE = {
    "title": "A book",
    "description": "To read",
    "start_parameter": "x",
    "currency": "XTR",
    "total_amount": 5,
}
_GIVEAWAY = {"chats": [{"id": -1_000_001, "type": "channel", "title": "A channel"}], "winner_count": 1}
_GAME = {"title": "A game", "description": "To play", "photo": []}
_LOCATION = {"latitude": 34.5266, "longitude": 69.1848}
CONTENT_WITHOUT_FILE: dict[str, Json] = {
    "location": {"location": _LOCATION},
    "contact": {"contact": {"phone_number": "+43 1 0000000", "first_name": "Somebody"}},
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    "poll": {"poll": _POLL},
    "checklist": {"checklist": _CHECKLIST},
    "story": {"story": {"chat": _OTHER_CHAT, "id": 1}},
    "paid_media": {"paid_media": {"star_count": 5, "paid_media": [{"type": "preview", "duration": 2}]}},
    "invoice": {"invoice": _INVOICE},
    "game": {"game": _GAME},
    "giveaway": {"giveaway": {**_GIVEAWAY, "winners_selection_date": 1_900_000_000}},
    "venue": {
        "venue": {"location": _LOCATION, "title": "A library", "address": "Vienna"},
        "location": _LOCATION,
    },
}
SAMPLE_KINDS = (*_FILES, *CONTENT_WITHOUT_FILE)


def sample_file(kind: str) -> tuple[Upload, Json]:
    """Return a small real file of this kind, and the fields that an app would add, such as duration and title."""
    name, mime, fields = _FILES[kind]
    return Upload(name, mime, _read(name)), fields


def sample_album() -> list[Upload]:
    """Return three photos, which are sent as a sample album."""
    return [Upload(name, "image/jpeg", _read(name)) for name in ALBUM_FILES]


@cache
def _read(name: str) -> bytes:
    return (_SAMPLES / name).read_bytes()
