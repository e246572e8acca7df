"""The smallest number of people that is shown exactly anywhere: what is about fewer could tell of one of them."""

LEAST = 10


def shown(number: int) -> int | str:
    """Return `number` of people for somebody who may ask often: rounded down to tens, so that no one person shows.

    An exact total that is read every minute would tell when each person got something.
    """
    return f"<{LEAST}" if number < LEAST else number - number % LEAST
