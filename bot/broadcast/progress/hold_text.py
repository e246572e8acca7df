"""Explain what is held after a silence or a restore, and what each way out of it does. Pure."""

from bot.broadcast.delivery.service import Progress
from bot.flows import time_format
from content.screens.reader import Reader
from storage.deliveries.broadcast_state import BroadcastHold, JobReason, Status, Work


def is_held(progress: Progress, work: Work | None) -> bool:
    """Whether it waits for an admin because it was perhaps sent from elsewhere."""
    job = progress.jobs[work] if work else None
    return job is not None and job.status is Status.PAUSED and job.reason is JobReason.HELD


def explained(reader: Reader, held: BroadcastHold | None, zone: int, unsent: str) -> str:
    """How old what the bot knows is, and who may get it twice; `unsent` is how many surely did not get it."""
    if held is None:
        return reader.say("progress.paused_held")
    age, moment = (
        _age(reader, held.at - held.last_heartbeat),
        time_format.format_moment(reader, held.last_heartbeat, zone),
    )
    where = time_format.zone_name_at(reader, zone)
    if held.is_copy:
        return reader.say("progress.held_copy", age=age, moment=moment, zone=where)
    return reader.say("progress.held_silence", age=age, moment=moment, zone=where, amount=unsent)


def _age(reader: Reader, seconds: float) -> str:
    """How long ago: hours to the nearest, where it is hours."""
    return time_format.format_duration(reader, seconds if seconds < 7200 else round(seconds / 3600) * 3600)


def offers_only_unsent(progress: Progress) -> bool:
    """Whether the ledger knows of somebody that it was surely not sent to.

    A copy does not: the bot went on after it was made, with them first.
    """
    is_known = progress.held is not None and not progress.held.is_copy
    return is_known and progress.unsent > 0
