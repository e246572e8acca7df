"""The log of Bot API calls: numbered, bounded, without texts."""

from collections import deque
from typing import Any

MOST = 20_000


class CallLog:
    def __init__(self) -> None:
        self.count = 0  # calls ever
        self._kept: deque[tuple[str, int | None, int | None, float]] = deque(maxlen=MOST)

    def note(self, method: str, error: int | None, chat: int | None, at: float) -> None:
        """`error` is None when the call was carried out; `at` is monotonic."""
        self._kept.append((method, error, chat, at))
        self.count += 1

    def since(self, first: int) -> list[dict[str, Any]]:
        """The kept calls from number `first` on; numbers begin at 0."""
        oldest = self.count - len(self._kept)
        kept = list(self._kept)[max(0, first - oldest) :]
        return [
            {"n": n, "method": method, "ok": error is None, "error_code": error or None, "chat_id": chat, "at": at}
            for n, (method, error, chat, at) in enumerate(kept, max(first, oldest))
        ]
