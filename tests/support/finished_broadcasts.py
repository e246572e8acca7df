"""Build the timeline and the view of a broadcast that has ended, as the engine would have recorded them."""

from collections import Counter
from collections.abc import Iterable

from bot.broadcast.delivery.results.progress import Progress
from bot.broadcast.progress.progress_view import ProgressView
from storage.deliveries.broadcast_state import Job, Status, Work
from storage.deliveries.ledger import Outcome
from storage.deliveries.timeline import Timeline

BEGUN = 1_796_131_800.0  # 2026-12-01 18:00 in Kabul
Stretch = tuple[float, float]  # seconds, messages a second


def finished_broadcast(
    stretches: Iterable[Stretch],
    *,
    refused: float = 0.0,
    unknown: float = 0.0,
    is_everyone: bool = True,
    begun: float = BEGUN,
) -> tuple[Timeline, ProgressView]:
    """Return a broadcast sent in `stretches`, one after the other.

    `refused` and `unknown` are shares of the recipients.
    """
    timeline, now, recipients = Timeline(begun), begun, 0.0
    interval = max(0.5, sum(seconds for seconds, _ in stretches) / 20_000)
    for seconds, rate in stretches:
        if not rate:
            now += seconds
            continue
        for _ in range(round(seconds / interval)):
            timeline = timeline.recorded(now, _totals(recipients, refused, unknown))
            now, recipients = now + interval, recipients + interval * rate
    totals = _totals(recipients, refused, unknown)
    return timeline, ProgressView(_progress(totals, begun, now), sum(totals.values()), is_everyone, 30.0)


def _progress(totals: Counter[Outcome], begun: float, ended: float) -> Progress:
    return Progress(
        number=7,
        name="7",
        claimed=sum(totals.values()),
        sent=totals[Outcome.SENT],
        refused=totals[Outcome.REFUSED],
        refused_for_now=0,
        unknown=totals[Outcome.UNKNOWN],
        left=0,
        skipped=0,
        in_flight=0,
        jobs={Work.SEND: Job(Work.SEND, begun, Status.OVER)},
        begun=begun,
        ended=ended,
        recall_until=ended + 48 * 3600.0,
        stops_at=None,
    )


def _totals(recipients: float, refused: float, unknown: float) -> Counter[Outcome]:
    refusals, unknowns = round(recipients * refused), round(recipients * unknown)
    sent = round(recipients) - refusals - unknowns
    return Counter({Outcome.SENT: sent, Outcome.REFUSED: refusals, Outcome.UNKNOWN: unknowns})
