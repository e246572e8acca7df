"""`python -m bot ask`: questions in, findings out, as JSON Lines; the campaign is loaded once."""

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

from bot.errors import OperatorError
from content.model import Lang
from content.search.matcher import Matcher


def found_lines(lines: Iterable[str], matcher: Matcher) -> Iterator[str]:
    """A line of `{"q", "kind", "clauses", "topics", "micros"}` for every `{"q", "lang": optional}`.

    Blank lines are passed over; one that is no question raises OperatorError with its number. `micros` is the time of
    finding alone, in microseconds.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            asked, hint = _question(line, number)
            begun = time.perf_counter_ns()
            found = matcher.find(asked, hint)
            micros = (time.perf_counter_ns() - begun) / 1000
            told = {
                "q": asked,
                "kind": found.kind.value,
                "clauses": list(found.clauses),
                "topics": list(found.topics),
                "micros": round(micros, 1),
            }
            yield json.dumps(told, ensure_ascii=any("\ud800" <= letter <= "\udfff" for letter in asked))


def _question(line: str, number: int) -> tuple[str, Lang | None]:
    try:
        row: Any = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict) or not isinstance(row.get("q"), str):
        raise OperatorError(f'Line {number} is no question: write it as {{"q": "..."}}, one a line.')
    lang = row.get("lang")
    return row["q"], Lang(lang) if isinstance(lang, str) else None
