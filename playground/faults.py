"""What goes wrong on purpose: slow, lost, torn and refused answers, by method and share."""

import random
from dataclasses import asdict, dataclass, field
from typing import Any

from playground.refusals import Mistake

Json = dict[str, Any]
KINDS = ("slow", "lost", "429", "502", "offline", "html403", "torn")


@dataclass(slots=True)
class Fault:
    """`methods` empty means all; `times` None means until it is removed; `seconds` is a delay or a retry_after."""

    kind: str
    methods: list[str] = field(default_factory=list)
    share: float = 1.0
    times: int | None = None
    seconds: float = 1.0

    def meets(self, method: str) -> bool:
        return self.times != 0 and (not self.methods or method.lower() in map(str.lower, self.methods))


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

    def draw(self, method: str) -> Fault | None:
        for fault in self._faults:
            if fault.meets(method) and self._random.random() < fault.share:
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None


def _fault(given: Any) -> Fault:
    if not isinstance(given, dict) or given.get("kind") not in KINDS:
        raise Mistake(f'A fault needs a "kind", one of {", ".join(KINDS)}; this is {given!r}.')
    unknown = set(given) - {"kind", "methods", "share", "times", "seconds"}
    if unknown:
        raise Mistake(f"A fault has no {', '.join(sorted(unknown))}: leave it out.")
    fault = Fault(**given)
    if not isinstance(fault.methods, list) or not all(isinstance(name, str) for name in fault.methods):
        raise Mistake(f'"methods" is to be a list of method names, not {fault.methods!r}.')
    if not _number(fault.share) or not 0 <= fault.share <= 1:
        raise Mistake(f'"share" is to be a number from 0 to 1, not {fault.share!r}.')
    if fault.times is not None and (not isinstance(fault.times, int) or fault.times < 0):
        raise Mistake(f'"times" is to be a whole number or null, not {fault.times!r}.')
    if not _number(fault.seconds) or not -1_000_000 <= fault.seconds <= 1_000_000:
        raise Mistake(f'"seconds" is to be a number of seconds, not {fault.seconds!r}.')
    return fault


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
