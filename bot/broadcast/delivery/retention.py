"""Decide when to delete the discreet notices of a broadcast, and when to destroy its ledger of recipients. Pure.

Discreet notices are neutral messages that some subscribers get in place of the announcement.
"""

from dataclasses import replace

from bot.broadcast.delivery.requests import CLEAN_AFTER
from storage.deliveries.broadcast_state import SENDING, BroadcastState, Status, Work
from storage.deliveries.waiting_rows import LONGEST_WAIT

KEEP_LEDGER_FOR = 48 * 3600.0  # seconds after the end, in which messages can be recalled


def has_ended(state: BroadcastState) -> bool:
    """Return whether the end of the broadcast must be stored now, because its sending jobs are over."""
    sending = [job for job in state.jobs.values() if job.work in SENDING]
    return state.ended is None and all(job.status is Status.OVER for job in sending)


def ended(state: BroadcastState, now: float) -> BroadcastState:
    """Return the state of a broadcast that ends now. Its ledger is to be destroyed after KEEP_LEDGER_FOR seconds."""
    return replace(state, ended=now, destroy_at=now + KEEP_LEDGER_FOR)


def must_clean(state: BroadcastState, now: float) -> bool:
    """Return whether it is time to delete the discreet notices of the broadcast, and no job is doing that yet."""
    is_due = state.clean_at is not None and state.clean_at <= now
    return is_due and not _is_cleaning(state)


def with_dates_by(state: BroadcastState, now: float) -> BroadcastState:
    """Return the state, with dates that are too far in the future replaced by earlier ones.

    Such dates were stored while the clock was wrong. The ledger is to be destroyed (`destroy_at`) at most
    KEEP_LEDGER_FOR seconds after `now`, and discreet notices are to be deleted (`clean_at`) at most CLEAN_AFTER
    seconds after `now`. If sending has begun, a job that would wait more than LONGEST_WAIT seconds becomes due now.
    When the job runs, it computes again how long each recipient has to wait.
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
    """Return whether the ledger can be destroyed: its time has come, and no job needs it."""
    return state.destroy_at is not None and state.destroy_at <= now and not _is_busy(state)


def _is_busy(state: BroadcastState) -> bool:
    """Return whether a job is ready or running, or discreet notices are still to be deleted."""
    return state.clean_at is not None or any(job.status is Status.READY for job in state.jobs.values())


def _is_cleaning(state: BroadcastState) -> bool:
    return Work.CLEAN in state.jobs and state.jobs[Work.CLEAN].status is Status.READY
