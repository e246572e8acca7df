"""Explain why a broadcast is held after downtime or a restore, and what can be done with it. Pure."""

from bot.broadcast.delivery.service import Progress
from bot.flows import time_format
from content.screens.reader import Reader
from storage.deliveries.broadcast_state import BroadcastHold, JobReason, Status, Work

_HOUR = 3600  # seconds


def is_held(progress: Progress, work: Work | None) -> bool:
    """Return whether a job waits for an admin because another process may have done it already."""
    job = progress.jobs[work] if work else None
    return job is not None and job.status is Status.PAUSED and job.reason is JobReason.HELD


def explanation(reader: Reader, hold: BroadcastHold | None, zone: int, unsent: str) -> str:
    """Return how old the bot's knowledge is, and who may receive the announcement twice.

    `unsent` is the number of recipients that it was certainly not sent to.
    """
    if hold is None:
        return reader.say("progress.paused_held")
    age = _age(reader, hold.at - hold.last_heartbeat)
    moment = time_format.format_moment(reader, hold.last_heartbeat, zone)
    zone_name = time_format.zone_name_at(reader, zone)
    if hold.is_copy:
        return reader.say("progress.held_copy", age=age, moment=moment, zone=zone_name)
    return reader.say("progress.held_silence", age=age, moment=moment, zone=zone_name, amount=unsent)


def _age(reader: Reader, seconds: float) -> str:
    """Return a duration, rounded to hours from two hours on."""
    return time_format.format_duration(reader, seconds if seconds < 2 * _HOUR else round(seconds / _HOUR) * _HOUR)


def offers_only_unsent(progress: Progress) -> bool:
    """Return whether sending only to the recipients that it was certainly not sent to is possible.

    With a restored copy it is not: the bot went on after the copy was made, and sent to these people first.
    """
    is_certain = progress.held is not None and not progress.held.is_copy
    return is_certain and progress.unsent > 0
