"""Logs contain no token, no id and no text, at any level, not even in tracebacks."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.runtime import logs

TOKEN = "123456789:" + "Ab-_" * 9
WORDS = "سلام girls school"


@pytest.fixture
def output() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure("DEBUG", [TOKEN], stream)
    yield stream
    root.handlers, root.level = handlers, level


def test_tokens_are_redacted_in_messages_arguments_and_addresses(output: io.StringIO) -> None:
    log = logging.getLogger("x")
    log.info("at https://h/bot%s/getMe", TOKEN)
    log.info("quoted %s", TOKEN.replace(":", "%3A"))
    log.info({"token": TOKEN})
    log.warning("somebody else's 987654321:%s", "z" * 35)

    assert "Ab-_" not in output.getvalue()
    assert "zzzzz" not in output.getvalue()


def test_ids_are_redacted(output: io.StringIO) -> None:
    logging.getLogger("x").info("chat %d in %s", 5_123_456_789, "-1001234567890")

    assert "…" in output.getvalue()
    assert not any(part in output.getvalue() for part in ("5123456789", "1001234567890"))


@pytest.mark.expects_errors
def test_a_traceback_has_types_and_places_but_no_messages(output: io.StringIO) -> None:
    def fail(text: str) -> None:
        raise ValueError(f"cannot read {text!r} with {TOKEN}")

    try:
        try:
            fail(WORDS)
        except ValueError as inner:
            raise RuntimeError(WORDS) from inner
    except RuntimeError:
        logging.getLogger("x").exception("An update could not be handled")
    text = output.getvalue()

    assert "RuntimeError" in text
    assert "ValueError" in text
    assert "in fail" in text
    assert not any(part in text for part in (WORDS, "girls", "Ab-_", "cannot read"))


def test_libraries_that_log_texts_log_only_warnings(output: io.StringIO) -> None:
    for name in ("telegram.Bot", "httpx", "aiohttp.access", "asyncio"):
        logging.getLogger(name).debug(WORDS)
        logging.getLogger(name).info(WORDS)

    assert output.getvalue() == ""


def test_an_address_keeps_its_port(output: io.StringIO) -> None:
    logging.getLogger("x").info("health at http://%s:%s/healthz", "127.0.0.1", 45678)

    assert "http://127.0.0.1:45678/healthz" in output.getvalue()


@pytest.mark.expects_errors
def test_json_has_one_object_a_line_with_nothing_that_text_lines_hide() -> None:
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure("DEBUG", [TOKEN], stream, logs.LogFormat.JSON)
    try:
        logging.getLogger("x").warning("chat %d\nat %s", 5_123_456_789, TOKEN)
        last = json.loads(logs.last_line("The token is wrong:\nset another."))
        try:
            raise ValueError(f"cannot read {WORDS} with {TOKEN}")
        except ValueError:
            logging.getLogger("y").exception("An update\u2028could not be handled")
    finally:
        root.handlers, root.level = handlers, level
    warning, error = (json.loads(line) for line in stream.getvalue().split("\n")[:-1])

    assert last["message"] == "The token is wrong: set another."
    assert (warning["level"], warning["logger"], warning["message"]) == ("warning", "x", "chat … at …")
    assert datetime.fromisoformat(warning["time"]).tzinfo is UTC
    assert "ValueError" in error["exception"]
    assert not any(secret in stream.getvalue() for secret in ("5123456789", "Ab-_", "girls", "cannot read"))


UNCAUGHT = """
import asyncio, gc, logging, threading, warnings
from bot.runtime import logs

class RaisesWhenDeleted:
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
RaisesWhenDeleted()
thread = threading.Thread(target=lambda: int("girls school"))
thread.start()
thread.join()
asyncio.run(main())
logging.getLogger("x").warning("%d", "girls school")
warnings.warn("some library's advice")
raise KeyError("girls school")
"""


def test_uncaught_exceptions_are_logged_without_their_messages() -> None:
    process = subprocess.run([sys.executable, "-c", UNCAUGHT], capture_output=True, text=True, timeout=20)

    assert process.returncode == 1
    assert process.stdout == ""
    assert "girls" not in process.stderr
    assert process.stderr.count("Uncaught exception") == 3
    assert "exception was never retrieved" in process.stderr
    assert "some library's advice" in process.stderr
    assert "Traceback" not in process.stderr
