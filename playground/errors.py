"""Define the errors of the playground.

BotApiError          an error response of the Bot API: code, description, parameters
    TooManyRequests  429 with retry_after
SimulatorError       an error response of the simulator API under `/box/`, with one sentence for the caller
CannotListen         the server cannot use its address; one sentence for the operator
"""

from typing import Any, ClassVar


class BotApiError(Exception):
    """An error response of the Bot API, such as "Bad Request: message text is empty".

    `code` is the error_code, 400 in the example, and `detail` the part of the description after the colon.
    `parameters` are the fields of ResponseParameters, such as retry_after.
    """

    TITLES: ClassVar = {
        400: "Bad Request",
        401: "Unauthorized",
        403: "Forbidden",
        404: "Not Found",
        409: "Conflict",
        413: "Request Entity Too Large",
        429: "Too Many Requests",
    }

    def __init__(self, code: int, detail: str = "", **parameters: Any) -> None:
        super().__init__(detail)
        self.code = code
        self.description = f"{self.TITLES[code]}: {detail}" if detail else self.TITLES[code]
        self.parameters = parameters

    def to_json(self) -> dict[str, Any]:
        """Return the JSON body of the response that Telegram sends for this error."""
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return body | {"parameters": self.parameters} if self.parameters else body


class TooManyRequests(BotApiError):
    """Error 429: the bot exceeded a flood limit and can retry after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(429, f"retry after {seconds}", retry_after=seconds)


class SimulatorError(Exception):
    """An error response of the simulator API, with which tests and the web chat act as people.

    The message names the wrong value and says what to do. `status` is the HTTP status of the response.
    """

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class CannotListen(Exception):
    """The playground cannot listen on its host and port. The message says why and what to do.

    `is_port_in_use` says that another program listens there.
    """

    def __init__(self, message: str, *, is_port_in_use: bool) -> None:
        super().__init__(message)
        self.is_port_in_use = is_port_in_use


def bad_request(detail: str) -> BotApiError:
    """Return an error with code 400. `detail` is Telegram's text after "Bad Request: "."""
    return BotApiError(400, detail)
