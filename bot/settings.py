"""What the operator decides, from the environment or `.env`; all problems are told at once, secrets never shown."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from bot.errors import Misconfigured
from bot.runtime.logs import redact_password
from storage.files import plain_file

_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{20,100}", re.ASCII)
_TELEGRAM = "https://api.telegram.org"
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SQLITE = "sqlite:///"
_LONGEST_FILE = 4096  # bytes; a token has 46
MOST_A_SECOND = 1000  # Telegram's own limit, with paid broadcasts


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; port 0 takes any free one."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Settings:
    """`send_rate` is messages a second, over all chats; above 30 only what is paid for goes so fast.

    `database` lies in a folder of its own, `keys` in another.
    """

    token: str = field(repr=False)
    api_url: str = field(repr=False)  # may carry a password
    proxy: str | None = field(repr=False)  # on the way to `api_url`; may carry a password
    admins: frozenset[int] = field(repr=False)
    database: Path
    keys: Path
    content: Path | None
    listen: Address
    send_rate: float
    log_level: str


def has_token(env: Mapping[str, str]) -> bool:
    return "BOT_TOKEN" in env or "BOT_TOKEN_FILE" in env


def settings(env: Mapping[str, str], problems: Iterable[str] = ()) -> Settings:
    """The settings in `env`; raises Misconfigured with every problem in them, `problems` before them."""
    reading = _Reading(env, problems)
    found = Settings(
        token=reading.token(),
        api_url=reading.api_url(),
        proxy=reading.proxy(),
        admins=reading.admins(),
        database=reading.database(),
        keys=reading.keys(),
        content=Path(env["CONTENT_DIR"]) if "CONTENT_DIR" in env else None,
        listen=reading.listen(),
        send_rate=reading.rate(),
        log_level=reading.level(),
    )
    if reading.problems:
        raise Misconfigured(reading.problems)
    return found


@dataclass(frozen=True, slots=True)
class Places:
    """Where the list lies, and the keys that open it."""

    database: Path
    keys: Path


def places(env: Mapping[str, str]) -> Places:
    """Where the store of this environment is, whatever its other settings are."""
    reading = _Reading(env)
    found = Places(reading.database(), reading.keys())
    if reading.problems:
        raise Misconfigured(reading.problems)
    return found


def listening(env: Mapping[str, str]) -> Address:
    """Where the bot of this environment listens, whatever its other settings are."""
    reading = _Reading(env)
    address = reading.listen()
    if reading.problems:
        raise Misconfigured(reading.problems)
    return address


def _split(url: str) -> SplitResult:
    """The parts of an address; all empty when it is none."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 -- reading it is what checks it
    except ValueError:
        return urlsplit("")
    return parts


def _is_excepted(host: str, no_proxy: str) -> bool:
    named = [one.strip().lstrip(".") for one in no_proxy.split(",")]
    return any(one and (one == "*" or f".{host}".endswith(f".{one}")) for one in named)


