"""Keep a background loop alive: log database errors and unexpected exceptions instead of ending it."""

import logging
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from storage.errors import StorageTrouble

_LOG_INTERVAL = 60.0  # seconds until the same error is logged again

log = logging.getLogger(__name__)


class LoopGuard:
    """Keep one background loop alive: run each of its steps inside `guard`.

    `subject` names the loop at the beginning of its log lines, such as "A broadcast".
    """

    def __init__(self, subject: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._subject = subject
        self._clock = clock
        self._logged_at: dict[tuple[str, str, int | None], float] = {}  # by type and place of the error

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Log any exception of the block instead of raising it, so that the loop continues with its next step."""
        try:
            yield
        except StorageTrouble as error:
            log.warning("%s: waiting for the database (%s)", self._subject, type(error).__name__)
        except Exception as error:
            if self._is_new(error):
                log.exception("%s: unexpected error; the other work goes on", self._subject)

    def _is_new(self, error: Exception) -> bool:
        """Return whether to log `error`, because no error of the same type and place in the code was logged recently.

        "Recently" means in the last _LOG_INTERVAL seconds. If the result is True, the error counts as logged now.
        """
        place = traceback.extract_tb(error.__traceback__)[-1]
        key, now = (type(error).__qualname__, place.filename, place.lineno), self._clock()
        if now - self._logged_at.get(key, -_LOG_INTERVAL) < _LOG_INTERVAL:
            return False
        self._logged_at[key] = now
        return True
