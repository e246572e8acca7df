"""Record the progress of a broadcast in at most 121 samples, for a chart."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec

from storage.deliveries.ledger import Outcome, Totals

NARROWEST = 1.0  # seconds in a slot at first; doubled when there are too many samples
MOST = 120  # samples


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of recipients with each result. `refused` includes temporary refusals."""

    sent: int = 0
    refused: int = 0
    unknown: int = 0


class Sample(NamedTuple):
    """The counts at the end of the time slot with the number `slot`.

    A sample is stored as a JSON array, so keep the order of the fields.
    """

    slot: int
    sent: int
    refused: int
    unknown: int

    @property
    def counts(self) -> Counts:
        return Counts(self.sent, self.refused, self.unknown)


@dataclass(frozen=True, slots=True)
class TimelinePoint:
    """How many messages were sent, refused or unknown at a time, for the chart of a broadcast's progress.

    `at` is in seconds since the timeline began.
    """

    at: float
    counts: Counts


@dataclass(frozen=True, slots=True)
class Timeline:
    """The progress of a broadcast in samples, one for each time slot.

    - `begun`: the start of the first slot, in Unix seconds.
    - `width`: the length of a slot in seconds. Slots are numbered from 0.
    - `open`: the number of the latest slot in which something was sent. Its sample is recorded when a later slot gets
      its first message.
    - `samples`: one for each earlier slot in which something was sent, oldest first. Slots in which nothing was sent,
      as during a pause, have no sample, and the line in the chart is flat there.
    """

    begun: float
    width: float = NARROWEST
    open: int = 0  # the slot in progress; its sample is recorded when a later slot begins
    samples: tuple[Sample, ...] = ()

    def recorded(self, now: float, before: Totals) -> "Timeline":
        """Return the timeline after messages were sent at the Unix time `now`.

        `before` are the totals before these messages. If `now` is in a later slot than `open`, `before` is recorded
        as the sample of the slot `open`. Otherwise nothing has changed, and the same object is returned, so that the
        caller need not store it.
        """
        slot = int((now - self.begun) / self.width)
        if slot <= self.open:
            return self
        counts = counts_in(before)
        sample = Sample(slot=self.open, sent=counts.sent, refused=counts.refused, unknown=counts.unknown)
        return _with_wider_slots(replace(self, open=slot, samples=(*self.samples, sample)))

    def points(self, ended: float, last: Counts) -> tuple[TimelinePoint, ...]:
        """Return the points of the line in the chart. The last point has the counts `last` at the Unix time `ended`.

        The line rises during each slot that has a sample, and is flat during slots without one.
        """
        points = [TimelinePoint(0.0, Counts())]
        until = max(ended - self.begun, self.open * self.width)
        for slot, counts in (*((sample.slot, sample.counts) for sample in self.samples), (self.open, last)):
            if slot * self.width > points[-1].at:
                points.append(TimelinePoint(slot * self.width, points[-1].counts))
            points.append(TimelinePoint(min((slot + 1) * self.width, until), counts))
        if until > points[-1].at:
            points.append(TimelinePoint(until, points[-1].counts))
        return tuple(points)


def counts_in(totals: Totals) -> Counts:
    """Convert the totals of a broadcast to the counts that a timeline records."""
    refused = totals[Outcome.REFUSED] + totals[Outcome.PUT_OFF]
    return Counts(sent=totals[Outcome.SENT], refused=refused, unknown=totals[Outcome.UNKNOWN])


def _with_wider_slots(timeline: Timeline) -> Timeline:
    """Double the width of the slots until there are at most MOST samples.

    Each doubling joins two neighbouring slots into one, which keeps the later of their two samples.
    """
    while len(timeline.samples) > MOST:
        halved = {sample.slot // 2: sample._replace(slot=sample.slot // 2) for sample in timeline.samples}
        open_slot = timeline.open // 2
        halved.pop(open_slot, None)  # its sample is recorded when a later slot begins
        timeline = replace(timeline, width=timeline.width * 2, open=open_slot, samples=tuple(halved.values()))
    return timeline


def encode(timeline: Timeline) -> bytes:
    """Return the timeline as JSON, the form in which it is encrypted and stored."""
    return msgspec.json.encode(timeline)


def decode(content: bytes) -> Timeline:
    """Return the timeline in a stored document. Raises msgspec.ValidationError when a field has the wrong type."""
    return msgspec.json.decode(content, type=Timeline)
