"""A real SOCKS proxy for tests: microsocks, as Debian packages it."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

EXIT_ADDRESS = "127.0.0.9"  # from which the proxy connects; everything else on this machine uses 127.0.0.1
USER, PASSWORD = "reader", "pa55word"


def microsocks_path() -> str:
    """Return the path of microsocks. Without it the test is skipped, or fails in CI, where nobody would notice."""
    path = shutil.which("microsocks")
    if path is None:
        missing = "There is no microsocks on PATH, so SOCKS was not tested: install the package `microsocks`."
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return path


def unused_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@asynccontextmanager
async def socks_server(port: int, *, asks_for_login: bool = True) -> AsyncIterator[None]:
    """Run a SOCKS5 proxy on this port that lets USER in with PASSWORD, or everybody."""
    login = ("-u", USER, "-P", PASSWORD) if asks_for_login else ()
    command = [microsocks_path(), "-i", "127.0.0.1", "-p", str(port), "-b", EXIT_ADDRESS, *login]
    proxy = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    try:
        await _wait_until_it_listens(port)
        yield
    finally:
        proxy.kill()
        await proxy.wait()


async def _wait_until_it_listens(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return


@dataclass
class Relay:
    """A relay in front of a server that records from which addresses it is called."""

    port: int
    target: int
    callers: set[str]

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.callers.add(writer.get_extra_info("peername")[0])
        backwards, forwards = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(_copy(reader, forwards), _copy(backwards, writer))


@asynccontextmanager
async def relay_to(target: int) -> AsyncIterator[Relay]:
    """Run a relay to a port of this machine."""
    relay = Relay(0, target, set())
    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    relay.port = server.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        server.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
