"""Send requests through an HTTP proxy, with aiohttp.

Import this module only when there is such a proxy: aiohttp takes 10 MB of memory. The errors are those of
ConnectionPool, so no other module knows the errors of aiohttp.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import aiohttp

from bot.telegram_api.http.api_address import ApiAddress
from bot.telegram_api.http.connection import ConnectionLost, Deadlines, ProxyUnreachable, RequestNotSent
from bot.telegram_api.http.http_response import MAX_BODY_BYTES
from bot.telegram_api.http.network_errors import ProxyRefused


class HttpProxyClient:
    """A client with at most `connections` connections through `proxy`. Its timeouts are those of ConnectionPool.

    The URL of the proxy is an argument, because aiohttp would otherwise read it from the environment at every
    request. That would cost a tenth of the CPU time.
    """

    def __init__(self, proxy: ApiAddress, connections: int, connect_timeout: float, deadlines: Deadlines) -> None:
        """Create the client. Call this while an event loop runs."""
        self._proxy = proxy
        self._response_timeout = deadlines.response
        total = connect_timeout + deadlines.total
        timeout = aiohttp.ClientTimeout(total=total, connect=connect_timeout, sock_read=deadlines.silence)
        connector = aiohttp.TCPConnector(limit=connections, keepalive_timeout=60, ttl_dns_cache=300)
        self._session = aiohttp.ClientSession(connector=connector, trust_env=False, timeout=timeout)

    async def send(self, method: str, address: ApiAddress, content_type: str, body: bytes) -> tuple[int, bytes]:
        """Send a request to `address` through the proxy; return the status and the body of the response.

        Raises RequestNotSent, ConnectionLost, TimeoutError or ProxyRefused.
        """
        headers = {"Content-Type": content_type}
        with _own_errors():
            async with _request(self._session, self._proxy, address, method, headers, body) as response:
                return response.status, await self._body(response)

    async def close(self) -> None:
        await self._session.close()

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        async with asyncio.timeout(self._response_timeout):
            async for piece in response.content.iter_any():
                body += piece
                if len(body) > MAX_BODY_BYTES:
                    raise ConnectionLost("a body that is too large")
        return bytes(body)


async def request_head(
    proxy: ApiAddress, address: ApiAddress, method: str, *, headers: Mapping[str, str], body: bytes
) -> tuple[int, dict[str, str]]:
    """Send one request to `address` through `proxy` over a new connection; return the response's status and headers.

    The names of headers are in lower case. Raises OSError. The caller limits the duration.
    """
    try:
        async with (
            aiohttp.ClientSession(trust_env=False) as session,
            _request(session, proxy, address, method, headers, body) as response,
        ):
            return response.status, {name.lower(): value for name, value in response.headers.items()}
    except aiohttp.ClientError as error:
        raise ConnectionError(type(error).__name__) from None


def _request(
    session: aiohttp.ClientSession,
    proxy: ApiAddress,
    address: ApiAddress,
    method: str,
    headers: Mapping[str, str],
    body: bytes,
) -> "aiohttp.client._RequestContextManager":
    return session.request(
        method,
        address.url,
        data=body,
        headers={**headers, **address.login_headers(proxy)},
        proxy=proxy.url,
        proxy_headers=address.connect_headers(proxy),
        allow_redirects=False,  # Telegram never redirects; another server must not get the token
    )


@contextmanager
def _own_errors() -> Iterator[None]:
    """Convert network exceptions in the block to those of ConnectionPool, or to ProxyRefused.

    The new exceptions leave out the texts of aiohttp, because these quote the URL, which contains the token.
    """
    try:
        yield
    except aiohttp.ClientHttpProxyError as refusal:
        raise ProxyRefused(refusal.status) from None
    except aiohttp.ClientProxyConnectionError:
        raise ProxyUnreachable("the proxy cannot be reached") from None
    except aiohttp.ClientConnectorError as error:
        raise RequestNotSent(type(error).__name__) from error.__cause__
    except aiohttp.ConnectionTimeoutError:
        raise RequestNotSent("no connection in time") from None
    except TimeoutError:
        raise
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise ConnectionLost(type(error).__name__) from None
