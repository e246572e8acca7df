"""Show figures about people only in groups of ten, so that two requests never tell what one person did.

`/metrics` can be read every second, and what reads it might store the values for years, with their times.
"""

from collections.abc import Hashable

from bot.model.small_numbers import PRIVACY_THRESHOLD

Figures = tuple[float, ...]


class DisclosedFigures:
    """The figures that were shown last, by key. New ones replace them when ten more events are counted."""

    def __init__(self) -> None:
        self._shown: dict[Hashable, Figures] = {}

    def show(self, key: Hashable, figures: Figures) -> Figures:
        """Return `figures`, or those that were shown last. The first figure is the number of events, and only grows.

        All figures of a key change together, so that a latency belongs to ten answers at least.
        """
        shown = self._shown.get(key, (0.0,) * len(figures))
        if figures[0] - shown[0] >= PRIVACY_THRESHOLD:
            shown = self._shown[key] = figures
        return shown


def in_tens(number: int) -> int:
    """Return a number of people rounded down to tens; 0 below ten."""
    return number - number % PRIVACY_THRESHOLD
