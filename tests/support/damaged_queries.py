"""Damage labelled queries as hasty writers do: `python -m tests.support.damaged_queries FILE` scores the results.

Each query is written with two of its words as one, and with one typo. All choices are repeatable.
"""

import random
import sys
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from tests.support.search_scoring import Query, read_queries, score
from tests.support.shipped_campaign import MATCHER

_KEYBOARDS = ("qwertyuiop asdfghjkl zxcvbnm", "ضصثقفغعهخحج شسیبلاتنمکگ ظطزرذدپو")
_MIN_LETTERS = 4  # of a word that gets a typo
_NEIGHBOURS = {  # of each letter on its keyboard
    letter: before + after
    for keyboard in _KEYBOARDS
    for before, letter, after in zip(" " + keyboard, keyboard, keyboard[1:] + " ", strict=False)
}


def merged(queries: Iterable[Query]) -> Iterator[Query]:
    """Yield each query several times, each time without one of its spaces."""
    for query in queries:
        words = query["q"].split()
        for i, (first, second) in enumerate(pairwise(words)):
            yield query | {"q": " ".join((*words[:i], first + second, *words[i + 2 :]))}


def mistyped(queries: Iterable[Query]) -> Iterator[Query]:
    """Yield each query several times, each time with one typo in one of its longer words."""
    for query in queries:
        words, choice = query["q"].split(), random.Random(query["q"])
        for i, word in enumerate(words):
            if len(word) >= _MIN_LETTERS and word.isalpha():
                yield query | {"q": " ".join((*words[:i], _with_typo(word, choice), *words[i + 1 :]))}


def _with_typo(word: str, choice: random.Random) -> str:
    """Return `word` with one letter dropped, doubled, swapped with the next or replaced by a neighbouring key."""
    at = choice.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    neighbours = _NEIGHBOURS.get(letter.lower(), "").strip() or letter
    kind = choice.randrange(4)
    changed = ("", letter * 2, choice.choice(neighbours))
    return before + after[0] + letter + after[1:] if kind == 3 else before + changed[kind] + after


def main() -> None:
    """Score the matcher on the damaged queries of the files in the arguments."""
    matcher = MATCHER
    for path in map(Path, sys.argv[1:]):
        queries = list(read_queries(path))
        for damage in (merged, mistyped):
            sys.stdout.write(f"{path.name} {damage.__name__}: {score(matcher, damage(queries))}\n")


if __name__ == "__main__":
    main()
