"""Define the data of a campaign: languages, clauses, statements, addressees, topics and the phrases of the bot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import NewType

from content.calendars import MomentFormat
from content.plurals import PluralRules

Lang = NewType("Lang", str)  # an IETF tag in small letters, such as fa, ckb or pt-br
ClauseId = NewType("ClauseId", str)  # preamble, 1..11, closing
StatementId = NewType("StatementId", str)
AddresseeId = NewType("AddresseeId", str)
TopicId = NewType("TopicId", str)
Words = Mapping[Lang, str]  # one text in every language of the campaign
PUBLIC_KEY_SIZE = 32  # bytes of an Ed25519 key


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the campaign, and how people write names, numbers, dates and lists in it.

    - `name`: the name in the language itself.
    - `digits`: its ten digits from 0 to 9. `thousands` separates the thousands in a number.
    - `rtl`: True if the language is written from right to left.
    - `other_codes`: further codes that devices send for the language. Dari is `fa` to Telegram and `prs` in ISO
      639-3.
    - `names`: the names of other languages in this language, by code.
    - `separators`: two texts, one between the names of a list, and one before the last name.
    - `pointers`: words at the beginning of a sentence that refer to the sentence before it, such as "To this end".
    - `zone`: the time zone in which most readers of the language probably live.
    - `first_weekday`: the day on which weeks begin, from 0 (Monday) to 6.
    - `time_words`: maps `tomorrow`, `monday` and the like to the words that people type for it. The bot shows the
      first word for a day of the week. The words for 1 to 12 are under `numbers`.
    - `cancel_words`: texts with which people cancel what the bot has asked them for.
    """

    code: Lang
    name: str
    digits: str = "0123456789"
    rtl: bool = False
    other_codes: tuple[str, ...] = ()
    plural_rules: PluralRules = field(default=PluralRules(), repr=False)
    moment_format: MomentFormat = field(default=MomentFormat(), repr=False)
    names: Mapping[str, str] = field(default_factory=dict, repr=False)
    separators: tuple[str, str] = (", ", ", ")
    pointers: tuple[str, ...] = field(default=(), repr=False)
    zone: str = field(default="UTC", repr=False)
    first_weekday: int = 0
    time_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    cancel_words: tuple[str, ...] = field(default=(), repr=False)
    thousands: str = ","

    @property
    def line_start(self) -> str:
        """Return the Unicode right-to-left mark (U+200F) if the language is written from right to left, else "".

        At the beginning of a line without letters, the mark makes the line run from right to left.
        """
        return "\u200f" if self.rtl else ""

    def number(self, number: int | str) -> str:
        """Return `number` written with this language's digits."""
        return str(number).translate({ord("0") + value: digit for value, digit in enumerate(self.digits)})

    def amount(self, number: int) -> str:
        """Return `number` with this language's digits and its separator of thousands, such as "1,234"."""
        return self.number(f"{number:,}".replace(",", self.thousands))

    def name_of(self, other: "Language") -> str:
        """Return the name of the language `other` in this language: انگلیسی in Dari for English.

        If the name of a regional language such as `pt-br` is missing here, return the name of its parent `pt`. If
        that is missing as well, return the name of `other` in itself.
        """
        parent = other.code.split("-")[0]
        return self.names.get(other.code, self.names.get(parent, other.name))

    def join(self, names: Sequence[str]) -> str:
        """Return a list of names as text: "English, Dari and Pashto"."""
        between, before_last = self.separators
        return between.join(names[:-1]) + before_last + names[-1] if len(names) > 1 else "".join(names)


@dataclass(frozen=True, slots=True)
class Edition:
    """The title page of the declaration in one language. Only the edition in the original language is official.

    `reviewed_by` names the native speaker who approved the translation, and is empty before that.
    """

    lang: Lang
    title: str
    date: str
    is_official: bool
    reviewed_by: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of the declaration: a numbered clause, the preamble or the closing.

    `titles` and `texts` have the title and the text of this part in every language.
    """

    id: ClauseId
    titles: Words
    texts: Words

    @property
    def number(self) -> int | None:
        """Return the clause's number, or None for the preamble and the closing."""
        return int(self.id) if self.id.isdecimal() else None

    def text_hash(self, lang: Lang) -> str:
        """Return the first four hexadecimal digits of the SHA-256 of the clause's text in `lang`.

        Buttons contain these digits. When the text has changed since a button was sent, the button has other digits.
        """
        return sha256(self.texts[lang].encode()).hexdigest()[:4]


@dataclass(frozen=True, slots=True)
class Statement:
    """An exact quote from a clause, in every language.

    `addressees` are the persons and organisations to which the statement makes a demand, if any.
    """

    id: StatementId
    clause: ClauseId
    addressees: tuple[AddresseeId, ...]
    topics: tuple[TopicId, ...]
    quotes: Words


