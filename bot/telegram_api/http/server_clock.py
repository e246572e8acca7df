"""Ask the Bot API server for its date. Every HTTP response contains the date.

The request contains no token.
"""

import asyncio
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime

import aiohttp

from bot.telegram_api.http.api_address import ApiAddress, parse_address
from bot.telegram_api.http.connection_pool import tls_context
from bot.telegram_api.http.socks_proxy import is_socks, open_socket, parse_socks_proxy

_TIMEOUT = 20.0  # seconds


async def fetch_server_date(api_url: str, proxy: str | None) -> float | None:
    """Return the date of the server at `api_url` in Unix seconds; None when it does not answer or sends no date."""
    try:
        address, is_over_socks = parse_address(f"{api_url}/"), proxy is not None and is_socks(proxy)
        async with asyncio.timeout(_TIMEOUT):
            date = await (_date_over_socks(address, proxy or "") if is_over_socks else _date(address, proxy))
        return parsedate_to_datetime(date).timestamp()
    except (aiohttp.ClientError, OSError, EOFError, ValueError, KeyError, OverflowError, asyncio.LimitOverrunError):
        return None


async def _date(address: ApiAddress, proxy: str | None) -> str:
    """Return the header Date of a response of the server, asked through a proxy of HTTP if there is one."""
    proxy_address = parse_address(proxy) if proxy else None
    async with (
        aiohttp.ClientSession(trust_env=False) as session,
        session.head(
            address.url,
            headers=address.login_headers(proxy_address),
            proxy=proxy_address.url if proxy_address else None,
            proxy_headers=address.connect_headers(proxy_address),
            allow_redirects=False,
        ) as response,
    ):
        return response.headers["Date"]


async def _date_over_socks(address: ApiAddress, proxy: str) -> str:
    """Return the header Date of a response of the server, asked through a SOCKS proxy."""
    connected = await open_socket(parse_socks_proxy(proxy), address.host, address.port)
    tls, name = (tls_context(), address.host.rstrip(".")) if address.is_tls else (None, None)
    reader, writer = await asyncio.open_connection(sock=connected, ssl=tls, server_hostname=name)
    try:
        lines = f"HEAD {address.path} HTTP/1.1\r\nHost: {address.host_header}\r\nConnection: close\r\n"
        login = "".join(f"{header}: {value}\r\n" for header, value in address.login_headers(None).items())
        writer.write(f"{lines}{login}\r\n".encode("ascii"))
        head = await reader.readuntil(b"\r\n\r\n")
    finally:
        writer.close()
    date: str = BytesHeaderParser().parsebytes(head.partition(b"\r\n")[2])["Date"] or ""
    return date
