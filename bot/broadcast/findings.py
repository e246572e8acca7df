"""What a fate tells of the person behind it: heard by the breaker first, applied to the list when it has passed."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.broadcast.breaker import Breaker, Finding, Kind, Remedy
from bot.broadcast.outcome import Fate, NotFound, RefusedForGood, RefusedForNow, Sent, Unknown
from storage.record import Subscriber
from storage.refusals import StorageTrouble
from storage.store import Store
from storage.tally import Kind as Tallied

_ERASURES = 20  # in a transaction

log = logging.getLogger(__name__)


def hear(breaker: Breaker, fate: Fate, one: Subscriber) -> None:
    """Counts `fate` for or against everybody's being refused alike. "Chat not found" is believed the second time."""
    match fate:
        case Sent():
            breaker.success(Finding(one.chat, Remedy.FOUND) if one.missed else None)
        case RefusedForGood():
            breaker.failure(Kind.REFUSED, Finding(one.chat, Remedy.ERASE))
        case NotFound():
            breaker.failure(Kind.REFUSED, Finding(one.chat, Remedy.ERASE if one.missed else Remedy.MISSED))
        case RefusedForNow():
            breaker.failure(Kind.REFUSED)
        case Unknown(_, page):
            breaker.failure(Kind.PAGE if page else Kind.UNKNOWN)
        case _:
            pass  # says nothing of a person


async def apply(store: Store, day: date, findings: Sequence[Finding]) -> None:
    """Nothing that is sent needs this: what the database refuses is found again the next time."""
    try:
        for at in range(0, len(findings), _ERASURES):
            await _apply_some(store, day, findings[at : at + _ERASURES])
    except StorageTrouble as trouble:
        log.warning("Who blocked the bot is not erased yet (%s)", type(trouble).__name__)


async def _apply_some(store: Store, day: date, findings: Sequence[Finding]) -> None:
    gone = [one.chat for one in findings if one.remedy is Remedy.ERASE]
    if gone:
        async with store.database.writing() as change:
            for chat in gone:
                await store.subscribers.erase(change, chat, day, Tallied.BLOCKED)
            await store.forgetting.forget(change, gone)
        store.database.erased()
    for one in findings:
        if one.remedy is not Remedy.ERASE:
            missed = one.remedy is Remedy.MISSED
            await store.subscribers.change(one.chat, lambda known, m=missed: replace(known, missed=m), day)  # type: ignore[misc]
