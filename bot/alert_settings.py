"""Read and check the settings of alerts: where failures are reported outside Telegram, and in which format."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address

from bot.runtime.urls import split_url

_AGE = re.compile(r"([1-9][0-9]{0,3})([hd])")
_SECONDS = {"h": 3600.0, "d": 86_400.0}


class AlertFormat(StrEnum):
    """The format of the alerts that a receiver accepts."""

    NTFY = "ntfy"  # a plain text, with a title in a header
    JSON = "json"  # an object with title, message and priority, as Gotify takes it
    HEALTHCHECKS = "healthchecks"  # a plain text to …/fail for a failure, and to the URL itself when all is well


@dataclass(frozen=True, slots=True)
class Receiver:
    """A service outside Telegram that the bot calls. Both `url` and `proxy` can contain passwords."""

    url: str = field(repr=False)
    proxy: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """The settings of alerts. `receiver` and `heartbeat` are None when their setting is not set.

    `backup_max_age` is in seconds. If the newest backup is older, the bot sends an alert. None turns this check off.
    """

    receiver: Receiver | None = None
    form: AlertFormat = AlertFormat.NTFY
    heartbeat: Receiver | None = None
    backup_max_age: float | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the URLs that must not appear in any log: a URL alone is enough to send to its receiver."""
        return tuple(receiver.url for receiver in (self.receiver, self.heartbeat) if receiver)


def read_alert_settings(
    env: Mapping[str, str], problems: list[str], proxy_for: Callable[[str], str | None]
) -> AlertSettings:
    """Return the settings of alerts in `env`, and add a sentence to `problems` for each wrong one.

    `proxy_for` returns the URL of the proxy through which an address is reached; None when there is none.
    """
    return AlertSettings(
        receiver=_receiver(env, "ALERT_URL", problems, proxy_for),
        form=_form(env, problems),
        heartbeat=_receiver(env, "HEARTBEAT_URL", problems, proxy_for),
        backup_max_age=_backup_max_age(env, problems),
    )


def _receiver(
    env: Mapping[str, str], name: str, problems: list[str], proxy_for: Callable[[str], str | None]
) -> Receiver | None:
    url = env.get(name, "")
    if not url:
        return None
    parts = split_url(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        problems.append(f"{name} is not an address: write it as https://host/path.")
    elif parts.scheme == "http" and not _is_near(parts.hostname):
        problems.append(f"{name} would send its address and the alerts unencrypted: use https://.")
    return Receiver(url, proxy_for(url))


def _is_near(host: str) -> bool:
    """Return whether `host` is in the local network: a name without a dot, or a private IP address."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host


def _form(env: Mapping[str, str], problems: list[str]) -> AlertFormat:
    value = env.get("ALERT_FORMAT", AlertFormat.NTFY)
    try:
        return AlertFormat(value.lower())
    except ValueError:
        problems.append(f"ALERT_FORMAT {value!r} is unknown: choose one of {', '.join(AlertFormat)}.")
        return AlertFormat.NTFY


def _backup_max_age(env: Mapping[str, str], problems: list[str]) -> float | None:
    value = env.get("BACKUP_MAX_AGE", "")
    if not value:
        return None
    age = _AGE.fullmatch(value)
    if age is None:
        problems.append(f"BACKUP_MAX_AGE {value!r} is not an age: write hours or days, for example 36h or 8d.")
        return None
    return int(age[1]) * _SECONDS[age[2]]
