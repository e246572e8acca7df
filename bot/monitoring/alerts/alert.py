"""Define the failures of which the operator is notified, and the alerts about them.

An alert leaves this server, and its receiver may belong to somebody else. So an alert contains only fixed sentences
and figures about the bot: no id, no text of a person, no name of a campaign, no token and no address.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Failure(StrEnum):
    """A kind of failure of which the operator is notified."""

    SILENT = "silent"
    FLOOD_WAIT = "flood_wait"
    SENDING = "sending"
    BROADCAST = "broadcast"
    STORAGE = "storage"
    DISK = "disk"
    ROWS = "rows"
    KEYS = "keys"
    BACKUP = "backup"
    CLOCK = "clock"
    RESTARTS = "restarts"


class AlertState(StrEnum):
    """The state of a failure that an alert reports: it has begun, it still lasts, or it has ended."""

    BEGAN = "began"
    LASTS = "lasts"
    ENDED = "ended"


_TITLES = {
    AlertState.BEGAN: "Bot alert",
    AlertState.LASTS: "Bot alert, still",
    AlertState.ENDED: "Bot alert resolved",
}


@dataclass(frozen=True, slots=True)
class Alert:
    """A message to the operator about one failure. The bot noticed the failure at the Unix time `noticed`.

    If `is_last`, this failure has ended and no other failure lasts.
    """

    failure: Failure
    state: AlertState
    sentence: str
    noticed: float
    is_last: bool = False

    @property
    def title(self) -> str:
        """Return the title of the alert, in ASCII, because it is sent in an HTTP header."""
        return f"{_TITLES[self.state]}: {self.failure}"

    @property
    def body(self) -> str:
        """Return the text of the alert. It says when the failure was noticed, because an alert may arrive late."""
        noticed = datetime.fromtimestamp(self.noticed, UTC)
        return f"{self.sentence} Noticed {noticed:%Y-%m-%d %H:%M} UTC."
