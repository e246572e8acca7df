"""Log the Bot API calls of bots, for tests. The log contains the newest calls, without texts of messages."""

from collections import deque
from typing import Any

MAX_CALLS = 20_000


class CallLog:
    """The newest MAX_CALLS calls of Bot API methods. `count` is the number of all calls since the start."""

    def __init__(self) -> None:
        self.count = 0
        self._calls: deque[tuple[str, int | None, int | None, float]] = deque(maxlen=MAX_CALLS)

    def add(self, method: str, error: int | None, chat: int | None, at: float) -> None:
        """Log a call. `error` is the error code of its response, None for success. `at` is monotonic time."""
        self._calls.append((method, error, chat, at))
        self.count += 1

    def since(self, first: int) -> list[dict[str, Any]]:
        """Return the logged calls from number `first` on, as JSON. The first call has the number 0."""
        oldest = self.count - len(self._calls)
        calls = list(self._calls)[max(0, first - oldest) :]
        return [
            {"n": n, "method": method, "ok": error is None, "error_code": error or None, "chat_id": chat, "at": at}
            for n, (method, error, chat, at) in enumerate(calls, max(first, oldest))
        ]
