"""`python -m bot ask`: JSON Lines in and out, with no token and no database."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.ask import found_lines
from bot.errors import OperatorError
from tests.support.bot_and_playground import MATCHER, start_bot


def ask(*questions: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in found_lines((json.dumps(one) for one in questions), MATCHER)]


def test_an_answer_is_a_line_with_the_clauses_best_first() -> None:
    (found,) = ask({"q": "girls school"})

    assert found["kind"] == "answer"
    assert found["clauses"][0] == "8"
    assert found["topics"]
    assert found["micros"] > 0
    assert found.keys() == {"q", "kind", "clauses", "topics", "micros"}


@pytest.mark.parametrize(
    ("asked", "kind", "clauses"),
    [("clause 4", "clause", ["4"]), ("ماده ۱۵", "none", []), ("hello", "none", []), ("austria visa", "none", [])],
)
def test_the_four_kinds(asked: str, kind: str, clauses: list[str]) -> None:
    (found,) = ask({"q": asked, "lang": "en"})

    assert (found["kind"], found["clauses"]) == (kind, clauses)


@pytest.mark.parametrize("line", ["x", "[]", "5", '{"q": 5}', '{"Q": "x"}', '{"q": "x"'])
def test_a_line_that_is_no_question_is_told_with_its_number(line: str) -> None:
    with pytest.raises(OperatorError, match="Line 3"):
        list(found_lines(['{"q": "women"}', "", line], MATCHER))


@given(st.text(max_size=60) | st.text(st.characters(categories=["Cs", "Cc", "Cf", "Lo"]), max_size=30))
def test_any_text_is_answered_with_a_line(text: str) -> None:
    (found,) = ask({"q": text})

    assert found["q"] == text
    assert found["kind"] in ("answer", "clause", "suggest", "none")


async def test_the_command_needs_no_token() -> None:
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    asked = await start_bot({}, "ask", **pipes)
    out, _ = await asked.communicate('{"q": "زنان", "lang": "fa"}\n{"q": "د نجونو ښوونځي"}\n'.encode())
    found = [json.loads(line) for line in out.decode().splitlines()]

    assert asked.returncode == 0
    assert [one["clauses"][0] for one in found] == ["4", "8"]
