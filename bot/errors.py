"""Define the errors that stop the bot. Each message tells the operator what to do, and contains no secrets."""


class OperatorError(Exception):
    """The bot cannot start or continue until the operator acts. The message says what to do."""


class Misconfigured(OperatorError):
    """The settings are wrong. The message lists every problem on its own line."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class TokenRejected(OperatorError):
    """Telegram does not accept the bot's token (HTTP status 401 or 404)."""


class LoggedOut(OperatorError):
    """The bot was logged out of this Bot API server (HTTP status 400, "Logged out")."""


class Unreachable(OperatorError):
    """Telegram did not answer when the bot started."""


class BotConflict(OperatorError):
    """Another process fetches updates for the same bot (HTTP status 409), or uses the same data folder."""
