"""The words of finding: each finds what its concept points to, and mistakes in their files are told with a remedy."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from content.loading.check import find_problems
from content.loading.concept_files import ConceptRow, expressions, gather_concepts
from content.loading.load import SHIPPED_CAMPAIGN, load_matcher
from content.search.matcher import ResultKind

MATCHER = load_matcher()
ROWS = list(gather_concepts(SHIPPED_CAMPAIGN).rows())
SURE = 3.7


def words_of(row: ConceptRow) -> list[str]:
    return [" ".join(expression) for listed in row.words.values() for expression in expressions(listed)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_word_of_a_concept_finds_what_it_points_to(row: ConceptRow) -> None:
    pointing = MATCHER.concepts[row.id].pointing.clauses
    if max(pointing.values(), default=0.0) < SURE:
        return
    for word in words_of(row):
        found = MATCHER.find(word)

        assert found.kind in (ResultKind.ANSWER, ResultKind.CLAUSE), word
        assert found.kind is ResultKind.CLAUSE or found.clauses[0] in pointing, word


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_no_concept_has_the_words_of_one_language_only(row: ConceptRow) -> None:
    assert row.words.keys() >= {"en", "fa", "ps"}


def test_there_are_many_words() -> None:
    assert len({word for row in ROWS for word in words_of(row)}) > 5000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped campaign, to break."""
    return Path(shutil.copytree(SHIPPED_CAMPAIGN, tmp_path / "campaign"))


Broken = Callable[[str, str, str], list[str]]


@pytest.fixture
def broken(folder: Path) -> Broken:
    """Replaces `old` by `new` in a file; what is told then."""

    def replace(file: str, old: str, new: str) -> list[str]:
        path = folder / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        return [str(one) for one in find_problems(folder)]

    return replace


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "concepts.yaml",
            "    en: conference,",
            "    en: sanctions, conference,",
            "'sanctions' of conference is claimed by sanction too",
        ),
        ("concepts.yaml", "- id: vienna", "- id: conference", "the concept conference is here twice"),
        ("concepts.yaml", "{umbrella: 6}", "{umbrela: 6}", "umbrela is neither a clause nor a statement"),
        ("concepts.yaml", "  topic: resistance", "  topic: resistence", "unknown topic resistence: choose one of"),
        ("concepts.yaml", "    latin: konfrans", "    xx: konfrans", "unknown language xx"),
        (
            "patterns.yaml",
            "conference|vienna",
            "conferense|vienna",
            "nobody can reach this pattern, no concept is called conferense",
        ),
        (
            "patterns.yaml",
            "{all: process conference|vienna",
            "{all: silence un|world",
            "silence un is here twice: join the two",
        ),
        ("patterns.yaml", "points: {preamble: 3,", "points: {preamble: many,", "points.preamble is not right"),
        ("concepts.rights.yaml", "  cost: 1\n", "  costs: 1\n", "nothing is called costs"),
    ],
)
def test_mistakes_are_told(broken: Broken, file: str, old: str, new: str, told: str) -> None:
    lines = broken(file, old, new)

    assert any(told in line and line.startswith(file) for line in lines), lines


def test_a_concept_without_a_language_is_told(broken: Broken) -> None:
    lines = broken("concepts.world.yaml", "    ps: امینه,", "    latin2: امینه,")

    assert any("the concept amina has no words in ps: add `ps:`" in line for line in lines)


def test_a_concept_that_leads_nowhere_is_told(broken: Broken) -> None:
    lines = broken("concepts.yaml", "- id: months20\n  points: {preamble: 6}", "- id: months20")

    assert any("the concept months20 points nowhere and no pattern has it" in line for line in lines)


def test_a_campaign_without_concepts_is_told(folder: Path) -> None:
    for path in folder.glob("concepts*.yaml"):
        path.unlink()

    assert any("concepts.yaml:1: the file is missing" in str(one) for one in find_problems(folder))
