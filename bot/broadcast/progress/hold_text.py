"""Explain to admins why a broadcast is held, and what they can do about it. Pure.

After downtime or a restore from a backup, another process might already have sent the broadcast. So it is held: it
waits until an admin decides.
"""

from collections.abc import Callable

from bot.broadcast.delivery.results.progress import Progress
from bot.flows import time_format
from content.screens.reader import Reader
from storage.deliveries.broadcast_state import JobReason, Status, Work

_HOUR = 3600  # seconds


def is_held(progress: Progress, work: Work | None) -> bool:
    """Return whether the job of kind `work` waits for an admin, because another process may have run it already."""
    job = progress.jobs[work] if work else None
    return job is not None and job.status is Status.PAUSED and job.reason is JobReason.HELD


def explanation(reader: Reader, progress: Progress, zone: int, amount: Callable[[int], str]) -> str:
    """Return a text that says how old the bot's data are, and who might receive the announcement twice.

    `zone` is an index in ZONES, for the times in the text. `amount` formats a number of people.
    """
    hold = progress.held
    if hold is None:
        return reader.say("progress.paused_held")
    age = _age(reader, hold.at - hold.last_heartbeat)
    moment = time_format.format_moment(reader, hold.last_heartbeat, zone)
    zone_name = time_format.zone_name_at(reader, zone)
    if hold.possibly_sent:
        possibly_sent = amount(hold.possibly_sent)
        return reader.say("progress.held_possibly_sent", moment=moment, zone=zone_name, amount=possibly_sent)
    if hold.is_copy:
        return reader.say("progress.held_copy", age=age, moment=moment, zone=zone_name)
    return reader.say("progress.held_silence", age=age, moment=moment, zone=zone_name, amount=amount(progress.unsent))


def _age(reader: Reader, seconds: float) -> str:
    """Format a duration in seconds as text. From two hours on, round it to hours."""
    return time_format.format_duration(reader, seconds if seconds < 2 * _HOUR else round(seconds / _HOUR) * _HOUR)


def offers_only_unsent(progress: Progress) -> bool:
    """Return whether admins may send a held broadcast to only those recipients who certainly did not get it.

    Return False if the database was restored from a copy: the original bot may have sent the broadcast to further
    recipients after the copy was made.
    """
    is_certain = progress.held is not None and not progress.held.is_copy
    return is_certain and progress.unsent > 0
