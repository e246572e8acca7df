"""Parse the files of a campaign by their schema. Every parsing error becomes a problem with file and line."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from content.loading.problems import Problem
from content.loading.schema import (
    CODE,
    EMAIL,
    ID,
    NOT_BLANK,
    WEB,
    CampaignFile,
    DeclarationFile,
    StatementRow,
    StatementsFile,
    TopicRow,
    TopicsFile,
)
from content.loading.yaml_source import Document, KeyPath, read_document

Schema = TypeVar("Schema", bound=BaseModel)

_WRITE_MAP = "write `key: text` lines here"
_WRITE_TEXT = "write some text"
_WRITE_INTEGER = "write an integer such as 4"
_WRITE_BOOLEAN = "write true or false"
_REMEDIES = {
    "model_type": _WRITE_MAP,
    "dict_type": _WRITE_MAP,
    "list_type": "write a list here: lines that begin with `- `",
    "string_type": "write a text here, not a list or a map",
    "string_too_short": _WRITE_TEXT,
    "too_short": "write at least one entry",
    "int_parsing": _WRITE_INTEGER,
    "int_type": _WRITE_INTEGER,
    "bool_parsing": _WRITE_BOOLEAN,
    "bool_type": _WRITE_BOOLEAN,
}
_PATTERN_REMEDIES = {
    ID: "use 1 to 40 of the characters a-z, 0-9 and -",
    NOT_BLANK: _WRITE_TEXT,
    CODE: "write a language code in small letters, such as fa or pt-br",
    EMAIL: "write one address such as office@example.org, without mailto:",
    WEB: "write an address such as https://example.org/contact",
}


@dataclass(frozen=True, slots=True)
class ParsedFile(Generic[Schema]):
    """A parsed file: its content as objects of the schema, and the document with the line of each value.

    If the file is a list at the top level, the content and the document have this list under the key `rows`.
    """

    document: Document
    content: Schema


@dataclass(slots=True)
class CampaignFiles:
    """The parsed files of a campaign. A file that could not be parsed, or does not exist, is None or left out.

    `problems` has the parsing errors of all files. `declarations` and `phrases` have the files by language.
    """

    problems: list[Problem] = field(default_factory=list)
    campaign: ParsedFile[CampaignFile] | None = None
    statements: ParsedFile[StatementsFile] | None = None
    topics: ParsedFile[TopicsFile] | None = None
    declarations: dict[str, ParsedFile[DeclarationFile]] = field(default_factory=dict)
    phrases: dict[str, Document] = field(default_factory=dict)

    def statement_rows(self) -> list[StatementRow]:
        """Return the rows of `statements.yaml`, or an empty list without that file."""
        return self.statements.content.rows if self.statements else []

    def topic_rows(self) -> list[TopicRow]:
        """Return the rows of `topics.yaml`, or an empty list without that file."""
        return self.topics.content.rows if self.topics else []


def parse_campaign_files(directory: Path) -> CampaignFiles:
    """Parse the files in `directory`, except files for searching.

    Parsing errors are in `problems` of the returned object.
    """
    files = CampaignFiles()
    if not directory.is_dir():
        remedy = "name a folder that has a campaign.yaml"
        files.problems.append(Problem(str(directory), 1, "there is no such folder", remedy))
        return files
    files.campaign = parse_file(directory / "campaign.yaml", CampaignFile, files.problems)
    files.statements = parse_optional_file(directory / "statements.yaml", StatementsFile, files.problems)
    files.topics = parse_optional_file(directory / "topics.yaml", TopicsFile, files.problems)
    for lang in files.campaign.content.languages if files.campaign else _languages_of_files(directory):
        _parse_language(directory, lang, files)
    return files


def _parse_language(directory: Path, lang: str, files: CampaignFiles) -> None:
    """Parse the declaration and the phrases of one language, and add them to `files`."""
    declaration = parse_file(directory / f"declaration.{lang}.yaml", DeclarationFile, files.problems)
    if declaration:
        files.declarations[lang] = declaration
    path = directory / f"phrases.{lang}.yaml"
    if not is_there(path):
        return
    phrases, problems = read_document(path)
    files.problems += problems
    if phrases and isinstance(phrases.data, dict):
        files.phrases[lang] = phrases
    elif phrases:
        files.problems.append(phrases.problem((), "the file has no phrases", _WRITE_MAP))


def _languages_of_files(directory: Path) -> list[str]:
    """Return the languages for which there is a file `declaration.LANG.yaml`. Used if `campaign.yaml` is invalid."""
    return sorted(path.name.split(".")[1] for path in directory.glob("declaration.*.yaml"))


def parse_optional_file(path: Path, schema: type[Schema], problems: list[Problem]) -> ParsedFile[Schema] | None:
    """Parse a file that a campaign need not have. Without the file, return None and add no problem."""
    return parse_file(path, schema, problems) if is_there(path) else None


def is_there(path: Path) -> bool:
    """Return whether a file exists. A broken symbolic link counts as one, so that it is reported, not skipped."""
    return os.path.lexists(path)


def parse_file(path: Path, schema: type[Schema], problems: list[Problem]) -> ParsedFile[Schema] | None:
    """Parse the file at `path`. If that fails, return None and add every reason to `problems`."""
    document, form_problems = read_document(path)
    problems += form_problems
    if document is None:
        return None
    if "rows" in schema.model_fields:
        document = _under_rows(document)
    try:
        return ParsedFile(document, schema.model_validate(document.data))
    except ValidationError as invalid:
        problems += [_problem(document, error) for error in invalid.errors()]
        return None


def _under_rows(document: Document) -> Document:
    lines = {("rows", *path): line for path, line in document.lines.items()}
    return Document(document.file, {"rows": document.data}, {(): 1, **lines})


def _problem(document: Document, error: Any) -> Problem:
    """Convert an error that pydantic reports to a problem with a line and a remedy."""
    path: KeyPath = tuple(part for part in error["loc"] if part != "[key]")
    name = _dotted_name(path)
    match error["type"]:
        case "missing":
            return document.problem(path, f"{name} is missing", f"add `{path[-1]}:`")
        case "extra_forbidden":
            return document.problem(path, f"unknown key {name}", "remove it, or correct its name")
        case kind:
            remedy = _remedy(kind, error.get("ctx", {}), str(error["msg"]))
            return document.problem(path, f"{name} is invalid", remedy)


def _dotted_name(path: KeyPath) -> str:
    """Return the keys in a path, joined by dots: `clauses.title` for the path ("clauses", 3, "title").

    Positions in lists are left out, because a problem has a line number.
    """
    keys = [part for part in path if isinstance(part, str) and part != "rows"]
    return ".".join(keys) or ("the file" if path in ((), ("rows",)) else "this entry")


def _remedy(kind: str, limits: Mapping[str, Any], default: str) -> str:
    match kind:
        case "string_pattern_mismatch":
            return _PATTERN_REMEDIES[limits["pattern"]]
        case "string_too_long":
            return f"shorten it to {limits['max_length']} characters"
        case "literal_error":
            return f"write {limits['expected']}"
        case "greater_than_equal" | "less_than_equal":
            return "write a number from 1 to 64"
        case _:
            return _REMEDIES.get(kind, default)
