"""Errors of the way to Telegram: what they prove about the request, and what an operator should know about them."""

import socket
import ssl

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.telegram_api.http.connection import ConnectionLost, RequestNotSent

PROXY_LOGIN = 407


class NotTelegram(NetworkError):
    """An answer that Telegram does not give: a censor's page, a proxy's, or one torn on the way.

    python-telegram-bot would read a 403 page as `Forbidden` and a 404 page as `InvalidToken`, and people would be
    erased for what a middlebox said.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"an answer that is not Telegram's (HTTP {status})")
        self.status = status


class ProxyRefused(NetworkError):
    """The proxy answered instead of passing the request on."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the proxy refused (HTTP {status})")
        self.status = status


def never_sent(error: BaseException) -> bool:
    """Return whether the request behind `error` surely did not leave: refused, unresolved, no connection in time, or
    stopped by a proxy."""
    cause = error.__cause__ if isinstance(error, TelegramError) else error
    return isinstance(error, ProxyRefused) or isinstance(
        cause,
        (RequestNotSent, aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError),
    )


def was_answered(error: TelegramError) -> bool:
    """Return whether an answer came, however useless, so that most likely nothing was carried out."""
    return isinstance(error, NotTelegram) or error.__cause__ is None


def explain(error: BaseException) -> str:
    """Return the reason for a failed call as part of a sentence. It contains no address, since that has the token."""
    match error:
        case ProxyRefused(status=status) if status == PROXY_LOGIN:
            return "the proxy wants a user name and a password (407)"
        case ProxyRefused(status=status):
            return f"the proxy refused (HTTP {status})"
        case NotTelegram(status=status):
            return f"an answer came that is not Telegram's (HTTP {status})"
        case TimedOut():
            return "no answer in time"
        case TelegramError() if error.__cause__ is None:
            return f"Telegram says: {error.message}"
        case _:
            return _explain_connection(error.__cause__ or error)


def _explain_connection(cause: BaseException) -> str:
    match cause:
        case aiohttp.ClientProxyConnectionError():
            return "the proxy cannot be reached"
        case aiohttp.ClientConnectorCertificateError() | ssl.SSLCertVerificationError():
            return "the server's certificate is not valid"
        case aiohttp.ClientConnectorDNSError() | socket.gaierror():
            return "its name cannot be resolved"
        case RequestNotSent() if isinstance(cause.__cause__, OSError):
            return _explain_connection(cause.__cause__)
        case RequestNotSent() | aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return "no connection can be made"
        case ConnectionLost() | aiohttp.ClientError() | OSError():
            return f"the connection failed ({type(cause).__name__})"
        case _:
            return type(cause).__name__
