"""What a loop bears that must not end: trouble with the database, and what nobody foresaw. All else goes on."""

import logging
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from storage.errors import StorageTrouble

_AGAIN = 60.0  # seconds until the log tells the same mistake again

log = logging.getLogger(__name__)


class LoopGuard:
    """`what` begins the sentences in the log."""

    def __init__(self, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._what = what
        self._clock = clock
        self._told: dict[tuple[str, str, int | None], float] = {}

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Around what must not end the loop: a thing of which there are others, so that they go on."""
        try:
            yield
        except StorageTrouble as trouble:
            log.warning("%s waits for the database (%s)", self._what, type(trouble).__name__)
        except Exception as mistake:
            if self._is_news(mistake):
                log.exception("%s fails in a way that nobody foresaw: all else goes on", self._what)

    def _is_news(self, mistake: Exception) -> bool:
        place = traceback.extract_tb(mistake.__traceback__)[-1]
        name, now = (type(mistake).__qualname__, place.filename, place.lineno), self._clock()
        if now - self._told.get(name, -_AGAIN) < _AGAIN:
            return False
        self._told[name] = now
        return True
