"""Send one request over a separate connection, which is closed afterwards: directly, or through a proxy.

Use this for rare requests, if only the status and the headers of the response matter. Calls of the Bot API use
ConnectionPool.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.telegram_api.http.api_address import ApiAddress, parse_address
from bot.telegram_api.http.connection_pool import open_socket, tls_context
from bot.telegram_api.http.socks_proxy import SocksProxy, is_socks, parse_socks_proxy

_HEAD_END = b"\r\n\r\n"
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """The status and the headers of a response. The names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]


async def send_single_request(
    url: str, method: str, *, proxy: str | None, headers: Mapping[str, str] = _NO_HEADERS, body: bytes = b""
) -> ResponseHead:
    """Send a request to `url`, through `proxy` unless it is None; return the status and headers of the response.

    Redirects are not followed. Raises OSError, or ValueError for a wrong URL. The caller limits the duration.
    """
    address = parse_address(url)
    if proxy and not is_socks(proxy):
        from bot.telegram_api.http.http_proxy_client import request_head  # it imports aiohttp

        return ResponseHead(*await request_head(parse_address(proxy), address, method, headers=headers, body=body))
    request = _head(address, method, headers, len(body)) + body
    return await _exchange(address, parse_socks_proxy(proxy) if proxy else None, request)


async def _exchange(address: ApiAddress, socks: SocksProxy | None, request: bytes) -> ResponseHead:
    connected = await open_socket(address, socks)
    tls, name = (tls_context(), address.host.rstrip(".")) if address.is_tls else (None, None)
    reader, writer = await asyncio.open_connection(sock=connected, ssl=tls, server_hostname=name)
    try:
        writer.write(request)
        return await _read_head(reader)
    except (EOFError, asyncio.LimitOverrunError):
        raise ConnectionResetError("the server sent no head of a response") from None
    finally:
        writer.close()


async def _read_head(reader: asyncio.StreamReader) -> ResponseHead:
    """Read the status and headers of the final response, and skip informational responses (1xx) before it."""
    while True:
        head = _parse(await reader.readuntil(_HEAD_END))
        if head.status >= 200:
            return head


def _head(address: ApiAddress, method: str, headers: Mapping[str, str], length: int) -> bytes:
    fields = {
        "Host": address.host_header,
        "Connection": "close",
        "Content-Length": str(length),
        **address.login_headers(None),
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {address.path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1")


def _parse(head: bytes) -> ResponseHead:
    status_line, *fields = head.removesuffix(_HEAD_END).decode("latin-1").split("\r\n")
    version, _, rest = status_line.partition(" ")
    if not version.startswith("HTTP/1.") or not rest[:3].isdecimal():
        raise ConnectionResetError("the server sent no head of a response")
    pairs = (line.partition(":") for line in fields)
    return ResponseHead(int(rest[:3]), {name.lower(): value.strip() for name, _, value in pairs})
