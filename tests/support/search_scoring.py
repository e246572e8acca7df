"""Score the matcher on labelled queries: `python -m tests.support.search_scoring FILE` prints scores and misses.

A query is {"q", "lang", "kind", "expect", "also"}. `expect` lists the right first answers, `also` further clauses
that may be among the results. An empty `expect` means that nothing should match.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.loading.load import load_matcher
from content.search.matcher import Matcher
from content.search.search_result import ResultKind, SearchResult

Query = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of some queries.

    Of `asked` queries with an answer, `first` got an answer with the right clause first. `first_or_suggested`
    also counts those with the right clause among the suggestions. Of `nothing` queries without an answer, `false`
    were answered and `suggested` got suggestions.
    """

    asked: int
    first: int
    first_or_suggested: int
    nothing: int
    false: int
    suggested: int
    misses: tuple[str, ...]

    def __str__(self) -> str:
        share = (
            f"first {self.first / max(self.asked, 1):.1%}, found {self.first_or_suggested / max(self.asked, 1):.1%}"
        )
        false = f"{self.false} answered, {self.suggested} suggested"
        return f"{self.asked} with an answer: {share}; {self.nothing} without: {false}"


def score(matcher: Matcher, queries: Iterable[Query]) -> Scores:
    """Return the scores of `queries`, with a line for every miss."""
    results = [(query, matcher.find(query["q"])) for query in queries]
    answerable = [(query, result) for query, result in results if query["expect"]]
    others = [(query, result) for query, result in results if not query["expect"]]
    right = [(query, result) for query, result in answerable if _is_right(query, result)]
    return Scores(
        asked=len(answerable),
        first=len(right),
        first_or_suggested=len(right) + sum(_is_suggested(query, result) for query, result in answerable),
        nothing=len(others),
        false=sum(_is_answer(result) for _, result in others),
        suggested=sum(result.kind is ResultKind.SUGGEST for _, result in others),
        misses=tuple(_miss(query, result) for query, result in results if _is_miss(query, result)),
    )


def _is_answer(result: SearchResult) -> bool:
    return result.kind in (ResultKind.ANSWER, ResultKind.CLAUSE)


def _is_right(query: Query, result: SearchResult) -> bool:
    return _is_answer(result) and result.clauses[0] in map(str, query["expect"])


def _is_suggested(query: Query, result: SearchResult) -> bool:
    return result.kind is ResultKind.SUGGEST and not set(map(str, query["expect"])).isdisjoint(result.clauses)


def _is_miss(query: Query, result: SearchResult) -> bool:
    return not _is_right(query, result) if query["expect"] else result.kind is not ResultKind.NONE


def _miss(query: Query, result: SearchResult) -> str:
    return f"{query['kind']:<10} {query['q']!r}: {query['expect']} but {result.kind} {list(result.clauses)}"


def read_queries(path: Path) -> Iterator[Query]:
    """Read the queries in a file, one JSON object per line."""
    return (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())


def main() -> None:
    """Score the matcher on the file in the first argument."""
    scores = score(load_matcher(), read_queries(Path(sys.argv[1])))
    sys.stdout.write("\n".join([*scores.misses, str(scores), ""]))


if __name__ == "__main__":
    main()
