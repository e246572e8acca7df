"""Call a service outside Telegram, with a deadline and over connections of its own."""

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from bot.alert_settings import Receiver

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
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=DEADLINE), trust_env=False) as session,
            session.request(
                method,
                _with_path_end(receiver.url, path_end),
                data=body,
                headers=headers,
                proxy=receiver.proxy,
                allow_redirects=False,  # the address is a secret, and goes to no other server
            ) as response,
        ):
            if response.status >= 300:
                raise ReceiverFailed(f"HTTP {response.status}")
    except TimeoutError:
        raise ReceiverFailed("no response in time") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise ReceiverFailed(type(error).__name__) from None


def _with_path_end(url: str, path_end: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + path_end)) if path_end else url
