"""Ask the server of the Bot API for the date: every answer over HTTP carries it. No token is sent."""

from email.utils import parsedate_to_datetime

import aiohttp

_PATIENCE = aiohttp.ClientTimeout(total=20.0)


async def fetch_server_date(api_url: str, proxy: str | None) -> float | None:
    """Return its date in Unix seconds; None when it does not answer, or names none."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE, trust_env=False) as session,
            session.head(f"{api_url}/", proxy=proxy, allow_redirects=False) as answer,
        ):
            return parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError, OverflowError):
        return None
