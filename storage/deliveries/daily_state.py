"""The state of the daily clause: its progress and the keys of its ledgers; as data, and as the stored JSON."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from storage.deliveries.ledger import Outcome, Totals, convert_totals


@dataclass(frozen=True, slots=True)
class DayLedger:
    """The key of one day's ledger. At `clean_at` its discreet messages must be deleted; None when there are none."""

    key: bytes = field(repr=False)
    clean_at: float | None = None


@dataclass(frozen=True, slots=True)
class DailyState:
    """How far the daily clause is. Times are Unix seconds, days are ordinals as `date.toordinal()` counts them.

    All hours up to `swept` are done, and hours before `floor` are not sent. `days` holds the existing ledgers by day.
    `gone` is the last day whose ledger is destroyed. `totals` counts everything ever sent, and `words` the results of
    deleting discreet messages.
    """

    swept: float | None = None
    floor: float = 0.0
    gone: int = 0
    days: Mapping[int, DayLedger] = field(default_factory=dict)
    totals: Totals = field(default_factory=Counter)
    words: Mapping[str, int] = field(default_factory=dict)

    def with_day(self, day: int, ledger: DayLedger) -> "DailyState":
        """Return the state with this ledger for `day`."""
        return replace(self, days={**self.days, day: ledger})

    def without_day(self, day: int) -> "DailyState":
        """Return the state without the ledger of `day`, which is destroyed."""
        days = {known: ledger for known, ledger in self.days.items() if known != day}
        return replace(self, days=days, gone=max(self.gone, day))

    def add_to_totals(self, outcomes: Iterable[Outcome]) -> "DailyState":
        """Return the state with these outcomes counted."""
        return replace(self, totals=self.totals + Counter(outcomes))


def encode(state: DailyState) -> bytes:
    """Return the state as JSON, as it is sealed and stored."""
    return msgspec.json.encode(state)


def decode(content: bytes) -> DailyState:
    """Return the state in a stored document, of this or any earlier version.

    Raises msgspec.ValidationError, a ValueError, when a field has the wrong type.
    """
    document = msgspec.json.decode(content)
    days = {day: _upgrade(ledger) for day, ledger in document["days"].items()}
    return msgspec.convert({**document, "days": days}, DailyState, str_keys=True, dec_hook=convert_totals)


def _upgrade(ledger: Any) -> Any:
    """Convert a day in the first format, which is the array `[key, clean_at]`."""
    return {"key": ledger[0], "clean_at": ledger[1]} if isinstance(ledger, list) else ledger
