"""Decide which polling errors end the bot, and how long to wait while another program polls with the same token."""

import asyncio
import logging
import random

from telegram.error import BadRequest, Conflict, InvalidToken, TelegramError

from bot.errors import BotConflict, LoggedOut, OperatorError, TokenRejected

CONFLICT_PATIENCE = 60.0  # seconds: a container that is being replaced runs a little longer
_QUIET = 30.0  # seconds without a conflict after which the next one begins a new series; longer than a poll
_LONGEST_PAUSE = 5.0  # seconds between two polls during a conflict

log = logging.getLogger(__name__)

LOGGED_OUT = (
    "Telegram says that this bot was logged out (logOut was called, to move it to another Bot API server): set "
    "BOT_API_URL to that server, or wait ten minutes after logOut and start again."
)
TOKEN_REJECTED = "Telegram does not know this bot token any more: get the current one from @BotFather."  # noqa: S105
_WEBHOOK = (
    "Telegram sends this bot's updates to a webhook: stop the program behind it, then remove the webhook "
    "(open https://api.telegram.org/bot<token>/deleteWebhook once) and start again."
)
_ANOTHER = (
    "Telegram says that another program fetches this bot's updates (409): "
    "stop the other one, or revoke the token at @BotFather if it is not yours."
)


def is_logged_out(error: TelegramError) -> bool:
    """Return whether `error` says that the bot was logged out of this Bot API server.

    An operator logs a bot out to move it to another server.
    """
    return isinstance(error, BadRequest) and "logged out" in error.message.lower()


def fatal_error(error: TelegramError) -> OperatorError | None:
    """Return the exception that must end the bot after a poll failed with `error`; None if polling can continue."""
    if isinstance(error, InvalidToken):
        return TokenRejected(TOKEN_REJECTED)
    if is_logged_out(error):
        return LoggedOut(LOGGED_OUT)
    if isinstance(error, Conflict) and "webhook" in error.message.lower():
        return BotConflict(_WEBHOOK)
    return None


class Conflicts:
    """A series of polls that Telegram refused because another program polls with the same token.

    The other program might be an earlier process of this bot that is about to end. So the bot waits about a minute
    for its end.
    """

    def __init__(self) -> None:
        self._first = self._last = -_QUIET
        self._pause = 1.0
        self._patience = CONFLICT_PATIENCE * random.uniform(1.0, 1.25)  # noqa: S311 -- two bots must not both end

    def pause(self) -> float:
        """Record a conflict; return the seconds to wait before the next poll.

        Raises BotConflict when the series has lasted too long. The limit is a random time from 60 to 75 seconds, so
        that only one of two programs gives up.
        """
        now = asyncio.get_running_loop().time()
        if not self.is_open():
            self._first, self._pause = now, 1.0
            log.warning(
                "Another program fetches this bot's updates (409); waiting up to %.0f s for it to end",
                self._patience,
            )
        self._last = now
        if now - self._first >= self._patience:
            raise BotConflict(_ANOTHER) from None
        pause, self._pause = self._pause, min(self._pause * 2, _LONGEST_PAUSE)
        return pause * random.uniform(0.75, 1.0)  # noqa: S311 -- jitter

    def is_open(self) -> bool:
        """Return whether the last conflict was less than 30 seconds ago, so that a new one belongs to the series."""
        return asyncio.get_running_loop().time() - self._last < _QUIET
