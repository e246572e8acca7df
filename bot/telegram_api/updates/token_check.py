"""The first call to Telegram: whose token is this? What goes wrong is told in a sentence with its remedy."""

import asyncio

from telegram import Bot
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.errors import LoggedOut, OperatorError, TokenRejected, Unreachable
from bot.telegram_api.http.network_errors import PROXY_LOGIN, NotTelegram, ProxyRefused, explain
from bot.telegram_api.updates.polling_errors import LOGGED_OUT, is_logged_out

FIRST_TRIES = (0.0, 1.0, 3.0)  # seconds before each: a start that fails should say so while somebody looks
_LOGIN = 401
_UNKNOWN_TOKEN = "Telegram does not know this bot token: copy it again from @BotFather, or ask there for a new one."  # noqa: S105


async def check_token(bot: Bot, server: str) -> None:
    """Call getMe, a few times if necessary. `server` is shown. Raises TokenRejected, LoggedOut or Unreachable."""
    trouble: TelegramError
    for pause in FIRST_TRIES:
        await asyncio.sleep(pause)
        try:
            await bot.initialize()
            return
        except InvalidToken:
            raise TokenRejected(_UNKNOWN_TOKEN) from None
        except TelegramError as error:
            trouble = error
            if isinstance(error, BadRequest):
                break  # it will not be another answer in a second
    raise _refusal(trouble, server) from None


def _refusal(trouble: TelegramError, server: str) -> OperatorError:
    if is_logged_out(trouble):
        return LoggedOut(LOGGED_OUT)
    return Unreachable(_sentence(trouble, server))


def _sentence(trouble: TelegramError, server: str) -> str:
    why = explain(trouble)
    match trouble:
        case ProxyRefused(status=status) if status == PROXY_LOGIN:
            return f"{server} is not reached: {why}. Write them into HTTPS_PROXY, as http://user:password@host:port."
        case ProxyRefused():
            return f"{server} is not reached: {why}. Check HTTPS_PROXY, or ask whoever runs the proxy."
        case NotTelegram(status=status) if status == _LOGIN:
            return (
                f"{server} wants a user name and a password ({status}): write them into BOT_API_URL, as "
                "https://user:password@host."
            )
        case NotTelegram():
            return (
                f"{server} is not reached: {why}, perhaps a page of the network in between. Check BOT_API_URL and "
                "the network, or set HTTPS_PROXY when Telegram is blocked here."
            )
        case _:
            return (
                f"{server} does not answer ({why}): check the network, or set HTTPS_PROXY when Telegram is blocked "
                "here."
            )
