"""Answer questions from standard input as JSON Lines, for scripts and tests: `python -m bot ask`."""

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

from bot.errors import OperatorError
from content.model import Lang
from content.search.bot_requests import BotRequest
from content.search.matcher import Matcher
from content.search.search_result import SearchResult


def answer_lines(lines: Iterable[str], matcher: Matcher) -> Iterator[str]:
    """Yield a JSON object with the search result for each question in `lines`. Blank lines are skipped.

    A question is a JSON object: its text is `q`, and its language is `lang`, which can be missing. A result has the
    keys `q`, `kind`, `clauses`, `topics` and `micros`, the duration of the search in microseconds.

    If the text asks for a command of the bot, `kind` is "command", and `command` is the name without the slash. If it
    asks for another language, `language` is the code of that language. Raises OperatorError for a line that is not a
    question; the message contains the number of the line.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _answer(*_parse_question(line, number), matcher)


def _answer(question: str, lang: Lang | None, matcher: Matcher) -> str:
    begun = time.perf_counter_ns()
    understood = matcher.understand(question, lang)
    fields = _command_fields(understood) if isinstance(understood, BotRequest) else _result_fields(understood)
    micros = (time.perf_counter_ns() - begun) / 1000
    answer = {"q": question, **fields, "micros": round(micros, 1)}
    has_surrogates = any("\ud800" <= letter <= "\udfff" for letter in question)  # which UTF-8 cannot encode
    return json.dumps(answer, ensure_ascii=has_surrogates)


def _command_fields(request: BotRequest) -> dict[str, Any]:
    wanted = {"language": request.wanted} if request.wanted else {}
    return {"kind": "command", "command": request.command, **wanted, "clauses": [], "topics": []}


def _result_fields(result: SearchResult) -> dict[str, Any]:
    return {"kind": result.kind.value, "clauses": list(result.clauses), "topics": list(result.topics)}


def _parse_question(line: str, number: int) -> tuple[str, Lang | None]:
    try:
        row: Any = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict) or not isinstance(row.get("q"), str):
        raise OperatorError(f'Line {number} is not a question: write {{"q": "..."}}, one a line.')
    lang = row.get("lang")
    return row["q"], Lang(lang) if isinstance(lang, str) else None
