"""Whether what this database would send was perhaps sent by another process: then nothing goes on by itself."""

from storage.store import Store

SILENCE = 900.0  # seconds without a heartbeat, after which an admin has to say that sending goes on


async def is_in_doubt(store: Store, now: float) -> bool:
    """After a long silence, as of another machine's old copy; and where a backup was put back, whatever the time."""
    beat = await store.broadcasts.last_heartbeat()
    return await store.database.is_restored() or (beat is not None and abs(now - beat) > SILENCE)
