"""Open connections through a SOCKS proxy (RFC 1928, RFC 1929 for the login).

The library python-socks is imported when the first connection is opened, because most bots use no such proxy.
"""

import socket
from dataclasses import dataclass, field

from yarl import URL

DEFAULT_PORT = 1080
_VERSIONS = {"socks4": 4, "socks4a": 4, "socks5": 5, "socks5h": 5}
_NAMES_AT_PROXY = ("socks4a", "socks5h")
_LONGEST_LOGIN = 255  # bytes of a user name or a password


class SocksError(OSError):
    """A SOCKS proxy opened no connection, so nothing has reached Telegram. The text says why, for a log line."""


@dataclass(frozen=True, slots=True)
class SocksProxy:
    """The parsed URL of a SOCKS proxy.

    If `resolves_names`, the proxy looks up the addresses of host names. As with curl, this is so for the URL schemes
    `socks5h` and `socks4a`.
    """

    version: int
    resolves_names: bool
    host: str
    port: int
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


def is_socks(url: str) -> bool:
    """Return whether `url` is the URL of a SOCKS proxy, judged by its scheme."""
    return url.partition("://")[0].lower() in _VERSIONS


def parse_socks_proxy(url: str) -> SocksProxy:
    """Parse the URL of a SOCKS proxy.

    Raises ValueError for a wrong URL. The text of the error does not contain `url`, which might hold a password.
    """
    try:
        parts = URL(url)
        host, port, user, password = parts.host, parts.port, parts.user, parts.password
    except (ValueError, TypeError):
        raise ValueError("not an address") from None
    if parts.scheme not in _VERSIONS or not host or port == 0:
        raise ValueError("not an address of a SOCKS proxy")
    if not all(_fits(part) for part in (user, password) if part is not None) or (password and not user):
        raise ValueError(f"an address whose user name or password is not 1 to {_LONGEST_LOGIN} ASCII characters")
    return SocksProxy(
        _VERSIONS[parts.scheme], parts.scheme in _NAMES_AT_PROXY, host, port or DEFAULT_PORT, user, password
    )


def _fits(login: str) -> bool:
    return login.isascii() and 1 <= len(login) <= _LONGEST_LOGIN


async def open_socket_through(proxy: SocksProxy, host: str, port: int) -> socket.socket:
    """Return a socket that `proxy` has connected to `host` and `port`. Raises OSError, usually SocksError.

    The caller limits the duration.
    """
    from python_socks import ProxyConnectionError, ProxyError, ProxyType
    from python_socks.async_.asyncio import Proxy

    connector = Proxy(
        ProxyType.SOCKS5 if proxy.version == 5 else ProxyType.SOCKS4,
        host=proxy.host,
        port=proxy.port,
        username=proxy.user,
        password=proxy.password,
        rdns=proxy.resolves_names,
    )
    try:
        return await connector.connect(host, port)
    except ProxyConnectionError:
        raise SocksError("the SOCKS proxy cannot be reached") from None
    except ProxyError as error:
        raise SocksError(_explain(error.error_code, str(error), has_login=proxy.user is not None)) from None


def _explain(code: int | None, text: str, has_login: bool) -> str:
    """Return why a SOCKS proxy opened no connection, as a part of a sentence for the log.

    `code` and `text` are those of the error from python-socks. `code` is None unless the proxy itself reports that it
    cannot connect to the server. `has_login` says whether the URL of the proxy has a user name.
    """
    if code is not None:
        return f"the SOCKS proxy cannot reach the server: {text[:1].lower()}{text[1:]}"
    if "authentication" not in text.lower():
        return "what answers is not a SOCKS proxy of this version, or it closes the connection"
    if has_login:
        return "the SOCKS proxy does not accept the user name and the password"
    return "the SOCKS proxy wants a user name and a password"
