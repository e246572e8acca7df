"""Provide the date that daily counts and keys use."""

from datetime import UTC, date, datetime


def today() -> date:
    """Return the current date in UTC, for daily counts and keys. Times of day are not stored."""
    return datetime.now(UTC).date()
