"""Call a service outside Telegram, with a deadline and over connections of its own."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from bot.alert_settings import Receiver
from bot.telegram_api.http.socks_proxy import is_socks
from bot.telegram_api.http.socks_request import request_over_socks

DEADLINE = 10.0  # seconds for a whole call
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class ReceiverFailed(Exception):
    """A receiver did not accept a call. The message names the kind of failure, and never the address."""


async def call_receiver(
    receiver: Receiver,
    method: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] = _NO_HEADERS,
    path_end: str = "",
) -> None:
    """Make one call to `receiver`; `path_end` is appended to the path of its URL. Raises ReceiverFailed.

    Each call has a session of its own: calls are rare, and so no connection and no memory is held in between.
    """
    url = _with_path_end(receiver.url, path_end)
    try:
        async with asyncio.timeout(DEADLINE):
            if receiver.proxy and is_socks(receiver.proxy):
                head = await request_over_socks(receiver.proxy, url, method, headers=headers, body=body or b"")
                status = head.status
            else:
                status = await _status_by_aiohttp(receiver.proxy, url, method, headers, body)
        if status >= 300:
            raise ReceiverFailed(f"HTTP {status}")
    except TimeoutError:
        raise ReceiverFailed("no response in time") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise ReceiverFailed(type(error).__name__) from None


async def _status_by_aiohttp(
    proxy: str | None, url: str, method: str, headers: Mapping[str, str], body: bytes | None
) -> int:
    async with (
        aiohttp.ClientSession(trust_env=False) as session,
        session.request(
            method,
            url,
            data=body,
            headers=headers,
            proxy=proxy,
            allow_redirects=False,  # the address is a secret, and goes to no other server
        ) as response,
    ):
        return response.status


def _with_path_end(url: str, path_end: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + path_end)) if path_end else url
