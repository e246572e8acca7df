"""Read and check the operator's settings.

All problems are reported together, and each report says how to fix the problem. No message shows a secret.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.alert_settings import AlertSettings, read_alert_settings
from bot.errors import Misconfigured
from bot.runtime.logs import LogFormat, redact_password
from bot.runtime.urls import split_url
from storage.files import plain_file

_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{20,100}", re.ASCII)
_PROXY = re.compile(
    r"(https?|socks4a?|socks5h?)://([^/@\s]+@)?(\[[0-9a-f:.]+\]|[^/@\s:\[\]]+)(:[0-9]{1,5})?/?",
    re.ASCII | re.IGNORECASE,
)
_TELEGRAM = "https://api.telegram.org"
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SQLITE = "sqlite:///"
_MAX_TOKEN_FILE = 4096  # bytes; a token has 46
MAX_SEND_RATE = 1000  # messages a second; Telegram's limit, with paid broadcasts


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port on which the bot listens. Port 0 means any free port."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of the operator that the bot needs to run."""

    token: str = field(repr=False)
    api_url: str = field(repr=False)  # may contain a password
    proxy: str | None = field(repr=False)  # on the way to `api_url`; may contain a password
    admins: frozenset[int] = field(repr=False)
    database: Path  # in a folder of its own
    keys: Path  # in another folder
    content: Path | None  # None means the shipped campaign
    listen: Address
    send_rate: float  # messages a second over all chats; above 30 only for paid broadcasts
    log_level: str
    log_format: LogFormat = LogFormat.TEXT
    takes_feedback: bool = False  # whether people may write to the admins through the bot
    alerts: AlertSettings = field(default_factory=AlertSettings)
    guest_mode: bool = False  # whether the bot answers mentions in chats of which it is not a member


def has_token(env: Mapping[str, str]) -> bool:
    """Return whether the bot's token, or a file that contains it, is set."""
    return "BOT_TOKEN" in env or "BOT_TOKEN_FILE" in env


def read_settings(env: Mapping[str, str], problems: Iterable[str] = ()) -> Settings:
    """Return the settings in `env`. Raises Misconfigured when there is any problem.

    `problems` are those found earlier, in the file `.env`. The message lists them together with all problems in
    `env`.
    """
    reader = _SettingsReader(env, problems)
    settings = Settings(
        token=reader.token(),
        api_url=reader.api_url(),
        proxy=reader.proxy(),
        admins=reader.admins(),
        database=reader.database(),
        keys=reader.keys(),
        content=Path(env["CONTENT_DIR"]) if "CONTENT_DIR" in env else None,
        listen=reader.listen(),
        send_rate=reader.send_rate(),
        log_level=reader.log_level(),
        log_format=reader.log_format(),
        takes_feedback=reader.takes_feedback(),
        alerts=reader.alerts(),
        guest_mode=reader.guest_mode(),
    )
    reader.raise_problems()
    return settings


@dataclass(frozen=True, slots=True)
class StorePaths:
    """The paths of the database file and of the file with the keys that decrypt the database."""

    database: Path
    keys: Path


def read_store_paths(env: Mapping[str, str]) -> StorePaths:
    """Return the paths of the database and the keys without checking other settings. Raises Misconfigured."""
    reader = _SettingsReader(env)
    paths = StorePaths(reader.database(), reader.keys())
    reader.raise_problems()
    return paths


def read_listen_address(env: Mapping[str, str]) -> Address:
    """Return the address on which the bot listens, without checking other settings. Raises Misconfigured."""
    reader = _SettingsReader(env)
    address = reader.listen()
    reader.raise_problems()
    return address


def _is_excluded(host: str, no_proxy: str) -> bool:
    """Return whether `no_proxy`, a comma-separated list of domains, contains `host` or one of its parent domains."""
    domains = [domain.strip().lstrip(".") for domain in no_proxy.split(",")]
    return any(domain and (domain == "*" or f".{host}".endswith(f".{domain}")) for domain in domains)


