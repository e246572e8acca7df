"""What the box says no with.

Refused          the Bot API's own error: code, Telegram's sentence, parameters
    Flooded      429 with retry_after
Mistake          the box API's error: one sentence for whoever drives the box
CannotListen     the box's port is not to be had: one sentence for who starts it
"""

from typing import Any, ClassVar


class Refused(Exception):
    """An error answer of the Bot API. `sentence` stands without its prefix ("message text is empty")."""

    PREFIXES: ClassVar = {400: "Bad Request: ", 403: "Forbidden: ", 404: "Not Found: ", 409: "Conflict: "}

    def __init__(self, code: int, sentence: str, **parameters: Any) -> None:
        super().__init__(sentence)
        self.code = code
        self.description = self.PREFIXES.get(code, "") + sentence if sentence else "Not Found"
        self.parameters = parameters

    def answer(self) -> dict[str, Any]:
        said = {"ok": False, "error_code": self.code, "description": self.description}
        return said | {"parameters": self.parameters} if self.parameters else said


class Flooded(Refused):
    """Too much at once."""

    def __init__(self, seconds: int) -> None:
        super().__init__(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


class Mistake(Exception):
    """A box API call that cannot be done; the sentence says what, which value, and what to do."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


class CannotListen(Exception):
    """The address cannot be used; the sentence says what to do."""


def bad(sentence: str) -> Refused:
    return Refused(400, sentence)
