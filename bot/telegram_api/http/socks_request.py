"""Send one request through a SOCKS proxy, over a connection that is closed afterwards.

This is for rare calls of whose response only the head matters. Calls of the Bot API use ConnectionPool.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from types import MappingProxyType

from bot.telegram_api.http.api_address import ApiAddress, parse_address
from bot.telegram_api.http.connection_pool import tls_context
from bot.telegram_api.http.socks_proxy import open_socket, parse_socks_proxy

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """The status and the headers of a response."""

    status: int
    headers: Message


async def request_over_socks(
    proxy: str, url: str, method: str, *, headers: Mapping[str, str] = _NO_HEADERS, body: bytes = b""
) -> ResponseHead:
    """Send a request through `proxy`, and return the head of the response.

    Raises OSError, or ValueError for a wrong URL. The caller limits the duration.
    """
    address = parse_address(url)
    connected = await open_socket(parse_socks_proxy(proxy), address.host, address.port)
    tls, name = (tls_context(), address.host.rstrip(".")) if address.is_tls else (None, None)
    reader, writer = await asyncio.open_connection(sock=connected, ssl=tls, server_hostname=name)
    try:
        writer.write(_head(address, method, headers, len(body)) + body)
        head = await reader.readuntil(b"\r\n\r\n")
    except (EOFError, asyncio.LimitOverrunError):
        raise ConnectionResetError("the server sent no head of a response") from None
    finally:
        writer.close()
    return _parse(head)


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
    status_line, _, fields = head.partition(b"\r\n")
    version, _, rest = status_line.partition(b" ")
    if not version.startswith(b"HTTP/1.") or not rest[:3].isdigit():
        raise ConnectionResetError("the server sent no head of a response")
    return ResponseHead(int(rest[:3]), BytesHeaderParser().parsebytes(fields))
