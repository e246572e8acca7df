"""Logs hold no token, no id and no text, at any level, in tracebacks too."""

import io
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.runtime import logs

TOKEN = "123456789:" + "Ab-_" * 9
WORDS = "سلام girls school"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure("DEBUG", [TOKEN], stream)
    yield stream
    root.handlers, root.level = handlers, level


def test_the_token_is_redacted_in_sentences_arguments_and_addresses(written: io.StringIO) -> None:
    log = logging.getLogger("x")
    log.info("at https://h/bot%s/getMe", TOKEN)
    log.info("quoted %s", TOKEN.replace(":", "%3A"))
    log.info({"token": TOKEN})
    log.warning("somebody else's 987654321:%s", "z" * 35)

    assert "Ab-_" not in written.getvalue()
    assert "zzzzz" not in written.getvalue()


def test_ids_are_redacted(written: io.StringIO) -> None:
    logging.getLogger("x").info("chat %d in %s", 5_123_456_789, "-1001234567890")

    assert "…" in written.getvalue()
    assert not any(part in written.getvalue() for part in ("5123456789", "1001234567890"))


@pytest.mark.expects_errors
def test_a_traceback_tells_types_and_places_and_nothing_that_was_said(written: io.StringIO) -> None:
    def broken(text: str) -> None:
        raise ValueError(f"cannot read {text!r} with {TOKEN}")

    try:
        try:
            broken(WORDS)
        except ValueError as inner:
            raise RuntimeError(WORDS) from inner
    except RuntimeError:
        logging.getLogger("x").exception("An update could not be handled")
    log = written.getvalue()

    assert "RuntimeError" in log
    assert "ValueError" in log
    assert "in broken" in log
    assert not any(part in log for part in (WORDS, "girls", "Ab-_", "cannot read"))


def test_libraries_that_log_texts_are_heard_from_warning_on_only(written: io.StringIO) -> None:
    for name in ("telegram.Bot", "httpx", "aiohttp.access", "asyncio"):
        logging.getLogger(name).debug(WORDS)
        logging.getLogger(name).info(WORDS)

    assert written.getvalue() == ""


def test_an_address_keeps_its_port(written: io.StringIO) -> None:
    logging.getLogger("x").info("health at http://%s:%s/healthz", "127.0.0.1", 45678)

    assert "http://127.0.0.1:45678/healthz" in written.getvalue()


UNCAUGHT = """
import asyncio, gc, logging, threading, warnings
from bot.runtime import logs

class Odd:
    def __del__(self):
        raise ValueError("girls school")

async def main():
    async def fails():
        raise ValueError("girls school")
    task = asyncio.create_task(fails())
    await asyncio.sleep(0.01)
    del task
    gc.collect()

logs.configure("DEBUG")
logs.log_uncaught_exceptions()
Odd()
thread = threading.Thread(target=lambda: int("girls school"))
thread.start()
thread.join()
asyncio.run(main())
logging.getLogger("x").warning("%d", "girls school")
warnings.warn("some library's advice")
raise KeyError("girls school")
"""


def test_what_nobody_caught_is_told_without_what_was_said() -> None:
    done = subprocess.run([sys.executable, "-c", UNCAUGHT], capture_output=True, text=True, timeout=20)

    assert done.returncode == 1
    assert done.stdout == ""
    assert "girls" not in done.stderr
    assert done.stderr.count("that nobody caught") == 3
    assert "exception was never retrieved" in done.stderr
    assert "some library's advice" in done.stderr
    assert "Traceback" not in done.stderr
