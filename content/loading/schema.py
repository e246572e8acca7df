"""The shapes of a campaign's files, as pydantic reads them. Lines and remedies are added by `parse`."""

import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

ID = r"^[a-z0-9-]{1,40}$"
SOME = r"\S"
CODE = r"^[a-z]{2}$"
LABEL = 50  # letters of a name that stands on a button: with "Clause 10 · " before it, it fits a phone's width twice


def _ten_digits(digits: str) -> str:
    if [unicodedata.decimal(digit, None) for digit in digits] != list(range(10)):
        raise PydanticCustomError("digits", "write the language's ten digits from 0 to 9, nothing between them")
    return digits


Id = Annotated[str, StringConstraints(pattern=ID)]
Text = Annotated[str, StringConstraints(min_length=1, pattern=SOME)]
Label = Annotated[Text, StringConstraints(max_length=LABEL)]
Line = Annotated[Text, StringConstraints(max_length=200)]
Code = Annotated[str, StringConstraints(pattern=CODE)]
Digits = Annotated[str, AfterValidator(_ten_digits)]
Labels = dict[str, Label]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LanguageRow(_File):
    name: Label
    digits: Digits
    direction: Literal["ltr", "rtl"]
    also: list[str] = []


class AddresseeRow(_File):
    id: Id
    name: Labels


class CampaignFile(_File):
    id: Id
    source: dict[str, Line]
    languages: Annotated[dict[Code, LanguageRow], Field(min_length=1)]
    addressees: list[AddresseeRow]


class ClauseRow(_File):
    id: Id
    title: Label
    text: Text


class DeclarationFile(_File):
    language: Code
    title: Line
    date: Line
    official: bool
    reviewed_by: Annotated[str, StringConstraints(max_length=200)]
    clauses: Annotated[list[ClauseRow], Field(min_length=1)]


class StatementRow(_File):
    id: Id
    clause: Id
    kind: Literal["ask", "commitment", "position"]
    to: list[str] = []
    topics: list[str]
    quote: dict[str, Text]


class StatementsFile(_File):
    rows: list[StatementRow]


class TopicRow(_File):
    number: Annotated[int, Field(ge=1, le=64)]
    id: Id
    name: Labels


class TopicsFile(_File):
    rows: Annotated[list[TopicRow], Field(min_length=1)]


def flat(data: Any, path: tuple[str, ...] = ()) -> dict[str, str]:
    """Nested phrases under dotted keys: `{"start": {"text": ...}}` becomes `{"start.text": ...}`."""
    if not isinstance(data, dict):
        return {".".join(path): str(data)}
    return {key: text for name, value in data.items() for key, text in flat(value, (*path, name)).items()}
