"""Broadcasts for tests that have ended: how they went, as the engine would have noted it."""

from collections import Counter
from collections.abc import Iterable

from bot.broadcast.delivery.service import Progress
from bot.broadcast.progress.progress_screen import View
from storage.deliveries.broadcast_state import Job, Status, Work
from storage.deliveries.ledger import Outcome
from storage.deliveries.timeline import Timeline

BEGUN = 1_796_131_800.0  # 2026-12-01 18:00 in Kabul
Stretch = tuple[float, float]  # seconds, sent a second


def gone(
    stretches: Iterable[Stretch],
    *,
    refused: float = 0.0,
    unknown: float = 0.0,
    is_everyone: bool = True,
    begun: float = BEGUN,
) -> tuple[Timeline, View]:
    """One after the other; `refused` and `unknown` are how many of those that it came to."""
    course, now, came_to = Timeline(begun), begun, 0.0
    every = max(0.5, sum(seconds for seconds, _ in stretches) / 20_000)
    for seconds, rate in stretches:
        if not rate:
            now += seconds
            continue
        for _ in range(round(seconds / every)):
            course = course.recorded(now, _totals(came_to, refused, unknown))
            now, came_to = now + every, came_to + every * rate
    totals = _totals(came_to, refused, unknown)
    jobs = {Work.SEND: Job(Work.SEND, begun, Status.OVER)}
    sent, wrong, open_ = (totals[what] for what in (Outcome.SENT, Outcome.REFUSED, Outcome.UNKNOWN))
    progress = Progress(
        number=7,
        name="7",
        claimed=sum(totals.values()),
        sent=sent,
        refused=wrong,
        refused_for_now=0,
        unknown=open_,
        left=0,
        skipped=0,
        in_flight=0,
        jobs=jobs,
        begun=begun,
        ended=now,
        recall_until=now + 48 * 3600.0,
        stops_at=None,
    )
    return course, View(progress, sum(totals.values()), is_everyone, 30.0)


def _totals(came_to: float, refused: float, unknown: float) -> Counter[Outcome]:
    wrong, open_ = round(came_to * refused), round(came_to * unknown)
    return Counter({Outcome.SENT: round(came_to) - wrong - open_, Outcome.REFUSED: wrong, Outcome.UNKNOWN: open_})
