"""Define the state of the daily clause, which is its progress and the keys of its ledgers. Encode it as JSON."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from storage.deliveries.ledger import Outcome, Totals, convert_totals


@dataclass(frozen=True, slots=True)
class DayLedger:
    """The key of the ledger of one day, which has a row for each recipient.

    `clean_at` is the deadline for deleting the discreet messages of that day, in Unix seconds, or None without such
    messages.
    """

    key: bytes = field(repr=False)
    clean_at: float | None = None


@dataclass(frozen=True, slots=True)
class DailyState:
    """The progress of the daily clause, one clause a day for subscribers who chose it.

    Times are Unix seconds. Days are numbers as from `date.toordinal()`.

    - `swept`: all clauses that were due up to this time were sent or skipped; None before the first start.
    - `floor`: clauses that were due before this time are never sent, e.g. if another process might have sent them.
    - `days`: the ledgers that exist, by day.
    - `gone`: the latest day whose ledger is destroyed.
    - `totals`: how many deliveries so far had each outcome.
    - `words`: how many deletions of discreet messages had each result, by the name of the result.
    """

    swept: float | None = None
    floor: float = 0.0
    gone: int = 0
    days: Mapping[int, DayLedger] = field(default_factory=dict)
    totals: Totals = field(default_factory=Counter)
    words: Mapping[str, int] = field(default_factory=dict)

    def with_day(self, day: int, ledger: DayLedger) -> "DailyState":
        """Return a copy of the state with `ledger` as the ledger of `day`."""
        return replace(self, days={**self.days, day: ledger})

    def without_day(self, day: int) -> "DailyState":
        """Return a copy of the state without the ledger of `day`. The caller must have destroyed the ledger."""
        days = {known: ledger for known, ledger in self.days.items() if known != day}
        return replace(self, days=days, gone=max(self.gone, day))

    def add_to_totals(self, outcomes: Iterable[Outcome]) -> "DailyState":
        """Return a copy of the state with `outcomes`, one for each delivery, added to its totals."""
        return replace(self, totals=self.totals + Counter(outcomes))


def encode(state: DailyState) -> bytes:
    """Return the state as JSON, the form in which it is encrypted and stored."""
    return msgspec.json.encode(state)


def decode(content: bytes) -> DailyState:
    """Return the state in a JSON document of this or an earlier version.

    Raises msgspec.ValidationError, a ValueError, when a field has the wrong type.
    """
    document = msgspec.json.decode(content)
    days = {day: _upgrade(ledger) for day, ledger in document["days"].items()}
    return msgspec.convert({**document, "days": days}, DailyState, str_keys=True, dec_hook=convert_totals)


def _upgrade(ledger: Any) -> Any:
    """Convert a day of the first format, which is the array `[key, clean_at]`, to the current format."""
    return {"key": ledger[0], "clean_at": ledger[1]} if isinstance(ledger, list) else ledger
