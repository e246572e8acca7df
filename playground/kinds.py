"""Messages that are not text: small made-up content for every kind a person may send."""

from typing import Any

Json = dict[str, Any]


def _file(name: str, **more: Any) -> Json:
    return {"file_id": f"box-{name}-1", "file_unique_id": f"box-{name}"} | more


_PHOTO = _file("photo", width=320, height=240, file_size=4096)
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
KINDS: dict[str, Json] = {
    "photo": {"photo": [_PHOTO]},
    "voice": {"voice": _file("voice", duration=3, mime_type="audio/ogg", file_size=9000)},
    "audio": {"audio": _file("audio", duration=120, mime_type="audio/mpeg", title="A song")},
    "video": {"video": _file("video", width=320, height=240, duration=5, mime_type="video/mp4")},
    "video_note": {"video_note": _file("note", length=240, duration=5)},
    "document": {"document": _file("document", file_name="letter.pdf", mime_type="application/pdf", file_size=9000)},
    "sticker": {
        "sticker": _file(
            "sticker", type="regular", width=512, height=512, is_animated=False, is_video=False, emoji="🕊"
        )
    },
    "location": {"location": {"latitude": 34.5266, "longitude": 69.1848}},
    "contact": {"contact": {"phone_number": "+43 1 0000000", "first_name": "Somebody"}},
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    "poll": {"poll": _POLL},
}
# An animation comes as a document too, for apps that know no animations.
KINDS["animation"] = {
    "animation": _file("animation", width=320, height=240, duration=2, mime_type="video/mp4"),
    "document": _file("animation", mime_type="video/mp4"),
}
KINDS["venue"] = {
    "venue": {"location": KINDS["location"]["location"], "title": "A library", "address": "Vienna"},
    "location": KINDS["location"]["location"],
}
