"""What the box says no with.

Refused          the Bot API's own error: code, Telegram's sentence, parameters
    Flooded      429 with retry_after
Mistake          the box API's error: one sentence for whoever drives the box
CannotListen     the box's port is not to be had: one sentence for who starts it
"""

from typing import Any, ClassVar


class Refused(Exception):
    """An error answer of the Bot API. `sentence` is what stands after the colon ("message text is empty")."""

    TITLES: ClassVar = {
        400: "Bad Request",
        401: "Unauthorized",
        403: "Forbidden",
        404: "Not Found",
        409: "Conflict",
        413: "Request Entity Too Large",
        429: "Too Many Requests",
    }

    def __init__(self, code: int, sentence: str = "", **parameters: Any) -> None:
        super().__init__(sentence)
        self.code = code
        self.description = f"{self.TITLES[code]}: {sentence}" if sentence else self.TITLES[code]
        self.parameters = parameters

    def answer(self) -> dict[str, Any]:
        said = {"ok": False, "error_code": self.code, "description": self.description}
        return said | {"parameters": self.parameters} if self.parameters else said


class Flooded(Refused):
    """Too much at once."""

    def __init__(self, seconds: int) -> None:
        super().__init__(429, f"retry after {seconds}", retry_after=seconds)


class Mistake(Exception):
    """A box API call that cannot be done; the sentence says what, which value, and what to do."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


class CannotListen(Exception):
    """The address cannot be used; the sentence says what to do."""


def bad(sentence: str) -> Refused:
    return Refused(400, sentence)
