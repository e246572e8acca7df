"""Check the bot token with the first call to Telegram. The message of each error says what the operator can do."""

import asyncio

from telegram import Bot
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.errors import LoggedOut, OperatorError, TokenRejected, Unreachable
from bot.telegram_api.http.network_errors import PROXY_LOGIN, NotTelegram, ProxyRefused, SocksFailed, explain
from bot.telegram_api.updates.polling_errors import LOGGED_OUT, is_logged_out

FIRST_TRIES = (0.0, 1.0, 3.0)  # seconds before each try: few, because the operator is watching the start
_LOGIN = 401
_UNKNOWN_TOKEN = "Telegram does not know this bot token: copy it again from @BotFather, or ask there for a new one."  # noqa: S105


async def check_token(bot: Bot, server: str) -> None:
    """Call getMe, up to three times. Raises TokenRejected, LoggedOut or Unreachable.

    The message of Unreachable names `server`.
    """
    last_error: TelegramError
    for pause in FIRST_TRIES:
        await asyncio.sleep(pause)
        try:
            await bot.initialize()
            return
        except TelegramError as error:
            last_error = error
            if isinstance(error, (BadRequest, InvalidToken)):
                break  # the next try would get the same answer
    raise operator_error(last_error, server) from None


def operator_error(error: TelegramError, server: str) -> OperatorError:
    """Convert `error`, raised by a call to `server`, to an OperatorError whose message says what to do."""
    if isinstance(error, InvalidToken):
        return TokenRejected(_UNKNOWN_TOKEN)
    if is_logged_out(error):
        return LoggedOut(LOGGED_OUT)
    return Unreachable(_sentence(error, server))


def _sentence(error: TelegramError, server: str) -> str:
    reason = explain(error)
    match error:
        case ProxyRefused(status=status) if status == PROXY_LOGIN:
            return f"{server} cannot be reached: {reason}. Set HTTPS_PROXY to http://user:password@host:port."
        case ProxyRefused() | SocksFailed():
            return f"{server} cannot be reached: {reason}. Check HTTPS_PROXY, or ask the operator of the proxy."
        case NotTelegram(status=status) if status == _LOGIN:
            return (
                f"{server} requires a user name and a password ({status}): write them into BOT_API_URL, as "
                "https://user:password@host."
            )
        case NotTelegram():
            return (
                f"{server} cannot be reached: {reason}, perhaps a page of a network in between. Check BOT_API_URL "
                "and the network, or set HTTPS_PROXY when Telegram is blocked here."
            )
        case _:
            return (
                f"{server} does not answer ({reason}): check the network, or set HTTPS_PROXY when Telegram is blocked"
                " here."
            )
