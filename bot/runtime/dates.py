"""The date that daily counts and keys use."""

from datetime import UTC, date, datetime


def today() -> date:
    """Return the current date in UTC, for daily counts and keys. The store keeps no times of day."""
    return datetime.now(UTC).date()
