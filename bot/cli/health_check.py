"""Check whether the running bot is healthy: `python -m bot health`. Docker runs this command every half minute.

This module uses Python's own HTTP client, because importing aiohttp would take three times the time and memory of
everything else in this command.
"""

import http.client
import json
from dataclasses import dataclass
from typing import Any

from bot.settings import Address

_TIMEOUT = 5.0  # seconds
_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- only compared, never bound


@dataclass(frozen=True, slots=True)
class Health:
    """The result of a health check: whether the bot is healthy, and a sentence for the operator."""

    is_well: bool
    sentence: str
    has_answered: bool = True  # False also if another program answers


def check_health(address: Address) -> Health:
    """Ask the bot's HTTP server at `address` for its health. A bot that does not answer counts as unhealthy."""
    host = _WILDCARDS.get(address.host, address.host)
    connection = http.client.HTTPConnection(host, address.port, timeout=_TIMEOUT)
    try:
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        return _health(response.status == 200, json.loads(response.read()))
    except (http.client.HTTPException, OSError, ValueError, TypeError, AttributeError) as error:
        place = f"[{host}]:{address.port}" if ":" in host else f"{host}:{address.port}"
        return Health(
            False,
            f"No bot answers at {place} ({type(error).__name__}): check that it is running and that LISTEN is right.",
            has_answered=False,
        )
    finally:
        connection.close()


def _health(is_well: bool, state: dict[str, Any]) -> Health:
    unreadable = dict(state.get("unreadable") or {})
    unknown = "".join(f" {name} is unknown: {reason}" for name, reason in unreadable.items())
    reasons = "; ".join(str(reason) for reason in state.get("reasons") or ())
    if is_well:
        waiting = f" It is not ready: {reasons}." if reasons else ""
        warnings = "".join(f" Warning: {warning}." for warning in state.get("warnings") or ())
        copy = " Copy the key file, then run `keys copied`." if state.get("copy_the_key_file_again") else ""
        return Health(True, f"The bot is healthy.{waiting}{warnings}{copy}{unknown}")
    return Health(False, f"The bot is not healthy: {reasons or 'it gives no reason'}. Read its log.{unknown}")
