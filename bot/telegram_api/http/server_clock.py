"""Ask the Bot API server for its date. Every HTTP response contains the date.

The request contains no token.
"""

import asyncio
from email.utils import parsedate_to_datetime

import aiohttp

from bot.telegram_api.http.api_address import ApiAddress, parse_address
from bot.telegram_api.http.socks_proxy import is_socks
from bot.telegram_api.http.socks_request import request_over_socks

_TIMEOUT = 20.0  # seconds


async def fetch_server_date(api_url: str, proxy: str | None) -> float | None:
    """Return the date of the server at `api_url` in Unix seconds; None when it does not answer or sends no date."""
    try:
        async with asyncio.timeout(_TIMEOUT):
            if proxy and is_socks(proxy):
                date = (await request_over_socks(proxy, f"{api_url}/", "HEAD")).headers["Date"] or ""
            else:
                date = await _date(parse_address(f"{api_url}/"), proxy)
        return parsedate_to_datetime(date).timestamp()
    except (aiohttp.ClientError, OSError, ValueError, KeyError, OverflowError):
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
