"""Summarize how far a broadcast has come: its jobs, and the number of recipients with each outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from storage.deliveries.broadcast_state import BroadcastHold, BroadcastState, Job, Work
from storage.deliveries.channel_post import Posts
from storage.deliveries.ledger import Outcome


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a broadcast: its jobs, and how many recipients have each outcome.

    `claimed` is the sum of `sent`, `refused`, `unknown`, `left`, `skipped`, `in_flight` and `waiting`.
    """

    number: int
    name: str  # for buttons, with a tag that no other broadcast of this number has
    claimed: int
    sent: int
    refused: int
    refused_for_now: int  # of the refused
    unknown: int  # may have received it
    left: int  # unsubscribed before they were sent to
    skipped: int
    in_flight: int
    jobs: Mapping[Work, Job]
    begun: float | None  # in Unix seconds, like all times
    ended: float | None
    recall_until: float | None  # until then it can be recalled, edited or resent
    stops_at: float | None  # for good, unless somebody resumes it
    reasons: Mapping[str, int] = field(default_factory=dict)  # of the refused, by kind
    unsent: int = 0  # recipients in flight to whom the message was certainly not sent
    held: BroadcastHold | None = None
    posts: Posts = ()  # posts in the channel, which the numbers do not count
    waiting: int = 0  # for the end of quiet hours, or for a digest


def progress_of(state: BroadcastState) -> Progress:
    """Return the progress of a broadcast, computed from its stored state."""
    totals = state.totals
    return Progress(
        number=state.number,
        name=state.name,
        claimed=state.claimed,
        sent=totals[Outcome.SENT],
        refused=totals[Outcome.REFUSED] + totals[Outcome.PUT_OFF],
        refused_for_now=totals[Outcome.PUT_OFF],
        unknown=totals[Outcome.UNKNOWN],
        left=totals[Outcome.LEFT],
        skipped=totals[Outcome.SKIPPED],
        in_flight=totals[Outcome.CLAIMED] + totals[Outcome.AGAIN],
        jobs=state.jobs,
        begun=state.begun,
        ended=state.ended,
        recall_until=state.destroy_at,
        stops_at=state.stop_at,
        reasons=state.reasons,
        unsent=totals[Outcome.AGAIN],
        held=state.held,
        posts=state.posts,
        waiting=totals[Outcome.WAITING],
    )
