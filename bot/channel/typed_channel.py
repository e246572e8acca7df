"""Read which channel a message of an owner names: by @username, by a link, or as a forwarded post. Pure."""

import re
from collections.abc import Mapping
from typing import Any

_USERNAME = re.compile(r"(?:@|(?:https?://)?(?:t|telegram)\.me/)([A-Za-z][A-Za-z0-9_]{3,31})/?(?:\d+/?)?", re.ASCII)
_PRIVATE_LINK = re.compile(r"(?:https?://)?(?:t|telegram)\.me/c/(\d{1,13})/\d+/?", re.ASCII)
_NUMBER = re.compile(r"-100\d{1,13}", re.ASCII)


def channel_in(message: Mapping[str, Any]) -> int | str | None:
    """Return the id or the @username of the channel that a message of Telegram names; None if it names none."""
    match message.get("forward_origin"):
        case {"type": "channel", "chat": {"id": int(number)}}:
            return number
    return _typed(str(message.get("text", "")).strip())


def _typed(text: str) -> int | str | None:
    if match := _USERNAME.fullmatch(text):
        return f"@{match[1]}"
    if match := _PRIVATE_LINK.fullmatch(text):
        return int(f"-100{match[1]}")
    return int(text) if _NUMBER.fullmatch(text) else None
