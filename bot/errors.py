"""Errors that stop the bot. Each message tells the operator what to do, and contains no secrets."""


class OperatorError(Exception):
    """The bot cannot start or go on until the operator acts."""


class Misconfigured(OperatorError):
    """Settings are wrong; the message lists every problem, one a line."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class TokenRejected(OperatorError):
    """Telegram does not know the token (401, 404)."""


class LoggedOut(OperatorError):
    """The bot was logged out of this Bot API server (400 "Logged out")."""


class Unreachable(OperatorError):
    """Telegram did not answer at the start."""


class BotConflict(OperatorError):
    """Another process fetches this bot's updates (409), or holds its data folder."""
