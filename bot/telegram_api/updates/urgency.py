"""Tell from a raw update whether it may wait: leaving, and an admin's stop, pass every queue.

This is asked before anything is parsed, so it reads letters alone and may say yes too often. The flood gate limits
how often it counts, and what the update really asks for is decided later.
"""

import re
from typing import Any

from bot.model.command_parsing import LEAVING, command_in, mentions_leaving

_BUTTON = re.compile(r"w\.[a-z-]{2,12}\.(?:leave|forget|x\.(?:ask\.)?(?:stop|pause|recall))\.")
_LONGEST = 256  # characters; whoever leaves writes little else


def is_urgent(update: Any) -> bool:
    """Return whether `update` looks like a request to leave, or like an admin's stop."""
    match update:
        case {"callback_query": {"data": str(data)}}:
            return _BUTTON.match(data) is not None
        case {"message": {"text": str(text)} | {"caption": str(text)}}:
            return len(text) <= _LONGEST and _leaves(text)
        case {"edited_message": {"text": str(text)} | {"caption": str(text)}}:
            return len(text) <= _LONGEST and _leaves(text)
        case _:
            return False


def _leaves(text: str) -> bool:
    command = command_in(text)
    return mentions_leaving(text) or (command is not None and command.name in LEAVING)
