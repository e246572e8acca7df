"""Define the failures that the operator is alerted to, and the alerts about them.

An alert leaves this server, and its receiver might belong to somebody else. So it has fixed sentences and figures
about the bot itself: no id, no text of a person, no name of a campaign, no token and no address.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Failure(StrEnum):
    """A kind of failure that the operator is alerted to."""

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
    """The state of a failure that an alert reports."""

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
    """A message to the operator about one failure. `noticed` is when it was noticed, in Unix seconds.

    `is_last` says that the failure has ended and no other one lasts.
    """

    failure: Failure
    state: AlertState
    sentence: str
    noticed: float
    is_last: bool = False

    @property
    def title(self) -> str:
        """Return the title, in ASCII, because it is sent in an HTTP header."""
        return f"{_TITLES[self.state]}: {self.failure}"

    @property
    def body(self) -> str:
        """Return the text. It has the time at which the failure was noticed, because an alert might arrive late."""
        noticed = datetime.fromtimestamp(self.noticed, UTC)
        return f"{self.sentence} Noticed {noticed:%Y-%m-%d %H:%M} UTC."
