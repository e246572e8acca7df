"""Lines are shared, kept and given up so that an answer is always the answer to what was asked."""

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

from bot.telegram_api.http import connection_pool as shared
from bot.telegram_api.http.connection import ConnectionLost, RequestNotSent
from bot.telegram_api.http.connection_pool import ConnectionPool

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def request(body: bytes) -> bytes:
    return b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


async def asked(reader: asyncio.StreamReader) -> bytes:
    """The body of the next request; empty when the other end closed."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    return await reader.readexactly(int(head.partition(b"Content-Length: ")[2].split()[0]))


def answer(body: bytes, more: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n%b" % (more, len(body), body)


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while body := await asked(reader):
        await asyncio.sleep(0.001)
        writer.write(answer(body))
    writer.close()


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await asked(reader):
        pass
    writer.close()


class Counted:
    """A server; `came` is how many connections there were."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self.came = 0
        self.open = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.came += 1
        self.open += 1
        try:
            await self._serve(reader, writer)
        except ConnectionError:
            pass
        finally:
            self.open -= 1
            writer.close()


@asynccontextmanager
async def lines_to(
    serve: Serve, most: int = 4, wait: float = 1.0, patience: float = 5.0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[ConnectionPool]:
    server = serve if isinstance(serve, Counted) else Counted(serve)
    listening = await asyncio.start_server(server, "127.0.0.1", 0, ssl=tls)
    port = listening.sockets[0].getsockname()[1]
    lines = ConnectionPool(f"{'https' if tls else 'http'}://127.0.0.1:{port}", most, wait, patience)
    async with listening:
        try:
            yield lines
        finally:
            await lines.close()
            while server.open:
                await asyncio.sleep(0.01)


async def test_everybody_gets_their_own_answer_over_a_few_lines() -> None:
    server = Counted(echo)
    async with lines_to(server) as lines:
        bodies = [b"%d" % number for number in range(500)]
        got = await asyncio.gather(*(lines.post(request(body)) for body in bodies))

    assert got == [(200, body) for body in bodies]
    assert server.came == 4


async def test_a_line_is_used_again_and_the_others_rest() -> None:
    server = Counted(echo)
    async with lines_to(server) as lines:
        for _ in range(20):
            await lines.post(request(b"x"))

    assert server.came == 1


async def test_who_gives_up_takes_nobodys_answer() -> None:
    async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while body := await asked(reader):
            await asyncio.sleep(0.05)
            writer.write(answer(body))

    server = Counted(late)
    async with lines_to(server, most=1) as lines:
        first = asyncio.create_task(lines.post(request(b"first")))
        await asyncio.sleep(0.02)
        first.cancel()
        second = await lines.post(request(b"second"))

    assert second == (200, b"second")
    assert server.came == 2


async def test_who_gives_up_waiting_leaves_the_line_to_the_next() -> None:
    server = Counted(echo)
    async with lines_to(server, most=1) as lines:
        waiting = [asyncio.create_task(lines.post(request(b"%d" % number))) for number in range(40)]
        await asyncio.sleep(0.005)
        for task in waiting[1::2]:
            task.cancel()
        got = await asyncio.gather(*waiting, return_exceptions=True)

    assert [one for one in got[::2] if not isinstance(one, BaseException)] == [
        (200, b"%d" % number) for number in range(0, 40, 2)
    ]


async def test_who_gives_up_in_the_moment_of_getting_a_line_gives_it_back() -> None:
    server = Counted(echo)
    async with lines_to(server, most=1) as lines:

        async def first() -> None:
            await lines.post(request(b"first"))
            second.cancel()  # it has been given the line, and has not run since

        asked_first = asyncio.create_task(first())
        await asyncio.sleep(0)
        second = asyncio.create_task(lines.post(request(b"second")))
        await asyncio.gather(asked_first, second, return_exceptions=True)
        assert second.cancelled()
        assert await lines.post(request(b"third")) == (200, b"third")

    assert server.came == 1


async def test_a_silent_line_is_given_up_and_another_takes_its_place() -> None:
    server = Counted(silence)
    async with lines_to(server, most=1, patience=0.1) as lines:
        for _ in range(2):
            with pytest.raises(TimeoutError):
                await lines.post(request(b"x"))

    assert server.came == 2


async def test_slow_is_not_silent() -> None:
    async def drop_by_drop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asked(reader)
        for byte in answer(b"{}"):
            writer.write(bytes([byte]))
            await asyncio.sleep(0.01)

    async with lines_to(drop_by_drop, patience=0.3) as lines:
        assert await lines.post(request(b"x")) == (200, b"{}")


async def test_a_refused_connection_and_a_full_pool_never_left() -> None:
    listening = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    listening.close()
    await listening.wait_closed()
    for origin in (f"http://127.0.0.1:{port}", "http://no-such-host.invalid"):
        with pytest.raises(RequestNotSent):
            await ConnectionPool(origin, 2, 5.0, 5.0).post(request(b"x"))

    async with lines_to(silence, most=1, wait=0.1) as lines:
        first = asyncio.create_task(lines.post(request(b"x")))
        await asyncio.sleep(0.05)
        with pytest.raises(RequestNotSent):
            await lines.post(request(b"x"))
        first.cancel()


async def test_when_nobody_can_connect_all_who_wait_are_told_so() -> None:
    lines = ConnectionPool("http://127.0.0.1:1", 2, 5.0, 5.0)
    begun = asyncio.get_running_loop().time()
    told = await asyncio.gather(*(lines.post(request(b"x")) for _ in range(50)), return_exceptions=True)

    assert {type(one) for one in told} == {RequestNotSent}
    assert asyncio.get_running_loop().time() - begun < 4


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", b"what?\r\n\r\n"])
async def test_a_line_that_breaks_or_babbles_may_have_carried_the_request(said: bytes) -> None:
    async def breaks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asked(reader)
        writer.write(said)
        writer.close()

    async with lines_to(breaks) as lines:
        with pytest.raises(ConnectionLost):
            await lines.post(request(b"x"))


async def test_after_a_close_or_a_word_too_many_a_new_line_is_opened() -> None:
    closing = [answer(b"{}", b"Connection: close\r\n"), answer(b"{}") + b"more", answer(b"{}")]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = closing.pop(0)
        while await asked(reader):
            writer.write(said)

    server = Counted(serve)
    async with lines_to(server) as lines:
        for _ in range(4):
            assert await lines.post(request(b"x")) == (200, b"{}")

    assert server.came == 3


async def test_what_comes_unasked_is_no_answer_to_the_next() -> None:
    async def meddles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while body := await asked(reader):
            writer.write(answer(body))
            await asyncio.sleep(0.02)
            writer.write(answer(b"poison"))

    server = Counted(meddles)
    async with lines_to(server) as lines:
        for number in range(5):
            assert await lines.post(request(b"%d" % number)) == (200, b"%d" % number)
            while server.open:  # until the word too many has come, and the line is cut for it
                await asyncio.sleep(0.01)

    assert server.came == 5


async def test_a_line_that_the_other_end_closed_is_not_used() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(await asked(reader)))
        writer.close()

    async with lines_to(once) as lines:
        for _ in range(5):
            assert await lines.post(request(b"x")) == (200, b"x")
            await asyncio.sleep(0.02)


async def test_lines_that_nobody_uses_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "IDLE", 0.1)
    server = Counted(echo)
    async with lines_to(server, patience=0.2) as lines:
        await asyncio.gather(*(lines.post(request(b"x")) for _ in range(4)))
        assert server.open == 4
        await asyncio.sleep(0.4)
        assert server.open == 0
        assert await lines.post(request(b"x")) == (200, b"x")


async def test_over_tls_it_is_the_same_and_a_strangers_certificate_never_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = certified(tmp_path)
    async with lines_to(echo, tls=tls) as lines:
        with pytest.raises(RequestNotSent):
            await lines.post(request(b"secret"))

    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    server = Counted(echo)
    async with lines_to(server, tls=tls) as lines:
        got = await asyncio.gather(*(lines.post(request(b"%d" % number)) for number in range(100)))

    assert got == [(200, b"%d" % number) for number in range(100)]
    assert server.came == 4


def certified(folder: Path) -> ssl.SSLContext:
    """A server's context with a certificate of its own for 127.0.0.1, in `folder`/certificate.pem."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(addresses, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "certificate.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, plain, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context
