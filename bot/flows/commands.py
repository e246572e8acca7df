"""Commands as people send them: `/clause 4`, in groups `/clause@bot 4`."""

import re
from dataclasses import dataclass

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """`name` in small letters, without the slash; `rest` is what stands behind it."""

    name: str
    rest: str


def named(text: str) -> Command | None:
    """The command that `text` is; None when it is none."""
    found = _COMMAND.fullmatch(text.strip())
    return Command(found[1].lower(), (found[2] or "").strip()) if found else None
