"""Parse the files for searching: a campaign's concepts, patterns and example questions, and the shared word lists.

A concept is a meaning that several words share. A campaign can have `concepts*.yaml`, `patterns.yaml` and
`questions.LANG.yaml`. The language packs in `content/words/` have words for all campaigns: words that say nothing
about a subject, greetings, and words for subjects that no campaign has. Each list has words separated by commas.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from content.loading.language_packs.pack_files import folded_entries, packs_for
from content.loading.learning.example_questions import QuestionFiles, parse_question_files
from content.loading.parse import ParsedFile, parse_file, parse_optional_file
from content.loading.problems import Problem
from content.loading.schema import Id, StrictModel, Text
from content.paths import WORD_LISTS
from content.search.multiword import Expression
from content.search.vocabulary import COMMON
from content.search.words.folding import folded_words


class ConceptRow(StrictModel):
    """A concept in `concepts*.yaml`: a subject that a text can be about, with its words by language.

    `points` maps ids of clauses and statements to the weight that they get in a search when a text has the concept.
    In the same search, `cost` is subtracted from the weights of all other clauses. `greeting` marks concepts with
    which a text greets, thanks or says goodbye.
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
    """A pattern in `patterns.yaml`: weights that apply only if a text has several concepts together.

    `all` has the ids of the concepts, separated by spaces; `a|b` means one of the two. `points` maps ids of clauses
    and statements to weights.
    """

    all: Text
    points: dict[str, float]

    def alternatives(self) -> Iterator[frozenset[str]]:
        """Yield each set of concepts that fulfils the pattern: the pattern `a b|c` has the sets {a, b} and {a, c}."""
        alternatives: list[frozenset[str]] = [frozenset()]
        for choice in self.all.split():
            alternatives = [concepts | {concept} for concepts in alternatives for concept in choice.split("|")]
        return iter(alternatives)


class PatternsFile(StrictModel):
    """The content of the file `patterns.yaml`."""

    rows: list[PatternRow]


@dataclass(slots=True)
class ConceptFiles:
    """The parsed files that a campaign has for its search.

    Every file is optional. Files with errors are left out: `problems` has the parsing errors of files with concepts
    or patterns, and `questions.problems` those of files with example questions.
    """

    problems: list[Problem] = field(default_factory=list)
    concepts: list[ParsedFile[ConceptsFile]] = field(default_factory=list)
    patterns: ParsedFile[PatternsFile] | None = None
    questions: QuestionFiles = field(default_factory=QuestionFiles)

    def concept_rows(self) -> Iterator[ConceptRow]:
        """Yield the concepts of all files."""
        return (row for file in self.concepts for row in file.content.rows)

    def pattern_rows(self) -> list[PatternRow]:
        """Return the patterns, or an empty list if there is no file with patterns."""
        return self.patterns.content.rows if self.patterns else []


def parse_concept_files(directory: Path) -> ConceptFiles:
    """Parse the files for searching in `directory`. Parsing errors are in `problems` of the result."""
    files = ConceptFiles()
    if not directory.is_dir():
        return files  # `parse_campaign_files` reports this
    for path in sorted(directory.glob("concepts*.yaml")):
        concepts = parse_file(path, ConceptsFile, files.problems)
        if concepts:
            files.concepts.append(concepts)
    files.patterns = parse_optional_file(directory / "patterns.yaml", PatternsFile, files.problems)
    files.questions = parse_question_files(directory)
    return files


def expressions(listed: str, languages: Collection[str] | None) -> list[Expression]:
    """Return the expressions in a comma-separated list. Each is a tuple of words in folded form (see `fold`).

    Particles such as articles are left out (see `particles`), except in an expression that consists of particles
    only. The particles are those of `languages`; if None, of all languages.
    """
    skipped = particles(None if languages is None else tuple(languages))
    result: list[Expression] = []
    for entry in folded_entries(listed):
        words = tuple(entry.split())
        result.append(tuple(word for word in words if word not in skipped) or words)
    return result


@cache
def particles(languages: tuple[str, ...] | None = None) -> frozenset[str]:
    """Return the words that are ignored inside an expression, such as articles, in folded form.

    They come from the language packs of `languages`; if None, from all packs.
    """
    lists = (listed for pack in packs_for(languages) for listed in pack.groups("skip"))
    return frozenset(word for listed in lists for word in folded_words(listed))


def common_words(languages: Collection[str] | None = None) -> Iterator[tuple[str, str, list[Expression]]]:
    """Yield each list of common words in the language packs, as a tuple of sense, language code and expressions.

    Common words belong to no concept of a campaign. Their sense is one of the names in COMMON, such as "greeting" or
    "stop", and decides how the search uses them. `languages` limits the packs that are read; None means all.
    """
    for sense in COMMON:
        for pack in packs_for(languages):
            for listed in pack.groups(sense):
                yield sense, pack.language, expressions(listed, languages)


def real_words(languages: Collection[str] | None = None) -> Iterator[str]:
    """Yield frequent words in folded form, which the search never takes for a typo of another word.

    Only some languages have such a list. The file `words/SOURCES.md` says where the lists come from.
    """
    files = (WORD_LISTS / file for pack in packs_for(languages) for file in pack.listed("frequent"))
    return (word for path in files for word in path.read_text("utf-8").split())
