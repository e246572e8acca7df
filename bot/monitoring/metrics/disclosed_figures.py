"""Show figures about people only in steps of ten, so that two requests never reveal what one person did.

`/metrics` can be requested every second, and the program that reads it may store the values with their times.
"""

from collections.abc import Hashable

from bot.model.small_numbers import PRIVACY_THRESHOLD

Figures = tuple[float, ...]


class DisclosedFigures:
    """Figures about what people did, by key. The shown figures change only after ten more events of a key."""

    def __init__(self) -> None:
        self._shown: dict[Hashable, Figures] = {}

    def show(self, key: Hashable, figures: Figures) -> Figures:
        """Return the figures to show for `key`: the new ones in `figures`, or those that were last shown.

        The first of the `figures` is a number of events, such as answers. The others are about the same events, such
        as the sum of their latencies. If the number of events has grown by at least ten since it was last shown,
        return `figures`. If it has grown by less, return the figures that were last shown; they are zeros at first.
        """
        shown = self._shown.get(key, (0.0,) * len(figures))
        if figures[0] - shown[0] >= PRIVACY_THRESHOLD:
            shown = self._shown[key] = figures
        return shown


def in_tens(number: int) -> int:
    """Return a number of people rounded down to tens, so 0 below ten."""
    return number - number % PRIVACY_THRESHOLD
