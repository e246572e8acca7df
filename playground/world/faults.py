"""What goes wrong on purpose: slow, lost, torn and refused answers, by method and share."""

import random
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from playground.errors import Mistake

Json = dict[str, Any]
KINDS = ("slow", "lost", "429", "502", "offline", "html403", "torn", "refused", "raw", "trickle")


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong.

    `methods` and `chats` limit it to these; empty means all. `times` None means until it is removed. `seconds` is a
    delay, a retry_after, or the pause between two bytes of a trickle. `code`, `description` and `parameters` are the
    error of a refusal; `code` and `body` are what a raw answer consists of.
    """

    kind: str
    methods: list[str] = field(default_factory=list)
    share: float = 1.0
    times: int | None = None
    seconds: float = 1.0
    chats: list[int] = field(default_factory=list)
    code: int = 400
    description: str = "Bad Request"
    parameters: Json = field(default_factory=dict)
    body: str = ""

    def meets(self, method: str, chat: int | None) -> bool:
        is_method = not self.methods or method.lower() in map(str.lower, self.methods)
        return self.times != 0 and is_method and (not self.chats or chat in self.chats)


class Faults:
    """The first fault in the list that meets a call happens to it."""

    def __init__(self, seed: int | None = None) -> None:
        self._faults: list[Fault] = []
        self._random = random.Random(seed)  # noqa: S311 -- chance, no secret

    def __bool__(self) -> bool:
        return bool(self._faults)

    def replace(self, given: Any) -> None:
        if not isinstance(given, list):
            raise Mistake('"faults" is to be a list of objects with at least a "kind".')
        self._faults = [_fault(one) for one in given]

    def listed(self) -> list[Json]:
        return [asdict(fault) for fault in self._faults]

    def draw(self, method: str, chat: int | None = None) -> Fault | None:
        """The fault that happens to a call of `method`, about `chat` where it names one."""
        for fault in self._faults:
            if fault.meets(method, chat) and self._random.random() < fault.share:
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None


def _fault(given: Any) -> Fault:
    if not isinstance(given, dict) or given.get("kind") not in KINDS:
        raise Mistake(f'A fault needs a "kind", one of {", ".join(KINDS)}; this is {given!r}.')
    unknown = set(given) - {each.name for each in fields(Fault)}
    if unknown:
        raise Mistake(f"A fault has no {', '.join(sorted(unknown))}: leave it out.")
    fault = Fault(**given)
    if not isinstance(fault.methods, list) or not all(isinstance(name, str) for name in fault.methods):
        raise Mistake(f'"methods" is to be a list of method names, not {fault.methods!r}.')
    if not isinstance(fault.chats, list) or not all(isinstance(number, int) for number in fault.chats):
        raise Mistake(f'"chats" is to be a list of chat ids, not {fault.chats!r}.')
    if not isinstance(fault.code, int) or not 100 <= fault.code <= 599:
        raise Mistake(f'"code" is to be an HTTP status from 100 to 599, not {fault.code!r}.')
    if not isinstance(fault.description, str) or not isinstance(fault.body, str):
        raise Mistake('"description" and "body" are to be texts.')
    if not isinstance(fault.parameters, dict):
        raise Mistake(f'"parameters" is to be an object, not {fault.parameters!r}.')
    if not _number(fault.share) or not 0 <= fault.share <= 1:
        raise Mistake(f'"share" is to be a number from 0 to 1, not {fault.share!r}.')
    if fault.times is not None and (not isinstance(fault.times, int) or fault.times < 0):
        raise Mistake(f'"times" is to be a whole number or null, not {fault.times!r}.')
    if not _number(fault.seconds) or not -1_000_000 <= fault.seconds <= 1_000_000:
        raise Mistake(f'"seconds" is to be a number of seconds, not {fault.seconds!r}.')
    return fault


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
