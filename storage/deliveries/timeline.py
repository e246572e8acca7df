"""How far a broadcast had come at which time: counts in samples that grow wider, so that any length fits; pure."""

import json
from dataclasses import dataclass, replace

from storage.deliveries.ledger import Outcome, Totals

NARROWEST = 1.0  # seconds of a sample at first; doubled when there are too many
MOST = 120  # samples


@dataclass(frozen=True, slots=True)
class Counts:
    """How many by then; `refused` are those for good and those for now."""

    sent: int = 0
    refused: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class TimelinePoint:
    """`at` is seconds since the course began."""

    at: float
    reading: Counts


@dataclass(frozen=True, slots=True)
class Timeline:
    """`samples` are (place, reading at its end), in order, of those places in which something went on before `open`.

    A place is so many widths after `begun`, in Unix seconds. A pause of days thus costs no sample, and is flat.
    """

    begun: float
    width: float = NARROWEST
    open: int = 0  # the place of what goes on now; what it came to is noted when the next one begins
    samples: tuple[tuple[int, Counts], ...] = ()

    def noted(self, now: float, before: Totals) -> "Timeline":
        """At a moment of work, `before` which these were the totals; itself, and thus nothing to write, mostly.

        A clock that goes back changes nothing before it has caught up.
        """
        place = int((now - self.begun) / self.width)
        if place <= self.open:
            return self
        return _narrowed(replace(self, open=place, samples=(*self.samples, (self.open, reading(before)))))

    def points(self, ended: float, last: Counts) -> tuple[TimelinePoint, ...]:
        """The line to draw, up to the `last` reading, at the end; between points it goes up, or is flat."""
        found = [TimelinePoint(0.0, Counts())]
        until = max(ended - self.begun, self.open * self.width)
        for place, one in (*self.samples, (self.open, last)):
            if place * self.width > found[-1].at:
                found.append(TimelinePoint(place * self.width, found[-1].reading))
            found.append(TimelinePoint(min((place + 1) * self.width, until), one))
        if until > found[-1].at:
            found.append(TimelinePoint(until, found[-1].reading))
        return tuple(found)


def reading(totals: Totals) -> Counts:
    refused = totals[Outcome.REFUSED] + totals[Outcome.PUT_OFF]
    return Counts(totals[Outcome.SENT], refused, totals[Outcome.UNKNOWN])


def _narrowed(one: Timeline) -> Timeline:
    """Neighbours become one of twice the width, until they are few enough; the later reading holds for both."""
    while len(one.samples) > MOST:
        halved = {place // 2: sample for place, sample in one.samples}
        open_ = one.open // 2
        halved.pop(open_, None)  # goes on
        one = replace(one, width=one.width * 2, open=open_, samples=tuple(halved.items()))
    return one


def encode(one: Timeline) -> bytes:
    samples = [(place, sample.sent, sample.refused, sample.unknown) for place, sample in one.samples]
    told = {"begun": one.begun, "width": one.width, "open": one.open, "samples": samples}
    return json.dumps(told, separators=(",", ":")).encode()


def decode(content: bytes) -> Timeline:
    told = json.loads(content)
    samples = tuple((place, Counts(*counts)) for place, *counts in told["samples"])
    return Timeline(told["begun"], told["width"], told["open"], samples)
