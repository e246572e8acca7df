"""Score the matcher on labelled queries: `python -m tests.support.search_scoring FILE` prints figures and misses.

A row is {"q", "lang", "kind", "expect", "also"}: `expect` are right first answers, `also` belong among the results,
an empty `expect` means that nothing matches.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.loading.load import load_matcher
from content.search.matcher import Matcher, SearchResult

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """How many rows ask for something, in how many it came first, or sure or as a button; and the false answers."""

    asked: int
    first: int
    found: int
    nothing: int
    false: int
    suggested: int
    misses: tuple[str, ...]

    def __str__(self) -> str:
        share = f"first {self.first / max(self.asked, 1):.1%}, found {self.found / max(self.asked, 1):.1%}"
        false = f"{self.false} answered, {self.suggested} suggested"
        return f"{self.asked} asked: {share}; {self.nothing} of nothing: {false}"


def score(matcher: Matcher, rows: Iterable[Row]) -> Figures:
    """The figures of `rows`, with a line for every miss."""
    asked = first = found = nothing = false = suggested = 0
    misses: list[str] = []
    for row in rows:
        got = matcher.find(row["q"])
        right = [str(one) for one in row["expect"]]
        sure = got.kind in ("answer", "clause")
        if not right:
            nothing += 1
            false += sure
            suggested += got.kind == "suggest"
            misses += [_miss(row, got)] if got.kind != "none" else []
            continue
        asked += 1
        is_first = sure and got.clauses[0] in right
        first += is_first
        found += is_first or (got.kind == "suggest" and bool(set(right) & set(got.clauses)))
        misses += [] if is_first else [_miss(row, got)]
    return Figures(asked, first, found, nothing, false, suggested, tuple(misses))


def _miss(row: Row, got: SearchResult) -> str:
    return f"{row['kind']:<10} {row['q']!r}: {row['expect']} but {got.kind} {list(got.clauses)}"


def read_rows(path: Path) -> Iterator[Row]:
    return (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())


def main() -> None:
    figures = score(load_matcher(), read_rows(Path(sys.argv[1])))
    sys.stdout.write("\n".join([*figures.misses, str(figures), ""]))


if __name__ == "__main__":
    main()
