"""Remember what was computed for words, because most words of a question are in other questions as well."""

from typing import TypeVar

Value = TypeVar("Value")

_MOST_WORDS = 4096  # a limit, so that hostile text cannot fill the memory


class WordCache(dict[str, Value]):
    """A dict from words to values that were computed for them.

    When it is full, all words are removed. Pickling does not store the words.
    """

    def remember(self, word: str, value: Value) -> Value:
        """Store the `value` of `word`, and return it."""
        if len(self) >= _MOST_WORDS:
            self.clear()
        self[word] = value
        return value

    def __reduce__(self) -> tuple[type["WordCache[Value]"], tuple[()]]:
        """Pickle an empty cache, so that a pickled campaign does not depend on earlier questions."""
        return type(self), ()
