"""Test the words of concepts: each finds the clauses of its concept, and errors in their files are reported."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from content.loading.check import find_problems
from content.loading.concept_files import ConceptRow, expressions, parse_concept_files
from content.paths import SHIPPED_CAMPAIGN
from content.search.search_result import ResultKind
from tests.support.shipped_campaign import MATCHER

ROWS = list(parse_concept_files(SHIPPED_CAMPAIGN).concept_rows())
ANSWER_WEIGHT = 3.7


def words_of(row: ConceptRow) -> list[str]:
    lists = (expressions(listed, MATCHER.campaign.languages) for listed in row.words.values())
    return [" ".join(expression) for listed in lists for expression in listed]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_word_of_a_concept_finds_a_clause_of_the_concept(row: ConceptRow) -> None:
    weights = MATCHER.concepts[row.id].weights.clauses
    if max(weights.values(), default=0.0) < ANSWER_WEIGHT:
        return
    for word in words_of(row):
        result = MATCHER.find(word)

        assert result.kind in (ResultKind.ANSWER, ResultKind.CLAUSE), word
        assert result.kind is ResultKind.CLAUSE or result.clauses[0] in weights, word


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_concept_has_words_in_three_languages(row: ConceptRow) -> None:
    assert row.words.keys() >= {"en", "fa", "ps"}


def test_there_are_thousands_of_words() -> None:
    assert len({word for row in ROWS for word in words_of(row)}) > 5000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped campaign, to break."""
    return Path(shutil.copytree(SHIPPED_CAMPAIGN, tmp_path / "campaign"))


Breaker = Callable[[str, str, str], list[str]]


@pytest.fixture
def break_file(folder: Path) -> Breaker:
    """Return a function that replaces `old` by `new` in a file and returns the problems."""

    def replace(file: str, old: str, new: str) -> list[str]:
        path = folder / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        return [str(problem) for problem in find_problems(folder)]

    return replace


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (
            "concepts.yaml",
            "    en: conference,",
            "    en: sanctions, conference,",
            "'sanctions' is a word of both conference and sanction",
        ),
        ("concepts.yaml", "- id: vienna", "- id: conference", "the concept conference appears twice"),
        ("concepts.yaml", "{umbrella: 6}", "{umbrela: 6}", "umbrela is neither a clause nor a statement"),
        ("concepts.yaml", "  topic: resistance", "  topic: resistence", "unknown topic resistence: choose one of"),
        ("concepts.yaml", "    latin: konfrans", "    xx: konfrans", "unknown language xx"),
        (
            "patterns.yaml",
            "conference|vienna",
            "conferense|vienna",
            "the pattern has conferense, which is not a concept",
        ),
        (
            "patterns.yaml",
            "{all: process conference|vienna",
            "{all: silence un|world",
            "the pattern silence un appears twice: merge the two",
        ),
        ("patterns.yaml", "points: {preamble: 3,", "points: {preamble: many,", "points.preamble is invalid"),
        ("concepts.rights.yaml", "  cost: 1\n", "  costs: 1\n", "unknown key costs"),
    ],
)
def test_errors_are_reported(break_file: Breaker, file: str, old: str, new: str, problem: str) -> None:
    lines = break_file(file, old, new)

    assert any(problem in line and line.startswith(file) for line in lines), lines


def test_a_concept_without_a_language_is_reported(break_file: Breaker) -> None:
    lines = break_file("concepts.world.yaml", "    ps: امینه,", "    latin2: امینه,")

    assert any("the concept amina has no words in ps: add `ps:`" in line for line in lines)


def test_a_concept_that_leads_nowhere_is_reported(break_file: Breaker) -> None:
    lines = break_file("concepts.yaml", "- id: months20\n  points: {preamble: 6}", "- id: months20")

    assert any("the concept months20 points nowhere and is in no pattern" in line for line in lines)


def test_a_campaign_needs_no_concepts(folder: Path) -> None:
    for path in (*folder.glob("concepts*.yaml"), folder / "patterns.yaml"):
        path.unlink()

    assert not find_problems(folder)


def test_a_language_needs_no_concepts(folder: Path) -> None:
    """Only a concept that lacks a language of the other concepts is an oversight."""
    for path in folder.glob("concepts*.yaml"):
        lines = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith("    ps: ")), "utf-8")

    assert not find_problems(folder)
