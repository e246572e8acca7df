"""Decide from the results of messages how to change or remove subscribers, and make these changes.

A change waits until the circuit breaker has confirmed it.
"""

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
    LongFloodWait,
    NotFound,
    NotSent,
    NotStarted,
    RefusedForGood,
    RefusedForNow,
    SendResult,
    Sent,
    StopAll,
    TooFewStars,
    Unknown,
    Withdrawn,
)
from storage.database import Transaction
from storage.deliveries.ledger import Outcome
from storage.errors import StorageTrouble
from storage.store import Store
from storage.subscriptions.daily_count import ListChange
from storage.subscriptions.subscriber import Subscriber

_UPDATES = 20  # in a transaction

log = logging.getLogger(__name__)

MessageResult = SendResult | LongFloodWait | Withdrawn


def record(breaker: CircuitBreaker, result: MessageResult, subscriber: Subscriber) -> None:
    """Report the result of a message to the circuit breaker, with the change to its subscriber that follows.

    Once the breaker has confirmed the change, `apply` makes it. The subscriber is removed if the person has blocked
    the bot or deleted their account. NotFound and NotStarted are noted the first time; if this happens again with the
    next message, the subscriber is removed. But NotFound and NotStarted are ignored if this bot has never reached the
    subscriber. The list may come from another bot, and the person may have started only that one.
    """
    chat = subscriber.chat
    match result:
        case Sent():
            was_unreachable = subscriber.missed or subscriber.unreached
            update = SubscriberUpdate(chat, SubscriberAction.MARK_REACHED) if was_unreachable else None
            breaker.record_success(update)
        case RefusedForGood():
            breaker.record_failure(FailureKind.REFUSED, SubscriberUpdate(chat, SubscriberAction.ERASE))
        case NotFound() | NotStarted() if not subscriber.unreached:
            action = SubscriberAction.ERASE if subscriber.missed else SubscriberAction.MARK_MISSED
            breaker.record_failure(FailureKind.REFUSED, SubscriberUpdate(chat, action))
        case RefusedForNow():
            breaker.record_failure(FailureKind.REFUSED)
        case Unknown(is_foreign_page=is_foreign_page):
            breaker.record_failure(FailureKind.PAGE if is_foreign_page else FailureKind.UNKNOWN)
        case NotFound() | NotStarted() | NotSent() | TooFewStars() | StopAll() | LongFloodWait() | Withdrawn():
            pass  # says nothing about the subscriber
        case _:
            assert_never(result)


def outcome_of(result: MessageResult, subscriber: Subscriber) -> Outcome:
    """Return the outcome to store in the recipient's ledger row for the result of a message.

    For the results NotFound and NotStarted, the outcome is usually PUT_OFF, so that the message can be retried. It is
    REFUSED if the subscriber could not be reached with the previous message either, although this bot has reached
    them earlier.
    """
    match result:
        case Sent():
            return Outcome.SENT
        case RefusedForGood():
            return Outcome.REFUSED
        case NotFound() | NotStarted():
            return Outcome.REFUSED if _was_lost_before(subscriber) else Outcome.PUT_OFF
        case RefusedForNow() | LongFloodWait():
            return Outcome.PUT_OFF
        case Unknown():
            return Outcome.UNKNOWN
        case TooFewStars() | StopAll() | NotSent():
            return Outcome.AGAIN
        case Withdrawn(outcome):
            return outcome
        case _:
            assert_never(result)


def refusal_kind_of(result: MessageResult, subscriber: Subscriber) -> str:
    """Return the kind under which a refused message is counted; "" if the message was not refused.

    If Telegram does not find `subscriber`, the kind says whether this bot has reached them before.
    """
    match result:
        case NotFound() | NotStarted() if subscriber.unreached:
            return refusal_kinds.NOT_STARTED
        case NotFound() | NotStarted() if subscriber.missed:
            return refusal_kinds.NOT_FOUND_AGAIN
        case NotFound() | NotStarted():
            return refusal_kinds.NOT_FOUND
        case RefusedForGood() | RefusedForNow():
            return result.kind
        case LongFloodWait():
            return refusal_kinds.FLOOD_WAIT
        case Sent() | Unknown() | NotSent() | TooFewStars() | StopAll() | Withdrawn():
            return ""
        case _:
            assert_never(result)


def _was_lost_before(subscriber: Subscriber) -> bool:
    """Return whether this bot has reached the subscriber before, but Telegram did not find them the last time."""
    return subscriber.missed and not subscriber.unreached


async def apply(store: Store, day: date, updates: Sequence[SubscriberUpdate]) -> None:
    """Make confirmed changes to subscribers in the database.

    A database error is only logged: sending does not depend on the changes, and the results of the next broadcast
    lead to the same changes.
    """
    try:
        for start in range(0, len(updates), _UPDATES):
            await _apply_some(store, day, updates[start : start + _UPDATES])
    except StorageTrouble as error:
        log.warning("The subscriber list is not updated yet: the database failed (%s)", type(error).__name__)


async def _apply_some(store: Store, day: date, updates: Sequence[SubscriberUpdate]) -> None:
    async with store.database.transaction() as change:
        erased = [update.chat for update in updates if update.action is SubscriberAction.ERASE]
        await _erase(store, change, day, erased)
        for update in updates:
            match update.action:
                case SubscriberAction.ERASE:
                    pass  # done above, with one statement for all ledgers
                case SubscriberAction.MARK_MISSED:
                    await store.subscribers.change_in_transaction(change, update.chat, _missed, day)
                case SubscriberAction.MARK_REACHED:
                    await store.subscribers.change_in_transaction(change, update.chat, _reached, day)
    if erased:
        store.database.mark_erased()


async def _erase(store: Store, change: Transaction, day: date, chats: list[int]) -> None:
    for chat in chats:
        await store.subscribers.remove_in_transaction(change, chat, day, ListChange.BLOCKED)
    if chats:
        await store.ledger_eraser.erase(change, chats)


def _missed(subscriber: Subscriber) -> Subscriber:
    return replace(subscriber, missed=True)


def _reached(subscriber: Subscriber) -> Subscriber:
    return replace(subscriber, missed=False, unreached=False)
