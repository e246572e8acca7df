"""Detect a database that may be an old copy, and hold its broadcasts, because another process may have sent them.

The copy can contain how many seconds of changes it may lack: the time that the original bot may have run after the
copy was made. This limits how many recipients the original can have sent to since then. They are the next recipients
in the copy, because a bot claims recipients in a fixed order. They are marked as unknown: so they do not get the
announcement twice, and an admin can still resend to them. See docs/decisions/0065-standby-from-copies.md.

Some recipients have quiet hours or a digest. A recipient who had to wait during all of that time stays waiting,
because the original sent nothing to them. Any other recipient is marked. But a recipient with a digest, or one who
had to wait at any moment before or during that time, does not count towards the limit, because the original may have
sent to somebody else instead.
"""

import math
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from bot.broadcast.delivery import pause_expiry
from bot.broadcast.delivery.context import BroadcastEvent, EngineContext, EventKind
from bot.broadcast.delivery.recipients import Batch, Recipient, RecipientSource
from bot.model import arrival
from bot.model.announcement import Announcement
from storage.deliveries import channel_post
from storage.deliveries.broadcast_state import SENDING, BroadcastHold, BroadcastState, Job, JobReason, Status, Work
from storage.deliveries.broadcast_store import BroadcastChange
from storage.deliveries.channel_post import PostStatus
from storage.deliveries.ledger import Entry, Ledger, LedgerId, Outcome
from storage.store import Store
from storage.subscriptions.subscriber import Subscriber

SILENCE = 900.0  # seconds without a heartbeat, after which an admin must allow sending

_AT_ONCE = 500  # recipients taken from the list by one query
_BURST = 1.0  # seconds; the rate limiter of the original may have passed the messages of this time at once

_ReadAnnouncement = Callable[[BroadcastState], Awaitable[Announcement | None]]


async def is_in_doubt(store: Store, now: float) -> bool:
    """Return whether another process may have sent the broadcasts of this database.

    That is possible if the database was restored from a backup, or if its last heartbeat is more than SILENCE seconds
    away from `now` (Unix time). After such a gap, the database may be a copy, while another machine continued with
    the original.
    """
    beat = await store.broadcasts.last_heartbeat()
    return await store.database.is_restored() or (beat is not None and abs(now - beat) > SILENCE)


async def hold_all(context: EngineContext, read_announcement: _ReadAnnouncement) -> None:
    """Pause all jobs that would send, until an admin decides, because another process may have sent the messages.

    `read_announcement` returns the announcement of a broadcast, or None if it cannot be read.
    """
    broadcasts, now = context.store.broadcasts, context.now()
    is_restored = await context.store.database.is_restored()
    missing_seconds = await context.store.database.missing_seconds()
    beat = await broadcasts.last_heartbeat()
    held = None if beat is None else BroadcastHold(beat, now, is_restored)
    for number, before in list(broadcasts.known.items()):
        async with broadcasts.changing(number) as inside:
            paused = _pause_sending(inside, held)
            inside.standing = _with_posts_in_doubt(inside.standing, now, is_restored=is_restored)
            if missing_seconds and any(_may_have_begun(job, now) for job in paused):
                announcement = await read_announcement(before)
                if announcement is not None:
                    await _mark_possibly_sent(context, inside, announcement, seconds=missing_seconds)
            elif missing_seconds and paused and Work.SEND not in {job.work for job in paused}:
                await broadcasts.replace_outcome(inside, Outcome.WAITING, Outcome.UNKNOWN)
            inside.standing = pause_expiry.with_notice(pause_expiry.with_expiry(inside.standing, now), now)
        _publish_hold(context, before, paused)


def _pause_sending(inside: BroadcastChange, held: BroadcastHold | None) -> list[Job]:
    """Pause those jobs of one broadcast that would send, and return them.

    If there are any, also store `held`, the reason, in the state of the broadcast.
    """
    state = inside.standing
    paused = [
        replace(job, status=Status.PAUSED, reason=JobReason.HELD, detail="")
        for job in state.jobs.values()
        if job.work in SENDING and job.status is Status.READY
    ]
    for job in paused:
        state = state.with_job(job)
    inside.standing = replace(state, held=held) if paused else state
    return paused


def _with_posts_in_doubt(state: BroadcastState, now: float, *, is_restored: bool) -> BroadcastState:
    """Return the state with its waiting channel posts marked as unknown if another process may have sent them.

    That is possible in two cases: the job that sends to subscribers is over, or it was due by `now` in a database
    that was restored (`is_restored`). Otherwise the posts stay waiting until an admin decides about the whole
    broadcast.
    """
    job = state.jobs[Work.SEND]
    is_in_doubt = job.status is Status.OVER or (is_restored and job.at <= now)
    return replace(state, posts=channel_post.unknown(state.posts, PostStatus.WAITING)) if is_in_doubt else state


def _may_have_begun(job: Job, now: float) -> bool:
    return job.work is Work.SEND and job.at <= now


def _publish_hold(context: EngineContext, before: BroadcastState, paused: list[Job]) -> None:
    for job in paused:
        context.publish(BroadcastEvent(before.number, job.work, EventKind.HELD))
    if before.stop_at is not None and context.store.broadcasts.known[before.number].stop_at != before.stop_at:
        context.publish(BroadcastEvent(before.number, Work.SEND, EventKind.EXPIRES))


async def _mark_possibly_sent(
    context: EngineContext, inside: BroadcastChange, announcement: Announcement, *, seconds: float
) -> None:
    """Mark as UNKNOWN all recipients to whom the original bot may have sent since its database was copied.

    `seconds` is how long the original bot may have run since then. Recipients to whom nothing would be sent get their
    usual outcome, such as SKIPPED.
    """
    state = inside.standing
    assert state.key
    ledger = Ledger(LedgerId.for_broadcast(state.number), state.key)
    now, since = context.now(), context.now() - seconds - _BURST
    begun = state.begun or since

    def waits_until(subscriber: Subscriber) -> float | None:
        return None if announcement.urgent else arrival.waits_throughout(subscriber, begun, since, now)

    def had_its_turn(recipient: Recipient) -> bool:
        if announcement.urgent:
            return True
        has_waited = recipient.entry.deferrals or recipient.subscriber.digest
        return not has_waited and not arrival.waits_within(recipient.subscriber, begun, since, now)

    source = RecipientSource(
        context, state.number, Work.SEND, ledger=ledger, announcement=announcement, waits_until=waits_until
    )
    marked, left = 0, math.ceil((seconds + _BURST) * _rate(context, announcement))
    while source.has_due(inside.standing):
        batch = await source.take_due(inside.change, inside.standing, _AT_ONCE)
        await _store_unknown(inside, ledger, batch)
        marked += len(batch.recipients)
    while left > 0:
        batch = await source.take(inside.change, inside.standing, min(left, _AT_ONCE))
        await _store_unknown(inside, ledger, batch)
        marked += len(batch.recipients)
        left -= sum(map(had_its_turn, batch.recipients))
        if batch.exhausted:
            break
    _note(inside, marked, now)


def _rate(context: EngineContext, announcement: Announcement) -> float:
    """Return the highest rate, in messages per second, at which the original bot can have sent.

    The original bot is the one whose database was copied. Assume that it had the same settings as this one.
    """
    return context.rate if announcement.paid else min(context.rate, context.free_rate)


async def _store_unknown(inside: BroadcastChange, ledger: Ledger, batch: Batch) -> None:
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
