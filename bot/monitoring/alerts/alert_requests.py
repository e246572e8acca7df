"""Build the HTTP request that carries an alert, in the format that its receiver expects. Pure.

Sources: docs.ntfy.sh/publish (text, headers Title, Priority and Tags), gotify.net (JSON with title, message and
priority), healthchecks.io/docs/signaling_failures (the URL for success, and `/fail` after it for a failure).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from bot.alert_settings import AlertFormat
from bot.monitoring.alerts.alert import Alert, AlertState

_TEXT = {"Content-Type": "text/plain; charset=utf-8"}
_HIGH, _LOW = 8, 4  # priorities of Gotify, from 0 to 10


@dataclass(frozen=True, slots=True)
class AlertRequest:
    """A POST request. `path_end` is appended to the path of the receiver's URL."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    path_end: str = ""


def alert_request(alert: Alert, form: AlertFormat) -> AlertRequest:
    """Return the HTTP request that carries `alert` in the format `form`."""
    match form:
        case AlertFormat.NTFY:
            return AlertRequest(alert.body.encode(), _TEXT | _ntfy_headers(alert))
        case AlertFormat.JSON:
            return AlertRequest(json.dumps(_fields(alert)).encode(), {"Content-Type": "application/json"})
        case AlertFormat.HEALTHCHECKS:
            text = f"{alert.title}\n{alert.body}".encode()
            return AlertRequest(text, _TEXT, "" if alert.is_last else "/fail")
        case _:
            assert_never(form)


def _ntfy_headers(alert: Alert) -> dict[str, str]:
    if alert.state is AlertState.ENDED:
        return {"Title": alert.title, "Priority": "default", "Tags": "white_check_mark"}
    return {"Title": alert.title, "Priority": "high", "Tags": "rotating_light"}


def _fields(alert: Alert) -> dict[str, str | int]:
    return {
        "title": alert.title,
        "message": alert.body,
        "priority": _LOW if alert.state is AlertState.ENDED else _HIGH,
        "failure": alert.failure,
        "state": alert.state,
    }
