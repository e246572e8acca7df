"""Why the bot does not start, or stops: sentences for the operator, each with its remedy and without secrets."""


class Refused(Exception):
    """The bot cannot go on; the message is all that the operator needs to read."""


class Misconfigured(Refused):
    """Settings are wrong; all problems at once."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class TokenRejected(Refused):
    """Telegram does not know the token (401, 404)."""


class LoggedOut(Refused):
    """The bot was logged out of this Bot API server (400 "Logged out")."""


class Unreachable(Refused):
    """Telegram did not answer at the start."""


class TwoBots(Refused):
    """Somebody else fetches this bot's updates (409), or holds its data folder."""
