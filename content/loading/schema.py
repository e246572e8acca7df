"""Define the pydantic schema of a campaign's files. `parse.py` adds lines and remedies to pydantic's errors."""

import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from content import base58
from content.model import PUBLIC_KEY_SIZE, Phrase
from content.plurals import is_plural

ID = r"^[a-z0-9-]{1,40}$"
NOT_BLANK = r"\S"
CODE = r"^[a-z]{2,3}(-[a-z0-9]{2,5})?$"
EMAIL = r"^[A-Za-z0-9._+-]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}$"
WEB = r"^https://([A-Za-z0-9-]+\.)+[A-Za-z]{2,}(/\S*)?$"
MAX_LABEL = 50  # characters of a name on a button: with "Clause 10 · " before it, it fills two lines on a phone

MAX_LINE = 200  # characters of a title or a source
MAX_ADDRESS = 500  # characters of a postal address


def _ten_digits(digits: str) -> str:
    if [unicodedata.decimal(digit, None) for digit in digits] != list(range(10)):
        raise PydanticCustomError("digits", "write the language's ten digits from 0 to 9, nothing between them")
    return digits


def _public_key(text: str) -> str:
    if text and base58.decode(text, PUBLIC_KEY_SIZE) is None:
        raise PydanticCustomError("public_key", "copy the line that `python -m bot signing new` printed")
    return text


Id = Annotated[str, StringConstraints(pattern=ID)]
Text = Annotated[str, StringConstraints(min_length=1, pattern=NOT_BLANK)]
Label = Annotated[Text, StringConstraints(max_length=MAX_LABEL)]
Line = Annotated[Text, StringConstraints(max_length=MAX_LINE)]
Code = Annotated[str, StringConstraints(pattern=CODE)]
Digits = Annotated[str, AfterValidator(_ten_digits)]
PublicKey = Annotated[str, AfterValidator(_public_key)]
Labels = dict[str, Label]


def _as_map(languages: Any) -> Any:
    """Convert a list of language codes such as `[en, fa]` to a dict with an empty dict for each: `{en: {}, fa: {}}`.

    The empty dict is a LanguageRow in which everything is left out. Return any value that is not a list unchanged.
    """
    return {code: {} for code in languages} if isinstance(languages, list) else languages


class StrictModel(BaseModel):
    """The base class of the schema: unknown keys are errors, and objects are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LanguageRow(StrictModel):
    """A language in `campaign.yaml`. What is left out is taken from the locale or from `languages.tsv`.

    `also` has further language codes that a person's device might send for it.
    """

    name: Label | None = None
    digits: Digits | None = None
    direction: Literal["ltr", "rtl"] | None = None
    also: list[str] = []


class ContactRow(StrictModel):
    """The public contact details of an addressee in `campaign.yaml`. `address` need not have every language."""

    email: Annotated[str, StringConstraints(pattern=EMAIL, max_length=MAX_LINE)] | None = None
    address: dict[Code, Annotated[Text, StringConstraints(max_length=MAX_ADDRESS)]] = {}
    web: Annotated[str, StringConstraints(pattern=WEB, max_length=MAX_LINE)] | None = None


class AddresseeRow(StrictModel):
    """An addressee in `campaign.yaml`: a person or body of whom the declaration asks something."""

    id: Id
    name: Labels
    contact: ContactRow = ContactRow()


class CampaignFile(StrictModel):
    """The content of the file `campaign.yaml`. With `public_key`, announcements are signed."""

    id: Id
    public_key: PublicKey = ""
    source: dict[str, Line] = {}
    languages: Annotated[dict[Code, LanguageRow], BeforeValidator(_as_map), Field(min_length=1)]
    addressees: list[AddresseeRow] = []
    letters: bool = True


class ClauseRow(StrictModel):
    """A clause in `declaration.LANG.yaml`, which has the text of one language."""

    id: Id
    title: Label
    text: Text


class DeclarationFile(StrictModel):
    """The content of a file `declaration.LANG.yaml`, which has the declaration in one language."""

    language: Code
    title: Line
    date: Annotated[str, StringConstraints(max_length=200)] = ""
    official: bool | None = None  # the first language of the campaign is the official one
    reviewed_by: Annotated[str, StringConstraints(max_length=200)] = ""
    clauses: Annotated[list[ClauseRow], Field(min_length=1)]


class StatementRow(StrictModel):
    """A statement in `statements.yaml`.

    A statement of the kind `ask` demands something of the addressees in `to`. With a statement of the kind
    `commitment`, the authors of the declaration bind themselves. Without a kind, a statement with addressees is an
    `ask`, and any other one a `position`.
    """

    id: Id
    clause: Id
    kind: Literal["ask", "commitment", "position"] | None = None
    to: list[str] = []
    topics: list[str] = []
    quote: dict[str, Text]


class StatementsFile(StrictModel):
    """The content of the file `statements.yaml`."""

    rows: list[StatementRow]


class TopicRow(StrictModel):
    """A topic in `topics.yaml`. Its number must never change, because stored subscriptions contain the number."""

    number: Annotated[int, Field(ge=1, le=64)]
    id: Id
    name: Labels


class TopicsFile(StrictModel):
    """The content of the file `topics.yaml`."""

    rows: list[TopicRow]


def flat_phrases(data: Any, path: tuple[str, ...] = ()) -> dict[str, Phrase]:
    """Return nested phrases in one flat dict: `{"start": {"text": ...}}` becomes `{"start.text": ...}`.

    A phrase with plural forms stays a dict of its forms.
    """
    if not isinstance(data, dict):
        return {".".join(path): str(data)}
    if is_plural(data):
        return {".".join(path): data}
    return {key: text for name, value in data.items() for key, text in flat_phrases(value, (*path, name)).items()}
