"""Delete the ledger rows of people who got an announcement days ago, while others still wait for it.

A ledger is kept until the last recipient with quiet hours or a digest has got the announcement, which may take a
week. The rows of the other recipients are not needed for so long: their messages are too old to be withdrawn. A
person whose row is deleted does not get the announcement again, because the subscriber list is not read again.
"""

from dataclasses import replace

from storage.deliveries.broadcast_state import LIST_IS_DONE, BroadcastState, Status, Work
from storage.deliveries.ledger import Entry, Ledger, LedgerId, Outcome
from storage.store import Store

KEEP_ROW_FOR = 60 * 3600.0  # seconds after the message was sent: 48 hours, and as long as a large list takes
_EVERY = 12 * 3600.0  # seconds
_UNNEEDED = (Outcome.SENT, Outcome.REFUSED, Outcome.LEFT, Outcome.SKIPPED)  # others can be sent to again
_ROWS_AT_ONCE = 500


def is_due(state: BroadcastState, now: float) -> bool:
    """Return whether it is time to delete the ledger rows of people who got this broadcast days ago."""
    if state.key is None or state.begun is None or state.ended is not None:
        return False
    if state.jobs[Work.SEND].position != LIST_IS_DONE or _is_changing_messages(state):
        return False
    is_recent = state.pruned is not None and state.pruned <= now < state.pruned + _EVERY
    return now >= state.begun + KEEP_ROW_FOR and not is_recent


def _is_changing_messages(state: BroadcastState) -> bool:
    changing = (state.jobs.get(work) for work in (Work.EDIT, Work.RECALL))
    return any(job is not None and job.status is not Status.OVER for job in changing)


async def prune(store: Store, number: int, now: float) -> None:
    """Delete the ledger rows of a broadcast's messages that are at least KEEP_ROW_FOR seconds old.

    Keep the rows of discreet notices, and of recipients to whom the broadcast may be sent again. The totals stay.
    """
    state = store.broadcasts.known[number]
    assert state.key
    assert state.begun
    ledger = Ledger(LedgerId.for_broadcast(number), state.key)
    for outcome in _UNNEEDED:
        await _prune_outcome(store, ledger, outcome, begun=state.begun, before=now - KEEP_ROW_FOR)
    async with store.broadcasts.changing(number) as inside:
        inside.standing = replace(inside.standing, pruned=now)
    store.database.mark_erased()


async def _prune_outcome(store: Store, ledger: Ledger, outcome: Outcome, *, begun: float, before: float) -> None:
    place = b""
    while entries := await ledger.page_after(store.database, place, outcome, _ROWS_AT_ONCE):
        place = entries[-1].pseudonym
        if old := [entry.pseudonym for entry in entries if _is_unneeded(entry, begun, before)]:
            async with store.database.transaction() as transaction:
                await ledger.delete(transaction, old)


def _is_unneeded(entry: Entry, begun: float, before: float) -> bool:
    return (entry.due or begun) <= before and not entry.is_push
