"""The shapes of a campaign's files, as pydantic reads them. Lines and remedies are added by `check`."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
Text = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Names = dict[str, Text]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LanguageRow(_File):
    name: Text
    digits: Annotated[str, StringConstraints(min_length=10, max_length=10)]
    direction: Literal["ltr", "rtl"]
    also: list[str] = []


class AddresseeRow(_File):
    id: Id
    name: Names


class CampaignFile(_File):
    id: Id
    source: Text
    languages: Annotated[dict[Code, LanguageRow], Field(min_length=1)]
    addressees: list[AddresseeRow]


class ClauseRow(_File):
    id: Id
    title: Annotated[Text, StringConstraints(max_length=128)]
    text: Text


class DeclarationFile(_File):
    language: Code
    title: Text
    date: Text
    official: bool
    reviewed_by: str
    clauses: Annotated[list[ClauseRow], Field(min_length=1)]


class StatementRow(_File):
    id: Id
    clause: Id
    kind: Literal["ask", "commitment", "position"]
    to: list[str] = []
    topics: list[str]
    quote: Names


class StatementsFile(_File):
    rows: list[StatementRow]


class TopicRow(_File):
    number: Annotated[int, Field(ge=1, le=64)]
    id: Id
    name: Names


class TopicsFile(_File):
    rows: Annotated[list[TopicRow], Field(min_length=1)]


def flat(data: Any, path: tuple[str, ...] = ()) -> dict[str, str]:
    """Nested phrases under dotted keys: `{"start": {"text": ...}}` becomes `{"start.text": ...}`."""
    if not isinstance(data, dict):
        return {".".join(path): str(data)}
    return {key: text for name, value in data.items() for key, text in flat(value, (*path, name)).items()}
