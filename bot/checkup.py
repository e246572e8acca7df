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
    except (http.client.HTTPException, OSError, ValueError, AttributeError) as trouble:
        where = f"[{host}]:{address.port}" if ":" in host else f"{host}:{address.port}"
        return Told(False, f"No bot answers at {where} ({type(trouble).__name__}): is it running, is LISTEN right?")
    finally:
        asking.close()


def _told(is_well: bool, state: dict[str, Any]) -> Told:
    if is_well:
        copy = " Copy the key file, then say `keys copied`." if state.get("copy_the_key_file_again") else ""
        return Told(True, f"The bot is well.{copy}")
    age = state.get("seconds_since_telegram_answered")
    since = "not answered yet" if age is None else f"not answered for {age:.0f} seconds"
    return Told(
        False, f"The bot is not well: Telegram has {since}. Look at the log, and whether Telegram can be reached."
    )
