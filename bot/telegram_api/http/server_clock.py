"""Ask the Bot API server for its date. Every HTTP response contains the date.

The request contains no token.
"""

from email.utils import parsedate_to_datetime

import aiohttp

from bot.telegram_api.http.api_address import parse_address

_TIMEOUT = aiohttp.ClientTimeout(total=20.0)  # seconds


async def fetch_server_date(api_url: str, proxy: str | None) -> float | None:
    """Return the date of the server at `api_url` in Unix seconds; None when it does not answer or sends no date."""
    try:
        address, proxy_address = parse_address(f"{api_url}/"), parse_address(proxy) if proxy else None
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=False) as session,
            session.head(
                address.url,
                headers=address.login_headers(proxy_address),
                proxy=proxy_address.url if proxy_address else None,
                proxy_headers=address.connect_headers(proxy_address),
                allow_redirects=False,
            ) as response,
        ):
            return parsedate_to_datetime(response.headers["Date"]).timestamp()
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError, OverflowError):
        return None
