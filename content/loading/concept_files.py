"""Parse the files for searching: a campaign's concepts and patterns, and the word lists shared by all campaigns.

A campaign has `concepts*.yaml` and `patterns.yaml`. The shared lists in `content/words/` have words that are about no
subject, greetings, and words about subjects that no campaign has. Each list has the words of one language, separated
by commas. Dari in Latin letters counts as a language called `latin`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from content.loading.parse import ParsedFile, parse_file
from content.loading.problems import Problem
from content.loading.schema import Id, StrictModel, Text
from content.loading.yaml_source import read_plain
from content.paths import WORD_LISTS
from content.search.folding import fold, folded_words
from content.search.multiword import Expression
from content.search.vocabulary import COMMON

_COMMA = " qzzq "  # folding does not change it, so that a whole list can be folded at once: 20 ms less to load


class ConceptRow(StrictModel):
    """A concept in `concepts*.yaml`: a subject that a text can be about, with its words by language.

    `points` has the weights that the concept adds to clauses and statements, by the id of the clause or statement.
    `cost` is subtracted from all clauses that are not in `points`. `greeting` marks concepts with which a text
    greets, thanks or says goodbye.
    """

    id: Id
    points: dict[str, float] = Field(default_factory=dict)
    topic: str | None = None
    cost: Annotated[float, Field(ge=0)] = 0.5
    greeting: bool = False
    words: dict[str, Text]


class ConceptsFile(StrictModel):
    """The content of a file `concepts*.yaml`."""

    rows: list[ConceptRow]


class PatternRow(StrictModel):
    """A pattern in `patterns.yaml`: weights that apply when a text has all of several concepts.

    `all` has the ids of the concepts, separated by spaces; `a|b` means one of the two. `points` has the weights, by
    the id of the clause or statement.
    """

    all: Text
    points: dict[str, float]

    def alternatives(self) -> Iterator[frozenset[str]]:
        """Yield each set of concepts that fulfils the pattern: `a b|c` has the sets {a, b} and {a, c}."""
        alternatives: list[frozenset[str]] = [frozenset()]
        for choice in self.all.split():
            alternatives = [concepts | {concept} for concepts in alternatives for concept in choice.split("|")]
        return iter(alternatives)


class PatternsFile(StrictModel):
    """The content of the file `patterns.yaml`."""

    rows: list[PatternRow]


@dataclass(slots=True)
class ConceptFiles:
    """The parsed files with a campaign's concepts and patterns. Files that could not be parsed are missing.

    `problems` has the reasons why files, or parts of them, could not be parsed.
    """

    problems: list[Problem] = field(default_factory=list)
    concepts: list[ParsedFile[ConceptsFile]] = field(default_factory=list)
    patterns: ParsedFile[PatternsFile] | None = None

    def concept_rows(self) -> Iterator[ConceptRow]:
        """Yield the concepts of all files."""
        return (row for file in self.concepts for row in file.content.rows)

    def pattern_rows(self) -> list[PatternRow]:
        """Return the patterns, or an empty list if their file could not be parsed."""
        return self.patterns.content.rows if self.patterns else []


def parse_concept_files(directory: Path) -> ConceptFiles:
    """Parse the files with concepts and patterns in `directory`. Parsing errors are in `problems` of the result."""
    files = ConceptFiles()
    if not directory.is_dir():
        return files  # `parse_campaign_files` reports this
    for path in sorted(directory.glob("concepts*.yaml")):
        concepts = parse_file(path, ConceptsFile, files.problems)
        if concepts:
            files.concepts.append(concepts)
    patterns = directory / "patterns.yaml"
    if patterns.exists() or patterns.is_symlink():
        files.patterns = parse_file(patterns, PatternsFile, files.problems)
    return files


def expressions(listed: str) -> list[Expression]:
    """Return the expressions in a comma-separated list, each as a tuple of its folded words.

    Particles are left out (see `particles`), except in an expression that consists of particles only.
    """
    skipped = particles()
    result: list[Expression] = []
    for expression in fold(listed.replace(",", _COMMA).replace("،", _COMMA)).split(_COMMA):
        words = tuple(expression.split())
        content_words = tuple(word for word in words if word not in skipped) or words
        result += [content_words] if content_words else []
    return result


@cache
def particles() -> frozenset[str]:
    """Return the particles: the folded words of `words/skip.yaml`, which mean nothing inside an expression."""
    groups = read_plain(WORD_LISTS / "skip.yaml").values()
    return frozenset(word for group in groups for listed in group.values() for word in folded_words(listed))


def common_words() -> Iterator[tuple[str, str, list[Expression]]]:
    """Yield sense, language and expressions of each shared list of common words. All senses are in COMMON."""
    for sense in COMMON:
        for group in read_plain(WORD_LISTS / f"{sense}.yaml").values():
            for language, listed in group.items():
                yield sense, language, expressions(listed)


def real_words() -> Iterator[str]:
    """Yield frequent words of English and Persian, folded. Such a word is never taken for a typo of another word.

    The file `words/SOURCES.md` says where the lists come from.
    """
    files = (WORD_LISTS / "frequent.en.txt", WORD_LISTS / "frequent.fa.txt")
    return (word for path in files for word in path.read_text("utf-8").split())