class _SettingsReader:
    """Read the settings one by one and collect their problems.

    Each method returns the value of one setting. If the value is wrong, the method records the problem and returns a
    substitute. Call `raise_problems` at the end.
    """

    def __init__(self, env: Mapping[str, str], problems: Iterable[str] = ()) -> None:
        self._env = env
        self._problems = list(problems)

    def raise_problems(self) -> None:
        """Raise Misconfigured with every problem found so far, if there is any."""
        if self._problems:
            raise Misconfigured(list(dict.fromkeys(self._problems)))  # a wrong proxy is found at each address

    def token(self) -> str:
        token = self._env.get("BOT_TOKEN", "") or self._token_from_file()
        if token and not _TOKEN.fullmatch(token):
            self._problems.append(
                "The bot token has the wrong form (digits, a colon, 35 letters): copy it again from @BotFather."
            )
        return token

    def _token_from_file(self) -> str:
        name = self._env.get("BOT_TOKEN_FILE")
        if not name:
            self._problems.append(
                "There is no bot token: set BOT_TOKEN or BOT_TOKEN_FILE, or try the bot with `make run`."
            )
            return ""
        try:
            token = plain_file.read(Path(name), _MAX_TOKEN_FILE).decode("utf-8-sig").strip().strip("\"'")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not a text file"
            self._problems.append(
                f"BOT_TOKEN_FILE {name} cannot be read ({reason}): write the token into it, "
                f"and let this user (uid {os.geteuid()}) read it."
            )
            return ""
        if not token:
            self._problems.append(f"BOT_TOKEN_FILE {name} is empty: write the token from @BotFather into it.")
        return token

    def api_url(self) -> str:
        url = self._env.get("BOT_API_URL", _TELEGRAM).rstrip("/")
        parts, shown = split_url(url), redact_password(url)
        is_loopback = parts.hostname in _LOOPBACK
        if parts.scheme not in ("http", "https") or not parts.hostname:
            self._problems.append(
                f"BOT_API_URL {shown!r} is not an address: write it as https://host or http://host:port."
            )
        elif parts.scheme == "http" and not is_loopback and "." in parts.hostname:
            self._problems.append(f"BOT_API_URL {shown!r} would send the token unencrypted: use https://.")
        return url

    def proxy(self) -> str | None:
        """Return the URL of the proxy to the Bot API server; None when there is none."""
        return self._proxy_to(self._env.get("BOT_API_URL", _TELEGRAM))

    def _proxy_to(self, address: str) -> str | None:
        """Return the URL of the proxy for `address`; None for a direct connection.

        The environment variables are those of curl, such as https_proxy. A server on this machine, such as the
        playground, is never reached through a proxy.
        """
        parts = split_url(address)
        names = (f"{parts.scheme}_proxy", f"{parts.scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
        name = next((name for name in names if name in self._env), None)
        no_proxy = self._env.get("no_proxy") or self._env.get("NO_PROXY", "")
        if name is None or parts.hostname in _LOOPBACK or _is_excluded(parts.hostname or "", no_proxy):
            return None
        value = self._env[name]
        url = value if "://" in value else f"http://{value}"
        if not _PROXY.fullmatch(url):
            self._problems.append(
                f"{name} is not a proxy that this bot can use: write http://host:port, "
                "or socks5h://host:port for a SOCKS proxy."
            )
        return url

    def admins(self) -> frozenset[int]:
        entries = [entry.strip() for entry in self._env.get("ADMIN_IDS", "").split(",") if entry.strip()]
        # A wrong entry is reported by its place: the entry itself may be somebody's name or number.
        wrong = [
            place for place, entry in enumerate(entries, 1) if not re.fullmatch(r"[1-9][0-9]{0,15}", entry, re.ASCII)
        ]
        if wrong:
            places = ", ".join(str(place) for place in wrong)
            self._problems.append(
                f"ADMIN_IDS: entry {places} is not a Telegram ID: write numbers with commas between them "
                "(send /privacy to the bot to see yours)."
            )
            return frozenset()
        return frozenset(int(entry) for entry in entries)

    def database(self) -> Path:
        url = self._env.get("DATABASE_URL", "sqlite:///data/bot.db")
        path = Path(url.removeprefix(_SQLITE))
        if not url.startswith(_SQLITE) or not path.name:
            scheme = url.split(":", 1)[0][:20]  # the rest of an address may contain a password
            self._problems.append(f"DATABASE_URL ({scheme}:…) is not supported: write sqlite:///folder/bot.db.")
        return path

    def keys(self) -> Path:
        return Path(self._env.get("SEAL_KEY_FILE", "keys/seal.key"))

    def listen(self) -> Address:
        value = self._env.get("LISTEN", "127.0.0.1:8080")
        host, _, port = value.rpartition(":")
        if not host or not re.fullmatch(r"[0-9]{1,5}", port, re.ASCII) or int(port) > 65535:
            self._problems.append(f"LISTEN {value!r} is not host:port: write for example 127.0.0.1:8080.")
            return Address("127.0.0.1", 0)
        return Address(host.strip("[]"), int(port))

    def send_rate(self) -> float:
        value = self._env.get("SEND_RATE", "30")
        if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]+)?", value, re.ASCII) or not 1 <= float(value) <= MAX_SEND_RATE:
            self._problems.append(
                f"SEND_RATE {value!r} is not a number from 1 to {MAX_SEND_RATE}: write 30, Telegram's limit without "
                "Stars, or less."
            )
            return 30.0
        return float(value)

    def log_level(self) -> str:
        value = self._env.get("LOG_LEVEL", "INFO").upper()
        if value not in _LOG_LEVELS:
            self._problems.append(f"LOG_LEVEL {value!r} is unknown: choose one of {', '.join(_LOG_LEVELS)}.")
            return "INFO"
        return value

    def log_format(self) -> LogFormat:
        value = self._env.get("LOG_FORMAT", LogFormat.TEXT)
        try:
            return LogFormat(value.lower())
        except ValueError:
            self._problems.append(f"LOG_FORMAT {value!r} is unknown: choose one of {', '.join(LogFormat)}.")
            return LogFormat.TEXT

    def guest_mode(self) -> bool:
        value = self._env.get("GUEST_MODE", "off")
        if value.lower() not in ("on", "off"):
            self._problems.append(f"GUEST_MODE {value!r} is unknown: write on or off.")
        return value.lower() == "on"

    def takes_feedback(self) -> bool:
        value = self._env.get("FEEDBACK", "off").lower()
        if value not in ("on", "off"):
            self._problems.append(f"FEEDBACK {value!r} is unknown: write on or off.")
        return value == "on"

    def alerts(self) -> AlertSettings:
        return read_alert_settings(self._env, self._problems, self._proxy_to)
