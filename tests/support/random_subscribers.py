"""Draw random subscribers whose records can be stored, for property tests."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from storage.subscriptions.subscriber import ZONES, Daily, Digest, QuietHours, Subscriber

_DAILY = st.builds(Daily, st.integers(0, 23), st.sampled_from(ZONES), st.integers(1, 255))
_QUIET_HOURS = st.builds(QuietHours, st.integers(0, 23), st.integers(0, 23), st.sampled_from(ZONES)).filter(
    lambda hours: hours.begin != hours.end
)
_DIGEST = st.builds(Digest, st.integers(0, 23), st.none() | st.integers(0, 6), st.sampled_from(ZONES))


def subscribers(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Subscriber]:
    """Return a strategy for subscribers with any choices. `fields` has the strategies for the other fields."""
    return st.builds(
        Subscriber,
        topics=st.none() | st.frozensets(st.integers(0, 63)),
        quiet=st.booleans(),
        discreet=st.booleans(),
        text_only=st.booleans(),
        daily=st.none() | _DAILY,
        missed=st.booleans(),
        quiet_hours=st.none() | _QUIET_HOURS,
        digest=st.none() | _DIGEST,
        **fields,
    ).map(_that_a_record_can_hold)


def _that_a_record_can_hold(somebody: Subscriber) -> Subscriber:
    """Return a subscriber who has quiet hours or a digest, not both, in the zone of the daily clause."""
    quiet, digest = somebody.quiet_hours, somebody.digest
    if somebody.daily:
        quiet = quiet and replace(quiet, zone=somebody.daily.zone)
        digest = digest and replace(digest, zone=somebody.daily.zone)
    return replace(somebody, quiet_hours=None if digest else quiet, digest=digest)
