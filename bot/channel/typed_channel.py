"""Find out which channel an owner's message refers to: by @username, link, channel id or forwarded post. Pure."""

import re
from collections.abc import Mapping
from typing import Any

_USERNAME = re.compile(r"(?:@|(?:https?://)?(?:t|telegram)\.me/)([A-Za-z][A-Za-z0-9_]{3,31})/?(?:\d+/?)?", re.ASCII)
_PRIVATE_LINK = re.compile(r"(?:https?://)?(?:t|telegram)\.me/c/(\d{1,13})/\d+/?", re.ASCII)
_NUMBER = re.compile(r"-100\d{1,13}", re.ASCII)


def channel_in(message: Mapping[str, Any]) -> int | str | None:
    """Return the channel that a message refers to: its id, or its @username with the @; None if there is none.

    `message` is a Message of the Bot API. It can be a @username, a link, a channel id or a forwarded post.
    """
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
