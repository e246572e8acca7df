"""`python -m bot ask` reads and writes JSON Lines, without a token or a database."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.ask import answer_lines
from bot.errors import OperatorError
from tests.support.bot_and_playground import MATCHER, start_bot


def ask(*questions: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer_lines((json.dumps(question) for question in questions), MATCHER)]


def test_an_answer_is_a_line_with_the_clauses_best_first() -> None:
    (answer,) = ask({"q": "girls school"})

    assert answer["kind"] == "answer"
    assert answer["clauses"][0] == "8"
    assert answer["topics"]
    assert answer["micros"] > 0
    assert answer.keys() == {"q", "kind", "clauses", "topics", "micros"}


@pytest.mark.parametrize(
    ("question", "kind", "clauses"),
    [("clause 4", "clause", ["4"]), ("ماده ۱۵", "none", []), ("hello", "none", []), ("austria visa", "none", [])],
)
def test_each_kind_of_answer_has_its_clauses(question: str, kind: str, clauses: list[str]) -> None:
    (answer,) = ask({"q": question, "lang": "en"})

    assert (answer["kind"], answer["clauses"]) == (kind, clauses)


def test_a_text_about_the_bot_is_answered_with_a_command() -> None:
    leave, language, question = ask({"q": "please unsubscribe me"}, {"q": "speak Dari"}, {"q": "girls school"})

    assert (leave["kind"], leave["command"], leave["clauses"]) == ("command", "unsubscribe", [])
    assert (language["command"], language["language"]) == ("language", "fa")
    assert leave.keys() == {"q", "kind", "command", "clauses", "topics", "micros"}
    assert "command" not in question


@pytest.mark.parametrize("line", ["x", "[]", "5", '{"q": 5}', '{"Q": "x"}', '{"q": "x"'])
def test_a_line_that_is_not_a_question_is_reported_with_its_number(line: str) -> None:
    with pytest.raises(OperatorError, match="Line 3"):
        list(answer_lines(['{"q": "women"}', "", line], MATCHER))


@given(st.text(max_size=60) | st.text(st.characters(categories=["Cs", "Cc", "Cf", "Lo"]), max_size=30))
def test_any_text_gets_one_line(text: str) -> None:
    (answer,) = ask({"q": text})

    assert answer["q"] == text
    assert answer["kind"] in ("answer", "clause", "suggest", "none", "command")


async def test_the_command_needs_no_token() -> None:
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    process = await start_bot({}, "ask", **pipes)
    out, _ = await process.communicate('{"q": "زنان", "lang": "fa"}\n{"q": "د نجونو ښوونځي"}\n'.encode())
    answers = [json.loads(line) for line in out.decode().splitlines()]

    assert process.returncode == 0
    assert [answer["clauses"][0] for answer in answers] == ["4", "8"]
