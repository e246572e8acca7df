"""Freeze the bot, and report whether it is frozen. A frozen bot sends no announcements and accepts no subscribers.

A small file next to the key file (see `emergency_notes`) says that the bot is frozen. So a freeze survives a restart,
and the command `bot panic` can begin one too.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from storage.errors import StorageRefused
from storage.sealing import emergency_notes


class Freeze:
    """The freeze of the bot: whether it lasts, and since when. It is kept in memory and on disk.

    Call `refresh` every second, because other processes can begin or end a freeze on disk. `on_change` is called when
    a freeze begins or ends, and must neither block nor raise.
    """

    def __init__(self, keys: Path) -> None:
        self._keys = keys
        self._unstored_since: float | None = None  # of a freeze that could not be written to disk
        self._since = self._read()
        self.on_change: Callable[[], None] = lambda: None

    @property
    def since(self) -> float | None:
        """Return the Unix time since which the bot is frozen; None if it is not. Reads no file."""
        return self._since

    def is_on(self) -> bool:
        """Return whether the bot is frozen. Reads no file."""
        return self._since is not None

    def is_by_admin(self) -> bool:
        """Return whether an admin froze the bot in Telegram, rather than the operator of the server."""
        return self._unstored_since is not None or emergency_notes.is_frozen_in_chat(self._keys)

    def refresh(self) -> bool:
        """Read the state from disk; return whether a freeze has begun or ended since the last call.

        If `begin` could not write the freeze to disk, try to write it again.
        """
        if self._unstored_since is not None:
            with suppress(StorageRefused):
                self._store(self._unstored_since)
        before, self._since = self.is_on(), self._read()
        if before != self.is_on():
            self.on_change()
        return before != self.is_on()

    def begin(self, now: float) -> None:
        """Freeze the bot at `now`, and write this to disk. Raises StorageRefused if it cannot be written.

        Even then the bot is frozen until its process ends.
        """
        self._since = self._unstored_since = now
        self.on_change()
        self._store(now)
        self.refresh()

    def _store(self, since: float) -> None:
        emergency_notes.freeze(self._keys, since, is_in_chat=True)
        self._unstored_since = None

    def end(self) -> None:
        """End the freeze. Raises StorageRefused when the file that records it cannot be removed."""
        emergency_notes.unfreeze(self._keys)
        self._unstored_since = None
        self.refresh()

    def _read(self) -> float | None:
        """Return the Unix time since which the bot is frozen; None if it is not.

        A bot whose keys were destroyed counts as frozen since 0.0.
        """
        since = emergency_notes.frozen_since(self._keys)
        since = self._unstored_since if since is None else since
        return 0.0 if since is None and emergency_notes.is_shredded(self._keys) else since
