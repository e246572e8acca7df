"""Detect a database that may be an old copy. Another process may then have sent its broadcasts already."""

from storage.store import Store

SILENCE = 900.0  # seconds without a heartbeat, after which an admin must allow sending


async def is_in_doubt(store: Store, now: float) -> bool:
    """Return whether another process may have sent the broadcasts of this database already.

    That is so if the database was restored from a backup, or if its last heartbeat is more than SILENCE seconds
    before or after `now` (Unix time). A heartbeat long ago suggests that the database was copied then, and that
    another machine has gone on with the original.
    """
    beat = await store.broadcasts.last_heartbeat()
    return await store.database.is_restored() or (beat is not None and abs(now - beat) > SILENCE)
