"""Write logs without personal data: no tokens, no ids and no texts of people, at any log level.

An exception is logged by its type and its place in the code. Its message is left out, because it may contain a text
that a person wrote.
"""

import json
import logging
import re
import sys
import threading
import time
import traceback
from collections.abc import Iterable
from enum import StrEnum
from types import TracebackType
from typing import Any, TextIO
from urllib.parse import quote

# Anything that looks like a bot token, and numbers long enough for an id (but no port of an address).
_TOKEN = re.compile(r"\d{5,}(?::|%3A)[\w-]{20,}", re.IGNORECASE)
_USERINFO = re.compile(r"(?<=//)\S*@")  # user and password of an address
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}(?!\d))|\d{5,}")
_QUIET = ("telegram", "httpx", "httpcore", "aiohttp", "asyncio", "aiosqlite", "PIL")
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class LogFormat(StrEnum):
    """The format of the log: lines for people, or one JSON object per line for programs that collect logs."""

    TEXT = "text"
    JSON = "json"


def redact_tokens(text: str) -> str:
    """Return `text` with bot tokens, and the user names and passwords in URLs, replaced by an ellipsis."""
    return _TOKEN.sub("…", _USERINFO.sub("…@", text))


def redact_password(address: str) -> str:
    """Return the URL `address` without its user and password, even if the URL is malformed."""
    scheme, slashes, rest = address.rpartition("//") if "//" in address else ("", "", address)
    host = rest.rpartition("@")[2]
    return address if host == rest else f"{scheme}{slashes}…@{host}"


class RedactingFormatter(logging.Formatter):
    """A log formatter that removes tokens, long numbers and `secrets` from each log line.

    It searches the finished line, which includes the arguments of the log call. Exceptions are shown without their
    messages.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        forms = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""))}
        self._secrets = sorted(forms, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        moment = self.formatTime(record, "%Y-%m-%d %H:%M:%S")
        exception = "\n" + self.formatException(record.exc_info) if record.exc_info else ""
        return f"{moment} {record.levelname.lower()} {record.name}: {self.redacted_message(record)}{exception}"

    def redacted_message(self, record: logging.LogRecord) -> str:
        """Return the message of a log record as one line without personal data."""
        message = record.getMessage()
        if record.name == "asyncio":  # the further lines show objects with their data
            message = message.partition("\n")[0]
        return self._redact(message.replace("\n", " "))

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 -- logging's own name
        lines: list[str] = []
        error, seen = ei[1], set[int]()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            lines.append(f"  {type(error).__module__}.{type(error).__qualname__}")
            for frame in traceback.extract_tb(error.__traceback__):
                lines.append(f"    at {frame.filename}:{frame.lineno} in {frame.name}")
            error = error.__cause__ or error.__context__
        return "\n".join(self._redact_secrets(line) for line in lines)

    def _redact_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return redact_tokens(text)

    def _redact(self, text: str) -> str:
        return _NUMBER.sub(lambda match: match[1] or "…", self._redact_secrets(text))


class JsonFormatter(RedactingFormatter):
    """A log formatter that writes each record as a JSON object on one line, redacted as by RedactingFormatter.

    The time is in UTC. `exception` is a list of lines: the type and the places in the code of an exception.
    """

    converter = staticmethod(time.gmtime)  # otherwise local time

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{record.msecs:03.0f}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.redacted_message(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


_FORMATTERS = {LogFormat.TEXT: RedactingFormatter, LogFormat.JSON: JsonFormatter}


def configure(
    level: str,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
    log_format: LogFormat = LogFormat.TEXT,
) -> None:
    """Write all log lines of `level` and above to `stream`, by default stderr, with `secrets` removed.

    Libraries log only from WARNING on, because their lower levels contain texts of people.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_FORMATTERS[log_format](secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def last_line(text: str) -> str:
    """Return the line to print when an error ends the bot: `text`, or a JSON object with it if the log is in JSON."""
    formatters = [handler.formatter for handler in logging.getLogger().handlers]
    if not any(isinstance(formatter, JsonFormatter) for formatter in formatters):
        return text
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    line = {"time": moment, "level": "critical", "logger": "bot", "message": text.replace("\n", " ")}
    return json.dumps(line, ensure_ascii=False)


def log_uncaught_exceptions() -> None:
    """Write warnings and uncaught exceptions to the log, which removes personal data from them.

    By default, Python would print them to stderr with all the data that they contain.
    """
    log = logging.getLogger("python")

    def log_exception(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("Uncaught exception", exc_info=(kind, error, traceback))

    def log_arguments(args: Any) -> None:
        log_exception(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)

    sys.excepthook = log_exception
    sys.unraisablehook = threading.excepthook = log_arguments
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a line that cannot be formatted would be printed with its arguments
