"""Count recipients as unknown to whom the original bot may have sent after a copy of its database was made.

The bot claims recipients in a fixed order. In the seconds that a copy lacks, the original can only have sent to the
next ones, at most `rate * seconds` of them. When these are counted as unknown, nobody gets it twice, and an admin can
still resend to them. See docs/decisions/0065-standby-from-copies.md.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from bot.broadcast.delivery.context import EngineContext
from bot.broadcast.delivery.recipients import Batch, RecipientSource
from bot.broadcast.delivery.requests import RequestTemplates
from bot.model.announcement import Announcement
from storage.deliveries.broadcast_state import Work
from storage.deliveries.broadcast_store import BroadcastChange
from storage.deliveries.ledger import Entry, Ledger, LedgerId, Outcome

_AT_ONCE = 500  # recipients taken from the list by one query
BURST = 1.0  # seconds of messages that a limiter may let through at once


async def mark_unknown(
    context: EngineContext, inside: BroadcastChange, announcement: Announcement, *, seconds: float
) -> None:
    """Claim all whom the original can have sent to in `seconds`, with the outcome UNKNOWN, and count them in `held`.

    Recipients to whom nothing would be sent get the outcome that they would have got.
    """
    state = inside.standing
    assert state.key
    ledger = Ledger(LedgerId.for_broadcast(state.number), state.key)
    templates = RequestTemplates(announcement, state.number, context.settings_labels)
    source = RecipientSource(
        Work.SEND, context.store.subscribers, ledger=ledger, announcement=announcement, templates=templates
    )
    wanted = missing = math.ceil((seconds + BURST) * _rate(context, announcement))
    while missing:
        batch = await source.take(inside.change, inside.standing, min(missing, _AT_ONCE))
        await _store(inside, ledger, batch)
        missing -= len(batch.recipients)
        if batch.exhausted:
            break
    _note(inside, wanted - missing, context.now())


def _rate(context: EngineContext, announcement: Announcement) -> float:
    """Return the most messages a second with which the original sent, if it had the settings of this bot."""
    return context.rate if announcement.paid else min(context.rate, context.free_rate)


async def _store(inside: BroadcastChange, ledger: Ledger, batch: Batch) -> None:
    await ledger.settle(inside.change, _unknown(batch.old))
    await ledger.claim(inside.change, _unknown(batch.new))
    claimed = batch.moved[Outcome.CLAIMED]
    state = inside.standing.add_to_totals(batch.moved)
    state = state.add_to_totals(Counter({Outcome.CLAIMED: -claimed, Outcome.UNKNOWN: claimed}))
    inside.standing = state.with_job(replace(state.jobs[Work.SEND], position=batch.place))


def _unknown(entries: Iterable[Entry]) -> list[Entry]:
    return [entry.with_outcome(Outcome.UNKNOWN) if entry.outcome is Outcome.CLAIMED else entry for entry in entries]


def _note(inside: BroadcastChange, amount: int, now: float) -> None:
    state = inside.standing
    held = state.held and replace(state.held, possibly_sent=amount)
    inside.standing = replace(state, held=held, begun=state.begun or now)
