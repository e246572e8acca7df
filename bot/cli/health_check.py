"""Asks the running bot how it is: what `python -m bot health` does, and with it Docker, every half minute.

With Python's own client: aiohttp's would take three times the processor and the memory of all the rest.
"""

import http.client
import json
from dataclasses import dataclass
from typing import Any

from bot.settings import Address

_PATIENCE = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Told:
    """What the bot that was asked is, in a sentence."""

    is_well: bool
    sentence: str


def ask(address: Address) -> Told:
    """How the bot that listens at `address` is."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address.host, address.host)  # noqa: S104 -- compared, not bound
    asking = http.client.HTTPConnection(host, address.port, timeout=_PATIENCE)
    try:
        asking.request("GET", "/healthz")
        answer = asking.getresponse()
        return _told(answer.status == 200, json.loads(answer.read()))
    except (http.client.HTTPException, OSError, ValueError, TypeError, AttributeError) as trouble:
        where = f"[{host}]:{address.port}" if ":" in host else f"{host}:{address.port}"
        return Told(False, f"No bot answers at {where} ({type(trouble).__name__}): is it running, is LISTEN right?")
    finally:
        asking.close()


def _told(is_well: bool, state: dict[str, Any]) -> Told:
    unknown = "".join(f" {name} is not known: {why}" for name, why in dict(state.get("unreadable") or {}).items())
    if is_well:
        slow = "".join(f" Mind that {warning}." for warning in state.get("warnings") or ())
        copy = " Copy the key file, then say `keys copied`." if state.get("copy_the_key_file_again") else ""
        return Told(True, f"The bot is well.{slow}{copy}{unknown}")
    reasons = "; ".join(str(reason) for reason in state.get("reasons") or ()) or "it does not say why"
    return Told(False, f"The bot is not well: {reasons}. Look at the log.{unknown}")
