"""Reading all files of a campaign into their shapes, with every mistake of form told by file and line."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from content.files import CampaignFile, DeclarationFile, StatementsFile, TopicsFile
from content.mistakes import Mistake
from content.yaml_source import Document, read

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Shape]):
    """A file in its shape, and where everything in it stands. Lists at the top are under `rows`."""

    document: Document
    shape: Shape


@dataclass(slots=True)
class Files:
    """The files of a campaign as far as they can be read."""

    mistakes: list[Mistake] = field(default_factory=list)
    campaign: Sheet[CampaignFile] | None = None
    statements: Sheet[StatementsFile] | None = None
    topics: Sheet[TopicsFile] | None = None
    declarations: dict[str, Sheet[DeclarationFile]] = field(default_factory=dict)
    phrases: dict[str, Document] = field(default_factory=dict)


def gather(directory: Path) -> Files:
    """Everything in `directory`, and the mistakes of form."""
    files = Files()
    files.campaign = _sheet(directory / "campaign.yaml", CampaignFile, files.mistakes)
    files.statements = _sheet(directory / "statements.yaml", StatementsFile, files.mistakes)
    files.topics = _sheet(directory / "topics.yaml", TopicsFile, files.mistakes)
    for lang in files.campaign.shape.languages if files.campaign else ():
        declaration = _sheet(directory / f"declaration.{lang}.yaml", DeclarationFile, files.mistakes)
        if declaration:
            files.declarations[lang] = declaration
        phrases, slips = read(directory / f"phrases.{lang}.yaml")
        files.mistakes += slips
        if phrases and isinstance(phrases.data, dict):
            files.phrases[lang] = phrases
        elif phrases:
            files.mistakes.append(phrases.mistake((), "is not a map of phrases", "write `key: text` lines"))
    return files


def _sheet(path: Path, shape: type[Shape], mistakes: list[Mistake]) -> Sheet[Shape] | None:
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


def _told(document: Document, error: Any) -> Mistake:
    path: tuple[str | int, ...] = tuple(error["loc"])
    name = ".".join(str(part) for part in path if part != "rows") or "the file"
    match error["type"]:
        case "missing":
            what, remedy = f"{name} is missing", f"add `{path[-1]}:`"
        case "extra_forbidden":
            what, remedy = f"nothing is called {name}", "remove it, or correct its name"
        case _:
            what, remedy = f"{name} is not right", str(error["msg"])
    return document.mistake(path, what, remedy)
