"""Compute when a digest is due in the person's time zone, and for how long after that it may be sent. Pure.

An announcement belongs to the first digest after its sending began. It may be sent for WINDOW seconds from the hour
of the digest on. If it was not sent in that time, for example because the bot was down, it may be sent for WINDOW
seconds from the same hour of every following day. This holds for a weekly digest too: it does not wait for another
week.
"""

from functools import lru_cache
from itertools import pairwise

from bot.model.quiet_hours import STEP
from bot.model.zone_times import begins
from storage.subscriptions.subscriber import Digest

WINDOW = 3 * 3600.0  # seconds in which a bot at 30 messages a second sends 324,000
GRACE = 900.0  # seconds after the hour in which sending may begin and still be in time for it


def due_at(digest: Digest, begun: float, now: float) -> float | None:
    """Return the Unix time until which an announcement waits; None if it may be sent at `now`.

    `begun` is the Unix time at which its sending began.
    """
    return _due_at(digest, begun, now // STEP)


@lru_cache(16384)  # a million people have few different digests
def _due_at(digest: Digest, begun: float, step: float) -> float | None:
    now, first = step * STEP, _first(digest, begun - GRACE)
    if now < first:
        return first
    for (_, last), (_, following) in pairwise(begins(digest.hour, digest.zone, now)):
        if last <= now < following:
            return None if now < last + WINDOW else following
    raise AssertionError("every hour begins on every date")


@lru_cache(16384)
def _first(digest: Digest, since: float) -> float:
    """Return the first time from `since` on at which the digest is due."""
    return next(
        at
        for day, at in begins(digest.hour, digest.zone, since)
        if at >= since and digest.weekday in (None, day.weekday())
    )
