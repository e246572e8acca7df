"""Simulate failures of the Bot API.

A test plants faults, which make responses slow, lost, broken or refused. For each fault, it chooses the methods, the
chats and the probability.
"""

import random
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any

from playground.errors import SimulatorError

Json = dict[str, Any]


class FaultKind(StrEnum):
    """The ways in which a test can make a call of the Bot API fail. The values are used in the simulator API."""

    SLOW = "slow"  # carried out after a delay
    LOST = "lost"  # carried out, but the connection closes without a response
    TOO_MANY_REQUESTS = "429"  # refused with retry_after
    BAD_GATEWAY = "502"  # refused with an HTML page
    OFFLINE = "offline"  # the connection closes, and the call is not carried out
    BLOCK_PAGE = "html403"  # refused with the HTML page of a censor or firewall
    TORN = "torn"  # carried out, but the connection closes in the middle of the response
    REFUSED = "refused"  # refused with any error of the Bot API
    RAW = "raw"  # not carried out, with any response
    TRICKLE = "trickle"  # carried out, and the response comes byte by byte


@dataclass(slots=True)
class Fault:
    """A planted fault: certain calls of the Bot API fail, in the way `kind`, because a test wants them to."""

    kind: FaultKind
    methods: list[str] = field(default_factory=list)  # empty: all methods
    share: float = 1.0  # probability from 0 to 1
    times: int | None = None  # how often it still happens; None: without limit
    seconds: float = 1.0  # the delay, retry_after, or the pause between two bytes of a trickle
    chats: list[int] = field(default_factory=list)  # empty: all chats, and calls without a chat
    code: int = 400  # of a refusal or a raw response
    description: str = "Bad Request"  # of a refusal
    parameters: Json = field(default_factory=dict)  # of a refusal
    body: str = ""  # of a raw response

    def matches(self, method: str, chat: int | None) -> bool:
        """Return whether the fault applies to calls of this Bot API method with this chat_id."""
        is_method = not self.methods or method.lower() in map(str.lower, self.methods)
        return self.times != 0 and is_method and (not self.chats or chat in self.chats)


class Faults:
    """The list of planted faults.

    For each call, the faults that apply to it are tried in order. A fault makes the call fail with the probability
    `share`. After the first fault that does, no other is tried.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._faults: list[Fault] = []
        self._random = random.Random(seed)  # noqa: S311 -- not used for secrets

    def __bool__(self) -> bool:
        return bool(self._faults)

    def replace(self, faults: Any) -> None:
        """Replace all faults by the JSON objects in `faults`. Raises SimulatorError when one is invalid."""
        if not isinstance(faults, list):
            raise SimulatorError('"faults" must be a list of objects with at least a "kind".')
        self._faults = [_fault(item) for item in faults]

    def insert(self, fault: Fault) -> None:
        """Add a fault at the beginning of the list, so that it is tried first."""
        self._faults.insert(0, fault)

    def to_json(self) -> list[Json]:
        """Return the faults as JSON objects. `times` is how often a fault can still occur; null for any number."""
        return [asdict(fault) for fault in self._faults]

    def select(self, method: str, chat: int | None = None) -> Fault | None:
        """Return the fault with which a call of `method` with the chat_id `chat` fails; None if it does not fail.

        Reduce the `times` of the fault by one.
        """
        for fault in self._faults:
            if fault.matches(method, chat) and self._random.random() < fault.share:
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None


def _fault(item: Any) -> Fault:
    kinds = [kind.value for kind in FaultKind]
    if not isinstance(item, dict) or item.get("kind") not in kinds:
        raise SimulatorError(f'A fault needs a "kind", one of {", ".join(kinds)}; this is {item!r}.')
    unknown = set(item) - {known.name for known in fields(Fault)}
    if unknown:
        raise SimulatorError(f"A fault has no field {', '.join(sorted(unknown))}: remove it.")
    fault = Fault(**item | {"kind": FaultKind(item["kind"])})
    _check_scope(fault)
    _check_response(fault)
    return fault


def _check_scope(fault: Fault) -> None:
    if not isinstance(fault.methods, list) or not all(isinstance(name, str) for name in fault.methods):
        raise SimulatorError(f'"methods" must be a list of method names, not {fault.methods!r}.')
    if not isinstance(fault.chats, list) or not all(isinstance(number, int) for number in fault.chats):
        raise SimulatorError(f'"chats" must be a list of chat ids, not {fault.chats!r}.')
    if not _is_number(fault.share) or not 0 <= fault.share <= 1:
        raise SimulatorError(f'"share" must be a number from 0 to 1, not {fault.share!r}.')
    if fault.times is not None and (not isinstance(fault.times, int) or fault.times < 0):
        raise SimulatorError(f'"times" must be an integer from 0 or null, not {fault.times!r}.')


def _check_response(fault: Fault) -> None:
    if not isinstance(fault.code, int) or not 100 <= fault.code <= 599:
        raise SimulatorError(f'"code" must be an HTTP status from 100 to 599, not {fault.code!r}.')
    if not isinstance(fault.description, str) or not isinstance(fault.body, str):
        raise SimulatorError('"description" and "body" must be strings.')
    if not isinstance(fault.parameters, dict):
        raise SimulatorError(f'"parameters" must be an object, not {fault.parameters!r}.')
    if not _is_number(fault.seconds) or not -1_000_000 <= fault.seconds <= 1_000_000:
        raise SimulatorError(f'"seconds" must be a number of seconds, not {fault.seconds!r}.')


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
