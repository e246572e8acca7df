"""Define the state of the daily clause, and encode it as JSON. The state is the progress and the keys of ledgers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from storage.deliveries.ledger import Outcome, Totals, convert_totals


@dataclass(frozen=True, slots=True)
class DayLedger:
    """The key of the ledger of one day, and the deadline for deleting the discreet messages of that day.

    The deadline `clean_at` is in Unix seconds, or None on a day without discreet messages.
    """

    key: bytes = field(repr=False)
    clean_at: float | None = None


@dataclass(frozen=True, slots=True)
class DailyState:
    """The progress of the daily clause. Times are Unix seconds. Days are numbers that `date.toordinal()` returns.

    Clauses due up to the time `swept` are done. Clauses due before the time `floor` are not sent. `days` has the
    existing ledgers by day. `gone` is the latest day whose ledger is destroyed. `totals` counts the outcomes of all
    deliveries so far. `words` counts the results of deleting discreet messages, by the name of the result.
    """

    swept: float | None = None
    floor: float = 0.0
    gone: int = 0
    days: Mapping[int, DayLedger] = field(default_factory=dict)
    totals: Totals = field(default_factory=Counter)
    words: Mapping[str, int] = field(default_factory=dict)

    def with_day(self, day: int, ledger: DayLedger) -> "DailyState":
        """Return the state with `ledger` as the ledger of `day`."""
        return replace(self, days={**self.days, day: ledger})

    def without_day(self, day: int) -> "DailyState":
        """Return the state without the ledger of `day`, which the caller has destroyed."""
        days = {known: ledger for known, ledger in self.days.items() if known != day}
        return replace(self, days=days, gone=max(self.gone, day))

    def add_to_totals(self, outcomes: Iterable[Outcome]) -> "DailyState":
        """Return the state with `outcomes` added to its totals, one for each delivery."""
        return replace(self, totals=self.totals + Counter(outcomes))


def encode(state: DailyState) -> bytes:
    """Return the state as JSON, as it is sealed and stored."""
    return msgspec.json.encode(state)


def decode(content: bytes) -> DailyState:
    """Return the state in a document that this or an earlier version stored.

    Raises msgspec.ValidationError, a ValueError, when a field has the wrong type.
    """
    document = msgspec.json.decode(content)
    days = {day: _upgrade(ledger) for day, ledger in document["days"].items()}
    return msgspec.convert({**document, "days": days}, DailyState, str_keys=True, dec_hook=convert_totals)


def _upgrade(ledger: Any) -> Any:
    """Convert a day in the first format, which is the array `[key, clean_at]`."""
    return {"key": ledger[0], "clean_at": ledger[1]} if isinstance(ledger, list) else ledger