class _Reading:
    """Reads one value after the other and collects what is wrong with them."""

    def __init__(self, env: Mapping[str, str], problems: Iterable[str] = ()) -> None:
        self._env = env
        self.problems = list(problems)

    def token(self) -> str:
        token = self._env.get("BOT_TOKEN", "") or self._token_file()
        if token and not _TOKEN.fullmatch(token):
            self.problems.append(
                "The bot token does not look like one (digits, a colon, 35 letters): copy it again from @BotFather."
            )
        return token

    def _token_file(self) -> str:
        name = self._env.get("BOT_TOKEN_FILE")
        if not name:
            self.problems.append("There is no bot token: set BOT_TOKEN or BOT_TOKEN_FILE, or try `make run` without.")
            return ""
        try:
            token = plain_file.read(Path(name), _LONGEST_FILE).decode("utf-8-sig").strip().strip("\"'")
        except (OSError, UnicodeDecodeError) as broken:
            why = getattr(broken, "strerror", None) or "not a text file"
            self.problems.append(
                f"BOT_TOKEN_FILE {name} cannot be read ({why}): put the token there "
                f"and let this user (uid {os.geteuid()}) read it."
            )
            return ""
        if not token:
            self.problems.append(f"BOT_TOKEN_FILE {name} is empty: write the token from @BotFather into it.")
        return token

    def api_url(self) -> str:
        url = self._env.get("BOT_API_URL", _TELEGRAM).rstrip("/")
        parts, shown = _split(url), redact_password(url)
        loopback = parts.hostname in _LOOPBACK
        if parts.scheme not in ("http", "https") or not parts.hostname:
            self.problems.append(
                f"BOT_API_URL {shown!r} is not an address: write it as https://host or http://host:port."
            )
        elif parts.scheme == "http" and not loopback and "." in parts.hostname:
            self.problems.append(f"BOT_API_URL {shown!r} would send the token unencrypted: use https://.")
        return url

    def proxy(self) -> str | None:
        """Chosen as curl does. Never one to this machine: the box is there, and no proxy reaches it."""
        parts = _split(self._env.get("BOT_API_URL", _TELEGRAM))
        names = (f"{parts.scheme}_proxy", f"{parts.scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
        name = next((name for name in names if name in self._env), None)
        excepted = self._env.get("no_proxy") or self._env.get("NO_PROXY", "")
        if name is None or parts.hostname in _LOOPBACK or _is_excepted(parts.hostname or "", excepted):
            return None
        given = self._env[name]
        chosen = given if "://" in given else f"http://{given}"
        if not re.fullmatch(r"https?://([^/@\s]+@)?[^/@\s:]+(:[0-9]{1,5})?/?", chosen):
            self.problems.append(f"{name} is no proxy that works here: write http://host:port (SOCKS is not spoken).")
        return chosen

    def admins(self) -> frozenset[int]:
        given = [one.strip() for one in self._env.get("ADMIN_IDS", "").split(",") if one.strip()]
        # A wrong value is told by its place, not by itself: it may be somebody's name or number.
        wrong = [place for place, one in enumerate(given, 1) if not re.fullmatch(r"[1-9][0-9]{0,15}", one, re.ASCII)]
        if wrong:
            places = ", ".join(str(place) for place in wrong)
            self.problems.append(
                f"ADMIN_IDS: entry {places} is not a Telegram number: write numbers with commas between them "
                "(send /privacy to the bot to learn yours)."
            )
            return frozenset()
        return frozenset(int(one) for one in given)

    def database(self) -> Path:
        url = self._env.get("DATABASE_URL", "sqlite:///data/bot.db")
        path = Path(url.removeprefix(_SQLITE))
        if not url.startswith(_SQLITE) or not path.name:
            scheme = url.split(":", 1)[0][:20]  # an address may carry a password
            self.problems.append(f"DATABASE_URL ({scheme}:…) is not known here: write sqlite:///folder/bot.db.")
        return path

    def keys(self) -> Path:
        return Path(self._env.get("SEAL_KEY_FILE", "keys/seal.key"))

    def listen(self) -> Address:
        given = self._env.get("LISTEN", "127.0.0.1:8080")
        host, _, port = given.rpartition(":")
        if not host or not re.fullmatch(r"[0-9]{1,5}", port, re.ASCII) or int(port) > 65535:
            self.problems.append(f"LISTEN {given!r} is not host:port: write for example 127.0.0.1:8080.")
            return Address("127.0.0.1", 0)
        return Address(host.strip("[]"), int(port))

    def rate(self) -> float:
        given = self._env.get("SEND_RATE", "30")
        if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]+)?", given, re.ASCII) or not 1 <= float(given) <= MOST_A_SECOND:
            self.problems.append(
                f"SEND_RATE {given!r} is not a number from 1 to {MOST_A_SECOND}: Telegram allows 30 without Stars."
            )
            return 30.0
        return float(given)

    def level(self) -> str:
        given = self._env.get("LOG_LEVEL", "INFO").upper()
        if given not in _LEVELS:
            self.problems.append(f"LOG_LEVEL {given!r} is unknown: choose one of {', '.join(_LEVELS)}.")
            return "INFO"
        return given
