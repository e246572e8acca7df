"""Call a service outside Telegram, with a deadline and over a new connection for each call."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit, urlunsplit

from bot.alert_settings import Receiver
from bot.telegram_api.http.single_request import send_single_request

DEADLINE = 10.0  # seconds for a whole call
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class ReceiverFailed(Exception):
    """A receiver did not accept a call. The message names the kind of failure, and never the address."""


async def call_receiver(
    receiver: Receiver,
    method: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] = _NO_HEADERS,
    path_end: str = "",
) -> None:
    """Make one call to `receiver`; `path_end` is appended to the path of its URL. Raises ReceiverFailed.

    Calls are rare, so no connection is kept open between them.
    """
    url = _with_path_end(receiver.url, path_end)
    try:
        async with asyncio.timeout(DEADLINE):
            head = await send_single_request(url, method, proxy=receiver.proxy, headers=headers, body=body)
        if head.status >= 300:
            raise ReceiverFailed(f"HTTP {head.status}")
    except TimeoutError:
        raise ReceiverFailed("no response in time") from None
    except (OSError, ValueError) as error:
        raise ReceiverFailed(type(error).__name__) from None


def _with_path_end(url: str, path_end: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + path_end)) if path_end else url
