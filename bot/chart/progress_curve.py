"""A picture of how a broadcast went: how many had got it by which time, in an admin's words and digits."""

from dataclasses import dataclass

from bot.chart.axis import Hour, Tick


@dataclass(frozen=True, slots=True)
class Strand:
    """One line of it, and what is said beside its colour. `points` are (seconds since the beginning, number)."""

    name: str
    points: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """`sent` stands out; `others`, what went wrong, are in the order refused, unknown. `note` may be empty."""

    rtl: bool
    title: str
    sent: Strand
    refused: Strand | None
    unknown: Strand | None
    scale: tuple[Tick, ...]
    clock: tuple[Hour, ...]
    zone: str
    note: str
