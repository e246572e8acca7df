"""Hide small counts of people, because an exact small count could reveal something about one of them."""

PRIVACY_THRESHOLD = 10  # people; the smallest count that is shown anywhere


def rounded(number: int) -> int | str:
    """Return a count of people, rounded down to tens, or "<10" below PRIVACY_THRESHOLD.

    An exact total that an admin reads every minute would reveal when each person received an announcement.
    """
    return f"<{PRIVACY_THRESHOLD}" if number < PRIVACY_THRESHOLD else number - number % PRIVACY_THRESHOLD
