"""Delete the rows of people who got an announcement days ago, while others still wait for it.

The ledger lives until the last one who waits has got the announcement, which may be after a week. Nobody else has to
stay in it for that. Their messages are too old to be withdrawn, and the list is not read again, so that nobody gets
the announcement twice.
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
    """Return whether it is time to delete rows of this broadcast."""
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
    """Delete the rows of one broadcast whose message was sent KEEP_ROW_FOR seconds ago. The totals stay."""
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
