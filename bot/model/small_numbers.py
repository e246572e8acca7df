"""Hide small numbers of people: an exact count of a few could reveal something about one of them."""

LEAST = 10  # people; the smallest count that is shown anywhere


def rounded(number: int) -> int | str:
    """Return `number` of people rounded down to tens, or "<10" below LEAST.

    An exact total that is read every minute would reveal when each person received something.
    """
    return f"<{LEAST}" if number < LEAST else number - number % LEAST
