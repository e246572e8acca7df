"""Ask the Bot API server for the time, which every HTTP response contains. The request contains no token."""

import asyncio
from email.utils import parsedate_to_datetime

from bot.telegram_api.http.single_request import send_single_request

_TIMEOUT = 20.0  # seconds


async def fetch_server_date(api_url: str, proxy: str | None) -> float | None:
    """Return the time of the server at `api_url` in Unix seconds; None when it does not answer or sends no date."""
    try:
        async with asyncio.timeout(_TIMEOUT):
            head = await send_single_request(f"{api_url}/", "HEAD", proxy=proxy)
        return parsedate_to_datetime(head.headers["date"]).timestamp()
    except (OSError, ValueError, KeyError, OverflowError):
        return None
