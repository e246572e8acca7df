"""Let equal texts of a loaded campaign be one object, so that the running bot needs less memory.

The same words come from many files, each time as a new object. Pickling does not help: it recognises the same object,
but not another object of equal value.
"""

import io
import pickle
from typing import Any, TypeVar

_T = TypeVar("_T")


def share_equal_values(value: _T) -> _T:
    """Return a copy of `value` in which equal strings, and equal frozensets of strings, are the same object.

    `value` must be picklable, since it is copied by pickling.
    """
    pickled = io.BytesIO()
    sharer = _Sharer(pickled)
    sharer.dump(value)
    pickled.seek(0)
    copy: _T = _Reader(pickled, sharer.values).load()
    return copy


class _Sharer(pickle.Pickler):
    """Pickle a value, but store its strings and frozensets of strings in the list `values`, equal ones only once.

    The pickle itself has only their positions in `values`.
    """

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.values: list[Any] = []
        self._strings: dict[str, int] = {}
        self._sets: dict[frozenset[str], int] = {}

    def persistent_id(self, obj: Any) -> int | None:
        if type(obj) is str:
            return self._place_of_string(obj)
        if type(obj) is frozenset and all(type(member) is str for member in obj):
            return self._place_of_set(obj)
        return None

    def _place_of_string(self, text: str) -> int:
        place = self._strings.get(text)
        if place is None:
            place = self._strings[text] = len(self.values)
            self.values.append(text)
        return place

    def _place_of_set(self, members: frozenset[str]) -> int:
        place = self._sets.get(members)
        if place is None:
            shared = frozenset(self.values[self._place_of_string(member)] for member in members)
            place = self._sets[members] = len(self.values)
            self.values.append(shared)
        return place


class _Reader(pickle.Unpickler):
    """Unpickle what `_Sharer` pickled, and put the strings and sets from `values` back in their places."""

    def __init__(self, file: io.BytesIO, values: list[Any]) -> None:
        super().__init__(file)
        self._values = values

    def persistent_load(self, pid: int) -> Any:
        return self._values[pid]
