"""The files of words and concepts: their shapes, and reading them with every mistake of form told.

A campaign has `concepts*.yaml` and `patterns.yaml`; the words that any campaign needs (of no meaning, of greeting,
of other subjects) are in `content/words/`. Words are separated by commas; `latin` is Dari in Latin letters.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from content.loading.parse import Sheet, sheet
from content.loading.problems import Problem
from content.loading.schema import Id, Text
from content.loading.yaml_source import read_plain
from content.paths import WORD_LISTS
from content.search.folding import fold, words
from content.search.vocabulary import COMMON

_COMMA = " qzzq "  # survives folding, so that a whole list is folded at once (20 ms of loading less)


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ConceptRow(_Row):
    """A concept: its words by language, and the clauses and statements it points to with weights.

    `cost` counts against an answer that this concept does not point to.
    """

    id: Id
    points: dict[str, float] = {}
    topic: str | None = None
    cost: Annotated[float, Field(ge=0)] = 0.5
    greeting: bool = False
    words: dict[str, Text]


class ConceptsFile(_Row):
    rows: list[ConceptRow]


class PatternRow(_Row):
    """Concepts that together point somewhere; `a|b` is either of two."""

    all: Text
    points: dict[str, float]

    def ways(self) -> Iterator[frozenset[str]]:
        """The sets of concepts that fulfil this pattern."""
        sets: list[frozenset[str]] = [frozenset()]
        for choice in self.all.split():
            sets = [one | {concept} for one in sets for concept in choice.split("|")]
        return iter(sets)


class PatternsFile(_Row):
    rows: list[PatternRow]


@dataclass(slots=True)
class ConceptFiles:
    """A campaign's concepts and patterns as far as they can be read."""

    mistakes: list[Problem] = field(default_factory=list)
    concepts: list[Sheet[ConceptsFile]] = field(default_factory=list)
    patterns: Sheet[PatternsFile] | None = None

    def rows(self) -> Iterator[ConceptRow]:
        return (row for one in self.concepts for row in one.shape.rows)


def gather_concepts(directory: Path) -> ConceptFiles:
    """Everything for finding in `directory`, and the mistakes of form."""
    files = ConceptFiles()
    if not directory.is_dir():
        return files  # which `parse` tells
    for path in sorted(directory.glob("concepts*.yaml")) or [directory / "concepts.yaml"]:
        found = sheet(path, ConceptsFile, files.mistakes)
        if found:
            files.concepts.append(found)
    files.patterns = sheet(directory / "patterns.yaml", PatternsFile, files.mistakes)
    return files


def expressions(listed: str) -> list[tuple[str, ...]]:
    """The folded expressions of a comma-separated list, each as its words without the particles between them."""
    skipped = particles()
    found: list[tuple[str, ...]] = []
    for one in fold(listed.replace(",", _COMMA).replace("،", _COMMA)).split(_COMMA):
        said = one.split()
        kept = tuple(word for word in said if word not in skipped) or tuple(said)
        found += [kept] if kept else []
    return found


@cache
def particles() -> frozenset[str]:
    """Folded words that mean nothing inside an expression."""
    groups = read_plain(WORD_LISTS / "skip.yaml").values()
    return frozenset(word for group in groups for listed in group.values() for word in words(listed))


def common_words() -> Iterator[tuple[str, str, list[tuple[str, ...]]]]:
    """(sense, language, expressions) of the shipped common words."""
    for sense in COMMON:
        for group in read_plain(WORD_LISTS / f"{sense}.yaml").values():
            for tongue, listed in group.items():
                yield sense, tongue, expressions(listed)


def real_words() -> Iterator[str]:
    """Frequent words of English and Persian, folded: they are never taken for a slip of another word.

    Where they come from: words/SOURCES.md.
    """
    files = (WORD_LISTS / "frequent.en.txt", WORD_LISTS / "frequent.fa.txt")
    return (word for path in files for word in path.read_text("utf-8").split())
