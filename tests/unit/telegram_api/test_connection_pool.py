"""Connections are shared, kept open and dropped so that every response belongs to its own request."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.telegram_api.http import connection_pool
from bot.telegram_api.http.connection import ConnectionLost, RequestNotSent
from bot.telegram_api.http.connection_pool import ConnectionPool

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def request(body: bytes) -> bytes:
    return b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """Return the body of the next request; b"" when the client has closed."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    return await reader.readexactly(int(head.partition(b"Content-Length: ")[2].split()[0]))


def response(body: bytes, headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n%b" % (headers, len(body), body)


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while body := await read_request(reader):
        await asyncio.sleep(0.001)
        writer.write(response(body))
    writer.close()


async def never_respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await read_request(reader):
        pass
    writer.close()


class CountingServer:
    """Counts the connections to a server: `accepted` in all, and those that are `open` now."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self.accepted = 0
        self.open = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        self.open += 1
        try:
            await self._serve(reader, writer)
        except ConnectionError:
            pass
        finally:
            self.open -= 1
            writer.close()


@asynccontextmanager
async def pool_to(
    serve: Serve,
    max_connections: int = 4,
    connect_timeout: float = 1.0,
    read_timeout: float = 5.0,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[ConnectionPool]:
    server = serve if isinstance(serve, CountingServer) else CountingServer(serve)
    listening = await asyncio.start_server(server, "127.0.0.1", 0, ssl=tls)
    port = listening.sockets[0].getsockname()[1]
    pool = ConnectionPool(
        f"{'https' if tls else 'http'}://127.0.0.1:{port}", max_connections, connect_timeout, read_timeout
    )
    async with listening:
        try:
            yield pool
        finally:
            await pool.close()
            async with asyncio.timeout(10):
                while server.open:
                    await asyncio.sleep(0.01)


async def test_every_request_gets_its_own_response_over_a_few_connections() -> None:
    server = CountingServer(echo)
    async with pool_to(server, connect_timeout=30.0) as pool:
        bodies = [b"%d" % number for number in range(500)]
        responses = await asyncio.gather(*(pool.post(request(body)) for body in bodies))

    assert responses == [(200, body) for body in bodies]
    assert server.accepted == 4


async def test_one_connection_is_reused_for_requests_one_after_the_other() -> None:
    server = CountingServer(echo)
    async with pool_to(server) as pool:
        for _ in range(20):
            await pool.post(request(b"x"))

    assert server.accepted == 1


async def test_a_cancelled_request_leaves_its_response_to_no_other() -> None:
    async def respond_late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while body := await read_request(reader):
            await asyncio.sleep(0.05)
            writer.write(response(body))

    server = CountingServer(respond_late)
    async with pool_to(server, max_connections=1) as pool:
        first = asyncio.create_task(pool.post(request(b"first")))
        await asyncio.sleep(0.02)
        first.cancel()
        second = await pool.post(request(b"second"))

    assert second == (200, b"second")
    assert server.accepted == 2


async def test_a_request_cancelled_while_its_connection_is_opened_leaves_no_connection() -> None:
    server = CountingServer(echo)
    for steps in range(40):  # of the event loop, until the request is cancelled
        async with pool_to(server, max_connections=1) as pool:  # fails where a connection stays open
            cancelled = asyncio.create_task(pool.post(request(b"first")))
            for _ in range(steps % 20):
                await asyncio.sleep(0)
            cancelled.cancel()
            assert await pool.post(request(b"second")) == (200, b"second")


async def test_a_request_cancelled_while_waiting_leaves_the_connection_to_the_next() -> None:
    server = CountingServer(echo)
    async with pool_to(server, max_connections=1) as pool:
        waiting = [asyncio.create_task(pool.post(request(b"%d" % number))) for number in range(40)]
        await asyncio.sleep(0.005)
        for task in waiting[1::2]:
            task.cancel()
        responses = await asyncio.gather(*waiting, return_exceptions=True)

    assert [result for result in responses[::2] if not isinstance(result, BaseException)] == [
        (200, b"%d" % number) for number in range(0, 40, 2)
    ]


async def test_a_request_cancelled_just_as_it_gets_a_connection_gives_it_back() -> None:
    server = CountingServer(echo)
    async with pool_to(server, max_connections=1) as pool:

        async def first() -> None:
            await pool.post(request(b"first"))
            second.cancel()  # it has been given the connection, and has not run since

        first_task = asyncio.create_task(first())
        await asyncio.sleep(0)
        second = asyncio.create_task(pool.post(request(b"second")))
        await asyncio.gather(first_task, second, return_exceptions=True)
        assert second.cancelled()
        assert await pool.post(request(b"third")) == (200, b"third")

    assert server.accepted == 1


async def test_a_silent_connection_is_closed_and_replaced() -> None:
    server = CountingServer(never_respond)
    async with pool_to(server, max_connections=1, read_timeout=0.1) as pool:
        for _ in range(2):
            with pytest.raises(TimeoutError):
                await pool.post(request(b"x"))

    assert server.accepted == 2


async def test_a_slow_response_is_no_silence() -> None:
    async def drop_by_drop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        for byte in response(b"{}"):
            writer.write(bytes([byte]))
            await asyncio.sleep(0.01)

    async with pool_to(drop_by_drop, read_timeout=0.3) as pool:
        assert await pool.post(request(b"x")) == (200, b"{}")


async def test_a_refused_connection_and_a_full_pool_mean_not_sent() -> None:
    listening = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    listening.close()
    await listening.wait_closed()
    for origin in (f"http://127.0.0.1:{port}", "http://no-such-host.invalid"):
        with pytest.raises(RequestNotSent):
            await ConnectionPool(origin, 2, 5.0, 5.0).post(request(b"x"))

    async with pool_to(never_respond, max_connections=1, connect_timeout=0.1) as pool:
        first = asyncio.create_task(pool.post(request(b"x")))
        await asyncio.sleep(0.05)
        with pytest.raises(RequestNotSent):
            await pool.post(request(b"x"))
        first.cancel()


async def test_all_waiting_requests_fail_when_no_connection_can_be_opened() -> None:
    pool = ConnectionPool("http://127.0.0.1:1", 2, 5.0, 5.0)
    begun = asyncio.get_running_loop().time()
    errors = await asyncio.gather(*(pool.post(request(b"x")) for _ in range(50)), return_exceptions=True)

    assert {type(result) for result in errors} == {RequestNotSent}
    assert asyncio.get_running_loop().time() - begun < 4


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", b"what?\r\n\r\n"])
async def test_a_request_may_have_arrived_when_the_connection_breaks_or_brings_no_http(sent: bytes) -> None:
    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(sent)
        writer.close()

    async with pool_to(break_off) as pool:
        with pytest.raises(ConnectionLost):
            await pool.post(request(b"x"))


async def test_a_new_connection_is_opened_after_a_close_or_unasked_bytes() -> None:
    closing = [response(b"{}", b"Connection: close\r\n"), response(b"{}") + b"more", response(b"{}")]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sent = closing.pop(0)
        while await read_request(reader):
            writer.write(sent)

    server = CountingServer(serve)
    async with pool_to(server) as pool:
        for _ in range(4):
            assert await pool.post(request(b"x")) == (200, b"{}")

    assert server.accepted == 3


async def test_unasked_bytes_are_no_response_to_the_next_request() -> None:
    async def send_unasked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while body := await read_request(reader):
            writer.write(response(body))
            await asyncio.sleep(0.02)
            writer.write(response(b"poison"))

    server = CountingServer(send_unasked)
    async with pool_to(server) as pool:
        for number in range(5):
            assert await pool.post(request(b"%d" % number)) == (200, b"%d" % number)
            while server.open:  # until the unasked bytes have come, and the pool has closed the connection
                await asyncio.sleep(0.01)

    assert server.accepted == 5


async def test_a_connection_that_the_server_closed_is_not_used() -> None:
    async def respond_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(response(await read_request(reader)))
        writer.close()

    async with pool_to(respond_once) as pool:
        for _ in range(5):
            assert await pool.post(request(b"x")) == (200, b"x")
            await asyncio.sleep(0.02)


async def test_unused_connections_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_pool, "IDLE_TIMEOUT", 0.1)
    server = CountingServer(echo)
    async with pool_to(server, read_timeout=0.2) as pool:
        await asyncio.gather(*(pool.post(request(b"x")) for _ in range(4)))
        assert server.open == 4
        await asyncio.sleep(0.4)
        assert server.open == 0
        assert await pool.post(request(b"x")) == (200, b"x")


async def test_tls_works_alike_and_an_unknown_certificate_means_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = tls_context(tmp_path)
    async with pool_to(echo, tls=tls) as pool:
        with pytest.raises(RequestNotSent):
            await pool.post(request(b"secret"))

    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    server = CountingServer(echo)
    async with pool_to(server, tls=tls) as pool:
        responses = await asyncio.gather(*(pool.post(request(b"%d" % number)) for number in range(100)))

    assert responses == [(200, b"%d" % number) for number in range(100)]
    assert server.accepted == 4


def tls_context(folder: Path) -> ssl.SSLContext:
    """Return a server's context with a self-signed certificate for 127.0.0.1, in `folder`/certificate.pem."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(addresses, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, plain, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context
