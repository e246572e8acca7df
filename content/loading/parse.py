"""Reading all files of a campaign into their shapes, with every mistake of form told by file and line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from content.loading.problems import Problem
from content.loading.schema import CODE, ID, SOME, CampaignFile, DeclarationFile, StatementsFile, TopicsFile
from content.loading.yaml_source import Document, read

Shape = TypeVar("Shape", bound=BaseModel)

_MAP = "write `name: text` lines here"
_SOME_TEXT = "write some text"
_REMEDIES = {
    "model_type": _MAP,
    "dict_type": _MAP,
    "list_type": "write a list here: lines that begin with `- `",
    "string_type": "write one text here, no list and no map",
    "string_too_short": _SOME_TEXT,
    "too_short": "write at least one",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
}
_PATTERNS = {
    ID: "use 1 to 40 of the letters a-z, 0-9 and -",
    SOME: _SOME_TEXT,
    CODE: "write two small letters, such as fa",
}


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Shape]):
    """A file in its shape, and where everything in it stands. Lists at the top are under `rows`."""

    document: Document
    shape: Shape


@dataclass(slots=True)
class Files:
    """The files of a campaign as far as they can be read."""

    mistakes: list[Problem] = field(default_factory=list)
    campaign: Sheet[CampaignFile] | None = None
    statements: Sheet[StatementsFile] | None = None
    topics: Sheet[TopicsFile] | None = None
    declarations: dict[str, Sheet[DeclarationFile]] = field(default_factory=dict)
    phrases: dict[str, Document] = field(default_factory=dict)


def gather(directory: Path) -> Files:
    """Everything in `directory`, and the mistakes of form."""
    files = Files()
    if not directory.is_dir():
        files.mistakes.append(
            Problem(str(directory), 1, "there is no such folder", "name one with a campaign.yaml in it")
        )
        return files
    files.campaign = sheet(directory / "campaign.yaml", CampaignFile, files.mistakes)
    files.statements = sheet(directory / "statements.yaml", StatementsFile, files.mistakes)
    files.topics = sheet(directory / "topics.yaml", TopicsFile, files.mistakes)
    for lang in files.campaign.shape.languages if files.campaign else _languages_found(directory):
        declaration = sheet(directory / f"declaration.{lang}.yaml", DeclarationFile, files.mistakes)
        if declaration:
            files.declarations[lang] = declaration
        phrases, slips = read(directory / f"phrases.{lang}.yaml")
        files.mistakes += slips
        if phrases and isinstance(phrases.data, dict):
            files.phrases[lang] = phrases
        elif phrases:
            files.mistakes.append(phrases.mistake((), "is not a map of phrases", _MAP))
    return files


def _languages_found(directory: Path) -> list[str]:
    """The languages there are files of: what is looked at while campaign.yaml cannot say it."""
    return sorted(path.name.split(".")[1] for path in directory.glob("declaration.??.yaml"))


def sheet(path: Path, shape: type[Shape], mistakes: list[Problem]) -> Sheet[Shape] | None:
    """The file at `path` in its shape; None when it cannot be, with every reason added to `mistakes`."""
    document, slips = read(path)
    mistakes += slips
    if document is None:
        return None
    if "rows" in shape.model_fields:
        document = _under_rows(document)
    try:
        return Sheet(document, shape.model_validate(document.data))
    except ValidationError as refused:
        mistakes += [_told(document, error) for error in refused.errors()]
        return None


def _under_rows(document: Document) -> Document:
    lines = {("rows", *path): line for path, line in document.lines.items()}
    return Document(document.file, {"rows": document.data}, {(): 1, **lines})


def _told(document: Document, error: Any) -> Problem:
    path: tuple[str | int, ...] = tuple(part for part in error["loc"] if part != "[key]")
    name = _named(path)
    match error["type"]:
        case "missing":
            what, remedy = f"{name} is missing", f"add `{path[-1]}:`"
        case "extra_forbidden":
            what, remedy = f"nothing is called {name}", "remove it, or correct its name"
        case kind:
            what, remedy = f"{name} is not right", _remedy(kind, error.get("ctx", {}), str(error["msg"]))
    return document.mistake(path, what, remedy)


def _named(path: tuple[str | int, ...]) -> str:
    """`clauses.title` for a path such as clauses, 3, title: which of them it is, the line tells."""
    words = [part for part in path if isinstance(part, str) and part != "rows"]
    return ".".join(words) or ("the file" if path in ((), ("rows",)) else "this entry")


def _remedy(kind: str, limits: Mapping[str, Any], said: str) -> str:
    match kind:
        case "string_pattern_mismatch":
            return _PATTERNS[limits["pattern"]]
        case "string_too_long":
            return f"shorten it to {limits['max_length']} letters"
        case "literal_error":
            return f"write {limits['expected']}"
        case "greater_than_equal" | "less_than_equal":
            return "write a number from 1 to 64"
        case _:
            return _REMEDIES.get(kind, said)
