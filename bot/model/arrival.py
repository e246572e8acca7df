"""Decide when an announcement may reach a subscriber: at once, outside of quiet hours, or with a digest. Pure.

Each wait of an announcement begins and ends at a Unix time that is a multiple of STEP (15 minutes).
"""

from bot.model import digest, quiet_hours
from bot.model.quiet_hours import STEP
from storage.subscriptions.subscriber import Subscriber


def waits_until(subscriber: Subscriber, begun: float, now: float) -> float | None:
    """Return the Unix time until which an announcement waits for a subscriber; None if it may arrive at `now`.

    `begun` is the Unix time at which its sending began. If `begun` is later than `now`, because a clock was wrong, it
    counts as `now`.
    """
    if subscriber.digest:
        return digest.due_at(subscriber.digest, min(begun, now), now)
    return quiet_hours.ends_at(subscriber.quiet_hours, now)


def waits_throughout(subscriber: Subscriber, begun: float, since: float, until: float) -> float | None:
    """Return when an announcement's wait ends, if it lasts all the time from `since` to `until`; otherwise None.

    The result is None if the announcement may reach the subscriber at a moment in that time. `begun` is when the
    sending of the announcement began. All times are Unix times.
    """
    end = waits_until(subscriber, begun, since)
    return end if end is not None and end > until else None


def waits_within(subscriber: Subscriber, begun: float, since: float, until: float) -> bool:
    """Return whether an announcement has to wait for a subscriber at any time from `since` to `until`.

    `begun` is when the sending of the announcement began. All times are Unix times.
    """
    if not subscriber.quiet_hours and not subscriber.digest:
        return False
    steps = range(int(since // STEP), int(until // STEP) + 1)
    return any(waits_until(subscriber, begun, step * STEP) is not None for step in steps)
