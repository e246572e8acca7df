"""Parse the URLs of the Bot API server and of a proxy.

Both HTTP clients of this package use this module, so that they treat a URL in the same way.
"""

import re
from base64 import b64encode
from dataclasses import dataclass, field
from functools import lru_cache

from yarl import URL

_HOST = re.compile(r"[A-Za-z0-9._~-]+|[0-9A-Fa-f:.]+(?:%25[A-Za-z0-9._~-]+)?")


@dataclass(frozen=True, slots=True)
class ApiAddress:
    """The parsed URL of a request or of a proxy. Its methods return the parts in the forms that HTTP clients need."""

    is_tls: bool
    host: str  # ASCII: names in other scripts are converted to their DNS form (IDNA)
    port: int
    host_header: str  # with brackets around IPv6, and without the default port
    path: str = field(repr=False)  # percent-encoded, with the query; contains the bot's token
    authorization: str | None = field(default=None, repr=False)  # the value of a header (RFC 7617)

    @property
    def origin(self) -> str:
        """Return the scheme, the host and the port, which contain no secret."""
        return f"{'https' if self.is_tls else 'http'}://{self.host_header}"

    @property
    def url(self) -> URL:
        """Return the URL for aiohttp, without the credentials."""
        return URL(f"{self.origin}{self.path}", encoded=True)

    def login_headers(self, proxy: "ApiAddress | None") -> dict[str, str]:
        """Return the headers that log in to this server and, over plain HTTP, to `proxy` (None without a proxy).

        Authorization holds the credentials in the URL of this server, and Proxy-Authorization those in the URL of
        `proxy`. Without credentials in its URL, a header is left out. Over TLS, Proxy-Authorization is left out as
        well: the proxy cannot read it there, and gets it from `connect_headers`.
        """
        return _header("Authorization", self) | ({} if self.is_tls else _header("Proxy-Authorization", proxy))

    def connect_headers(self, proxy: "ApiAddress | None") -> dict[str, str] | None:
        """Return the headers of the CONNECT request that makes `proxy` open a connection to this server.

        They hold the credentials in the URL of `proxy`, if there are any. Return None over plain HTTP, which needs no
        CONNECT.
        """
        return _header("Proxy-Authorization", proxy) if self.is_tls else None


@lru_cache(maxsize=256)
def parse_address(url: str) -> ApiAddress:
    """Parse the URL of a server or a proxy.

    Raises ValueError for a wrong URL. The text of the error does not contain `url`, which might hold a password.
    """
    try:
        parts = URL(url)
        host, port = parts.raw_host or "", parts.port
    except (ValueError, TypeError):
        raise ValueError("not an address") from None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or not port:
        raise ValueError("not an address of http or https")
    return ApiAddress(
        is_tls=parts.scheme == "https",
        host=host.replace("%25", "%"),
        port=port,
        host_header=_host_header(parts),
        path=parts.raw_path_qs or "/",
        authorization=_authorization(parts),
    )


def _host_header(parts: URL) -> str:
    """Return the value of the Host header, without the zone of an IPv6 address such as `%eth0` (RFC 6874)."""
    return re.sub(r"%25[^\]]*", "", parts.host_port_subcomponent or "")


def _authorization(parts: URL) -> str | None:
    if parts.user is None and parts.password is None:
        return None
    credentials = f"{parts.user or ''}:{parts.password or ''}"
    return f"Basic {b64encode(credentials.encode('utf-8', 'replace')).decode()}"


def _header(name: str, address: ApiAddress | None) -> dict[str, str]:
    return {name: address.authorization} if address and address.authorization else {}
