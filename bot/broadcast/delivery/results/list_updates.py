"""What a fate tells of the person behind it: heard by the breaker first, applied to the list when it has passed."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import assert_never

from bot.broadcast.delivery.results import refusal_kinds
from bot.broadcast.delivery.results.circuit_breaker import (
    CircuitBreaker,
    FailureKind,
    SubscriberAction,
    SubscriberUpdate,
)
from bot.broadcast.delivery.results.outcome import (
    NotFound,
    NotSent,
    NotStarted,
    RefusedForGood,
    RefusedForNow,
    SendResult,
    Sent,
    StopAll,
    TooDear,
    Unknown,
)
from storage.deliveries.ledger import Outcome
from storage.errors import StorageTrouble
from storage.store import Store
from storage.subscriptions.daily_count import Kind as Tallied
from storage.subscriptions.subscriber import Subscriber

_ERASURES = 20  # in a transaction

log = logging.getLogger(__name__)


def hear(breaker: CircuitBreaker, fate: SendResult, one: Subscriber) -> None:
    """Count `fate` for or against everybody's being refused alike.

    "Chat not found" and "can't initiate conversation" are believed the second time. Of somebody whom this bot has
    never reached they say nothing: the list was another bot's, and they have not started this one yet.
    """
    match fate:
        case Sent():
            breaker.success(
                SubscriberUpdate(one.chat, SubscriberAction.FOUND) if one.missed or one.unreached else None
            )
        case RefusedForGood():
            breaker.failure(FailureKind.REFUSED, SubscriberUpdate(one.chat, SubscriberAction.ERASE))
        case NotFound() | NotStarted() if not one.unreached:
            breaker.failure(
                FailureKind.REFUSED,
                SubscriberUpdate(one.chat, SubscriberAction.ERASE if one.missed else SubscriberAction.MISSED),
            )
        case RefusedForNow():
            breaker.failure(FailureKind.REFUSED)
        case Unknown(_, page):
            breaker.failure(FailureKind.PAGE if page else FailureKind.UNKNOWN)
        case _:
            pass  # says nothing of a person


def outcome_of(fate: SendResult, one: Subscriber) -> Outcome:
    """Return what the ledger is to say of `fate`."""
    match fate:
        case Sent():
            return Outcome.SENT
        case RefusedForGood():
            return Outcome.REFUSED
        case NotFound() | NotStarted():
            return Outcome.REFUSED if _is_farewell(one) else Outcome.PUT_OFF
        case RefusedForNow():
            return Outcome.PUT_OFF
        case Unknown():
            return Outcome.UNKNOWN
        case TooDear() | StopAll() | NotSent():
            return Outcome.AGAIN
        case _:
            assert_never(fate)


def kind_of(fate: SendResult, one: Subscriber) -> str:
    """Return under what a refusal is counted; empty for what is none."""
    match fate:
        case NotFound() | NotStarted() if one.unreached:
            return refusal_kinds.NOT_STARTED
        case NotFound() | NotStarted() if one.missed:
            return refusal_kinds.NOT_FOUND_AGAIN
        case NotFound() | NotStarted():
            return refusal_kinds.NOT_FOUND
        case RefusedForGood() | RefusedForNow():
            return fate.kind
        case _:
            return ""


def _is_farewell(one: Subscriber) -> bool:
    """Whether they were reached before, and not found the last time."""
    return one.missed and not one.unreached


async def apply(store: Store, day: date, findings: Sequence[SubscriberUpdate]) -> None:
    """Nothing that is sent needs this: what the database refuses is found again the next time."""
    try:
        for at in range(0, len(findings), _ERASURES):
            await _apply_some(store, day, findings[at : at + _ERASURES])
    except StorageTrouble as trouble:
        log.warning("Who blocked the bot is not erased yet (%s)", type(trouble).__name__)


async def _apply_some(store: Store, day: date, findings: Sequence[SubscriberUpdate]) -> None:
    gone = [one.chat for one in findings if one.remedy is SubscriberAction.ERASE]
    async with store.database.writing() as change:
        for chat in gone:
            await store.subscribers.erase(change, chat, day, Tallied.BLOCKED)
        if gone:
            await store.forgetting.forget(change, gone)
        for one in findings:
            if one.remedy is not SubscriberAction.ERASE:
                await store.subscribers.change_within(change, one.chat, _REMEDIES[one.remedy], day)
    if gone:
        store.database.erased()


def _missed(one: Subscriber) -> Subscriber:
    return replace(one, missed=True)


def _found(one: Subscriber) -> Subscriber:
    return replace(one, missed=False, unreached=False)


_REMEDIES = {SubscriberAction.MISSED: _missed, SubscriberAction.FOUND: _found}
