"""Show figures about people only in steps of ten, so that two requests never reveal what one person did.

`/metrics` can be requested every second, and the program that reads it may store the values with their times.
"""

from collections.abc import Hashable

from bot.model.small_numbers import PRIVACY_THRESHOLD

Figures = tuple[float, ...]


class DisclosedFigures:
    """The figures that were last shown for each key. They change only after ten more events."""

    def __init__(self) -> None:
        self._shown: dict[Hashable, Figures] = {}

    def show(self, key: Hashable, figures: Figures) -> Figures:
        """Return `figures` after ten more events, and otherwise those that were last shown.

        The first figure is the number of events. All figures of a key change together. So a latency that is shown
        always belongs to at least ten answers.
        """
        shown = self._shown.get(key, (0.0,) * len(figures))
        if figures[0] - shown[0] >= PRIVACY_THRESHOLD:
            shown = self._shown[key] = figures
        return shown


def in_tens(number: int) -> int:
    """Return a number of people rounded down to tens, so 0 below ten."""
    return number - number % PRIVACY_THRESHOLD
