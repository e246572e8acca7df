"""Parse `questions.LANG.yaml`: example questions for the clauses, and questions that no clause answers.

A file maps the id of a clause or statement, or `none`, to a list of questions. All of these files are optional.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from content.loading.parse import ParsedFile, parse_file
from content.loading.problems import Problem
from content.loading.schema import StrictModel, Text
from content.loading.yaml_source import Document, KeyPath
from content.model import Campaign, ClauseId, StatementId
from content.search.words.folding import folded_words

NONE = "none"  # the key of questions that no clause answers


class QuestionsFile(StrictModel):
    """The content of a file `questions.LANG.yaml`."""

    rows: dict[str, list[Text]]


@dataclass(slots=True)
class QuestionFiles:
    """The parsed files with example questions. `problems` has the parsing errors of files that are left out."""

    problems: list[Problem] = field(default_factory=list)
    files: list[ParsedFile[QuestionsFile]] = field(default_factory=list)

    def examples(self, campaign: Campaign) -> Iterator[tuple[list[str], ClauseId | None]]:
        """Yield each question as its folded words, with the clause that answers it or None if no clause does."""
        clause_of = {statement.id: statement.clause for statement in campaign.statements}
        for file in self.files:
            for target, questions in file.content.rows.items():
                clause = None if target == NONE else clause_of.get(StatementId(target), ClauseId(target))
                for question in questions:
                    yield folded_words(question), clause


def parse_question_files(directory: Path) -> QuestionFiles:
    """Parse all files `questions.LANG.yaml` in `directory`.

    Parsing errors are in `problems` of the returned object.
    """
    parsed = QuestionFiles()
    for path in sorted(directory.glob("questions.*.yaml")):
        file = parse_file(path, QuestionsFile, parsed.problems)
        if file:
            parsed.files.append(file)
    return parsed


def question_problems(parsed: QuestionFiles, clause_of: Mapping[str, str] | None) -> list[Problem]:
    """Return every problem in the files with example questions, sorted by file and line.

    `clause_of` maps the id of each clause and statement to the id of its clause. It is None if the ids could not be
    read.
    """
    problems = list(parsed.problems)
    for file in parsed.files:
        problems += _unknown_targets(file, clause_of)
    problems += _contradictions(parsed, clause_of or {})
    return sorted(set(problems))


def _unknown_targets(file: ParsedFile[QuestionsFile], clause_of: Mapping[str, str] | None) -> Iterator[Problem]:
    for target in file.content.rows:
        if clause_of is not None and target != NONE and target not in clause_of:
            message = f"{target} is neither a clause nor a statement"
            remedy = f"use an id from declaration.*.yaml or statements.yaml, or `{NONE}`"
            yield file.document.problem(("rows", target), message, remedy)


def _contradictions(parsed: QuestionFiles, clause_of: Mapping[str, str]) -> Iterator[Problem]:
    """Report each question that is listed under two clauses, because it can be an example of only one."""
    answers: dict[str, str] = {}
    for document, path, question, target in _questions(parsed):
        clause = clause_of.get(target, target)
        other = answers.setdefault(" ".join(folded_words(question)), clause)
        if other != clause:
            message = f"{question!r} is under both {other} and {clause}"
            yield document.problem(path, message, "remove it from one of the two")


def _questions(parsed: QuestionFiles) -> Iterator[tuple[Document, KeyPath, str, str]]:
    """Yield each question with its document, its path in the document, and the key under which it is."""
    for file in parsed.files:
        for target, questions in file.content.rows.items():
            for i, question in enumerate(questions):
                yield file.document, ("rows", target, i), question, target