@dataclass(frozen=True, slots=True)
class Contact:
    """The public contact details of an addressee. Each field can be empty.

    `addresses` maps languages to the postal address; languages may be missing.
    """

    email: str = ""
    addresses: Words = field(default_factory=dict)  # postal addresses
    web: str = ""  # with https://


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person or body of whom the declaration asks something."""

    id: AddresseeId
    names: Words
    contact: Contact = Contact()


@dataclass(frozen=True, slots=True)
class Recording:
    """A file in which somebody reads a clause, or the whole declaration, in one language."""

    path: Path
    seconds: int


WHOLE = "whole"  # the key of the recording of the whole declaration
Recordings = Mapping[Lang, Mapping[str, Recording]]  # by language, and by the id of the clause or WHOLE


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject that people can read about and subscribe to. `number` never changes, because it is stored."""

    number: int
    id: TopicId
    names: Words


class PhraseMissing(KeyError):
    """A phrase was requested that neither the campaign nor any locale has.

    The English locale should have all phrases.
    """


# A phrase, or its forms by plural form ("one", "few", "other" ...).
Phrase = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """The phrases of the bot in one language, by key.

    `fallback` is the English phrasebook for keys that are missing here.
    """

    language: Language
    phrases: Mapping[str, Phrase]
    fallback: "Phrasebook | None" = None

    def say(self, key: str, **values: str | int) -> str:
        """Return the phrase `key` with its {placeholders} filled from `values`. Integers get the language's digits.

        If the phrase has plural forms, the value named `number` chooses the form. If there is no `number`, the first
        integer in `values` does. Raises PhraseMissing if there is no such phrase.
        """
        phrase = self.phrases.get(key)
        if phrase is None:
            if self.fallback is None:
                raise PhraseMissing(f"no locale has the phrase {key!r}: add it to content/locales/en.yaml")
            return self.fallback.say(key, **values)
        texts = {
            name: self.language.amount(value) if isinstance(value, int) else value for name, value in values.items()
        }
        return self._form(phrase, values).format_map(texts)

    def _form(self, phrase: Phrase, values: Mapping[str, str | int]) -> str:
        """Return the text of `phrase`. If it has plural forms, choose the form for the integer `number` in `values`.

        Without a `number`, choose the form for the first integer in `values`.
        """
        if isinstance(phrase, str):
            return phrase
        number = values.get("number")
        numbers = (value for value in (number, *values.values()) if isinstance(value, int))
        form = self.language.plural_rules.form_of(next(numbers, 0))
        return phrase.get(form, phrase["other"])


@dataclass(frozen=True)
class Campaign:
    """All texts that the bot shows, loaded once and never changed.

    - `languages`: the first is the language of the original.
    - `source`: a text in every language that says where the declaration comes from; can be empty.
    - `has_letters`: whether the bot offers drafts of letters to the addressees.
    - `recordings`: are looked up at each start, so the cache of loaded campaigns does not have them.
    - `public_key`: the Ed25519 key in base58 that checks the signatures of announcements; empty if none are signed.
    """

    id: str
    source: Words
    languages: Mapping[Lang, Language]
    editions: Mapping[Lang, Edition]
    clauses: tuple[Clause, ...]
    statements: tuple[Statement, ...]
    addressees: tuple[Addressee, ...]
    topics: tuple[Topic, ...]
    phrasebooks: Mapping[Lang, Phrasebook]
    has_letters: bool = True
    recordings: Recordings = field(default_factory=dict)
    public_key: str = ""
    clause_by_id: Mapping[ClauseId, Clause] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "clause_by_id", {clause.id: clause for clause in self.clauses})

    @cached_property
    def original(self) -> Lang:
        """Return the language in which the declaration was adopted."""
        return next(iter(self.languages))

    @cached_property
    def numbered_clause_count(self) -> int:
        """Return how many clauses are numbered (eleven in the Vienna declaration)."""
        return sum(clause.number is not None for clause in self.clauses)

    def recording(self, lang: Lang, part: str) -> Recording | None:
        """Return the recording of `part`, the id of a clause or WHOLE, in `lang`; None if there is none."""
        return self.recordings.get(lang, {}).get(part)

    def language_for(self, tag: str) -> Lang:
        """Return the campaign's language that fits an IETF tag such as `fa-AF` best.

        The tag is shortened from the end until a language has it as its code. For example, `pt-BR` gets `pt-br`, or
        else `pt`, or else another form of Portuguese. If no language fits, return the original language.
        """
        parts = tag.lower().replace("_", "-").split("-")
        beginnings = ["-".join(parts[:size]) for size in range(len(parts), 0, -1)]
        for beginning in beginnings:
            for lang, language in self.languages.items():
                if beginning in (lang, *language.other_codes):
                    return lang
        relatives = (lang for lang in self.languages if lang.split("-")[0] == parts[0])
        return next(relatives, self.original)

    def statements_of(self, clause: ClauseId) -> tuple[Statement, ...]:
        """Return the statements quoted from `clause`."""
        return tuple(statement for statement in self.statements if statement.clause == clause)

    def statements_on(self, topic: TopicId) -> tuple[Statement, ...]:
        """Return the statements on `topic`."""
        return tuple(statement for statement in self.statements if topic in statement.topics)

    def statements_to(self, addressee: AddresseeId) -> tuple[Statement, ...]:
        """Return the statements that ask something of `addressee`."""
        return tuple(statement for statement in self.statements if addressee in statement.addressees)
