"""Know whether the bot is frozen: whether it must send no announcements and accept no subscribers.

The state is a note next to the key file. So it survives a restart, and `python -m bot panic` can change it as well.
"""

from collections.abc import Callable
from pathlib import Path

from storage.sealing import emergency_notes


class Freeze:
    """The freeze of the bot, in memory and on disk. Call `refresh` every second, because other processes change it.

    `on_change` is called when a freeze begins or ends. It must neither block nor raise.
    """

    def __init__(self, keys: Path) -> None:
        self._keys = keys
        self._since = self._read()
        self.on_change: Callable[[], None] = lambda: None

    @property
    def since(self) -> float | None:
        """Return the Unix time since which the bot is frozen; None if it is not. Reads no file."""
        return self._since

    def is_on(self) -> bool:
        """Return whether the bot is frozen. Reads no file."""
        return self._since is not None

    def refresh(self) -> bool:
        """Read the note again; return whether a freeze has begun or ended since the last time."""
        before, self._since = self.is_on(), self._read()
        if before != self.is_on():
            self.on_change()
        return before != self.is_on()

    def begin(self, now: float) -> None:
        """Freeze the bot. When this returns, that is on disk. Raises StorageRefused if it cannot be stored.

        Even if it cannot be stored, the bot is frozen until it ends.
        """
        self._since = now
        self.on_change()
        emergency_notes.freeze(self._keys, now)
        self.refresh()

    def end(self) -> None:
        """End the freeze. Raises StorageRefused when the note cannot be removed."""
        emergency_notes.unfreeze(self._keys)
        self.refresh()

    def _read(self) -> float | None:
        """Return since when the bot is frozen. A bot whose keys were destroyed is frozen as well."""
        since = emergency_notes.frozen_since(self._keys)
        return 0.0 if since is None and emergency_notes.is_shredded(self._keys) else since
