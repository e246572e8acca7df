"""Logs without people: one line an event, the token redacted, no ids, no texts, at any level.

Exceptions are told by type and place. Their sentences are left out: they may quote what a person wrote.
"""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterable
from types import TracebackType
from typing import TextIO
from urllib.parse import quote

# What looks like a bot token, whoever's it is; and numbers long enough to be somebody's id (no port of an address).
_TOKEN = re.compile(r"\d{5,}(?::|%3A)[\w-]{20,}", re.IGNORECASE)
_USERINFO = re.compile(r"(?<=//)\S*@")  # user and password of an address
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}(?!\d))|\d{5,}")
_QUIET = ("telegram", "httpx", "httpcore", "aiohttp", "asyncio", "aiosqlite", "PIL")
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def redact_tokens(text: str) -> str:
    """`text` for the operator, who may have put a token where none belongs; an address in it shows no password."""
    return _TOKEN.sub("…", _USERINFO.sub("…@", text))


def redact_password(address: str) -> str:
    """Return `address` without the user and the password in it, also when it is not a sound address."""
    scheme, slashes, rest = address.rpartition("//") if "//" in address else ("", "", address)
    host = rest.rpartition("@")[2]
    return address if host == rest else f"{scheme}{slashes}…@{host}"


class RedactingFormatter(logging.Formatter):
    """Redacts after formatting, so that arguments and tracebacks are covered too."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        known = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""))}
        self._secrets = sorted(known, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        moment = self.formatTime(record, "%Y-%m-%d %H:%M:%S")
        said = record.getMessage()
        if record.name == "asyncio":  # the further lines show the objects concerned, with what they were told
            said = said.partition("\n")[0]
        said = self._redacted(said.replace("\n", " "))
        trouble = "\n" + self.formatException(record.exc_info) if record.exc_info else ""
        return f"{moment} {record.levelname.lower()} {record.name}: {said}{trouble}"

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 -- logging's own name
        lines: list[str] = []
        error, seen = ei[1], set[int]()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            lines.append(f"  {type(error).__module__}.{type(error).__qualname__}")
            for frame in traceback.extract_tb(error.__traceback__):
                lines.append(f"    at {frame.filename}:{frame.lineno} in {frame.name}")
            error = error.__cause__ or error.__context__
        return "\n".join(self._without_secrets(line) for line in lines)

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return redact_tokens(text)

    def _redacted(self, text: str) -> str:
        return _NUMBER.sub(lambda found: found[1] or "…", self._without_secrets(text))


def configure(level: str, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """All logging to `stream` (stderr); other people's libraries only from WARNING on: below it they log texts."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(RedactingFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def log_uncaught_exceptions() -> None:
    """Makes log lines of what Python would print itself, with all that was said: warnings and uncaught exceptions."""
    log = logging.getLogger("python")

    def uncaught(kind: type[BaseException], error: BaseException, place: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("An exception that nobody caught", exc_info=(kind, error, place))

    sys.excepthook = uncaught
    sys.unraisablehook = lambda told: uncaught(told.exc_type, told.exc_value or told.exc_type(), told.exc_traceback)
    threading.excepthook = lambda told: uncaught(told.exc_type, told.exc_value or told.exc_type(), told.exc_traceback)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a line that cannot be formatted would be printed with its arguments
