"""Decide when the discreet messages of a broadcast are deleted and when its ledger is destroyed. Pure."""

from dataclasses import replace

from bot.broadcast.delivery.requests import CLEAN_AFTER
from storage.deliveries.broadcast_state import SENDING, BroadcastState, Status, Work
from storage.deliveries.waiting_rows import LONGEST_WAIT

KEEP_LEDGER_FOR = 48 * 3600.0  # seconds after the end, in which messages can be recalled


def has_ended(state: BroadcastState) -> bool:
    """Return whether the broadcast has just ended: its sending jobs are over, but its end is not stored yet."""
    sending = [job for job in state.jobs.values() if job.work in SENDING]
    return state.ended is None and all(job.status is Status.OVER for job in sending)


def ended(state: BroadcastState, now: float) -> BroadcastState:
    """Return the state with the broadcast ended now. Its ledger is to be destroyed KEEP_LEDGER_FOR seconds later."""
    return replace(state, ended=now, destroy_at=now + KEEP_LEDGER_FOR)


def must_clean(state: BroadcastState, now: float) -> bool:
    """Return whether discreet messages are due to be deleted and no job is deleting them yet."""
    is_due = state.clean_at is not None and state.clean_at <= now
    return is_due and not _is_cleaning(state)


def with_dates_by(state: BroadcastState, now: float) -> BroadcastState:
    """Return the state with `destroy_at` and `clean_at` replaced by earlier dates where they are too late.

    A date is too late if it is more than KEEP_LEDGER_FOR (`destroy_at`) or CLEAN_AFTER (`clean_at`) seconds after
    `now`. Such a date was set while the clock was ahead, and becomes exactly that many seconds after `now`. A job
    that waits for the end of quiet hours for longer than quiet hours last becomes due at once, and checks again.
    """
    destroy_at, clean_at = state.destroy_at, state.clean_at
    if state.begun is not None:
        for job in state.jobs.values():
            state = state.with_job(replace(job, at=now)) if job.at > now + LONGEST_WAIT else state
    return replace(
        state,
        destroy_at=None if destroy_at is None else min(destroy_at, now + KEEP_LEDGER_FOR),
        clean_at=None if clean_at is None else min(clean_at, now + CLEAN_AFTER),
    )


def is_ledger_unneeded(state: BroadcastState, now: float) -> bool:
    """Return whether the time to destroy the ledger has come and no job needs the ledger any more."""
    return state.destroy_at is not None and state.destroy_at <= now and not _is_busy(state)


def _is_busy(state: BroadcastState) -> bool:
    """Return whether a job is ready or running, or discreet messages must still be deleted."""
    return state.clean_at is not None or any(job.status is Status.READY for job in state.jobs.values())


def _is_cleaning(state: BroadcastState) -> bool:
    return Work.CLEAN in state.jobs and state.jobs[Work.CLEAN].status is Status.READY
