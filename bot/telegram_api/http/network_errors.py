"""Judge network errors: might the request have reached Telegram, and how is the error explained to the operator?"""

import socket
import ssl

from telegram.error import NetworkError, TelegramError, TimedOut

from bot.telegram_api.http.connection import ConnectionLost, ProxyUnreachable, RequestNotSent

PROXY_LOGIN = 407  # HTTP's status for "Proxy Authentication Required"


class NotTelegram(NetworkError):
    """A response that did not come from Telegram, such as a page of a censor or a proxy, or a damaged response.

    python-telegram-bot would take a page with status 403 for `Forbidden`, and one with status 404 for `InvalidToken`.
    The bot would then erase subscribers because of a page that another machine had sent.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"a response that is not Telegram's (HTTP {status})")
        self.status = status


class ProxyRefused(NetworkError):
    """The proxy refused the request, and so did not pass it on to Telegram."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the proxy refused (HTTP {status})")
        self.status = status


class SocksFailed(NetworkError):
    """A SOCKS proxy opened no connection to Telegram. `reason` says why, as a part of a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def never_sent(error: BaseException) -> bool:
    """Return whether the request that ended with `error` certainly did not reach Telegram.

    This is certain in four cases: the connection was refused, the connection was not opened in time, the host's name
    was not resolved, or a proxy refused the request.
    """
    cause = error.__cause__ if isinstance(error, TelegramError) else error
    return isinstance(error, ProxyRefused) or isinstance(cause, RequestNotSent)


def was_answered(error: TelegramError) -> bool:
    """Return whether the request that ended with `error` got any response.

    If so, Telegram most likely did not carry out the request.
    """
    return isinstance(error, NotTelegram) or error.__cause__ is None


def explain(error: BaseException) -> str:
    """Return the reason why a call failed, as a part of a sentence for the log, such as "no response in time".

    The reason leaves out the URL, because the URL contains the token.
    """
    match error:
        case ProxyRefused(status=status) if status == PROXY_LOGIN:
            return "the proxy wants a user name and a password (407)"
        case ProxyRefused(status=status):
            return f"the proxy refused (HTTP {status})"
        case SocksFailed(reason=reason):
            return reason
        case NotTelegram(status=status):
            return f"the response is not Telegram's (HTTP {status})"
        case TimedOut():
            return "no response in time"
        case TelegramError() if error.__cause__ is None:
            return f"Telegram reports: {error.message}"
        case _:
            return _explain_connection(error.__cause__ or error)


def _explain_connection(cause: BaseException) -> str:
    match cause:
        case ProxyUnreachable():
            return "the proxy cannot be reached"
        case ssl.SSLCertVerificationError():
            return "the server's certificate is not valid"
        case socket.gaierror():
            return "its name cannot be resolved"
        case RequestNotSent() if isinstance(cause.__cause__, (ssl.SSLCertVerificationError, socket.gaierror)):
            return _explain_connection(cause.__cause__)
        case RequestNotSent():
            return "no connection can be made"
        case ConnectionLost() | OSError():
            return f"the connection failed ({type(cause).__name__})"
        case _:
            return type(cause).__name__
