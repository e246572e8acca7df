"""Define the data of a campaign: languages, clauses, statements, addressees, topics and the phrases of the bot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import NewType

Lang = NewType("Lang", str)  # two letters, as in Telegram's language_code: en, fa, ps
ClauseId = NewType("ClauseId", str)  # preamble, 1..11, closing
StatementId = NewType("StatementId", str)
AddresseeId = NewType("AddresseeId", str)
TopicId = NewType("TopicId", str)
Words = Mapping[Lang, str]  # one text in every language of the campaign


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the campaign.

    `name` is the name in the language itself. `digits` are its ten digits from 0 to 9. `rtl` is True if the language
    is written from right to left. `other_codes` are further codes that devices send for the language. For example,
    Dari is `fa` to Telegram and `prs` in ISO 639-3.
    """

    code: Lang
    name: str
    digits: str
    rtl: bool
    other_codes: tuple[str, ...] = ()

    def number(self, number: int | str) -> str:
        """Return `number` written with this language's digits."""
        return str(number).translate({ord("0") + value: digit for value, digit in enumerate(self.digits)})


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

        Buttons contain these digits. When the text has changed since a button was sent, its digits differ.
        """
        return sha256(self.texts[lang].encode()).hexdigest()[:4]


@dataclass(frozen=True, slots=True)
class Statement:
    """An exact quote from a clause, in every language.

    `addressees` are the persons and bodies of whom the statement asks something. The tuple is empty if the statement
    asks nothing of anybody.
    """

    id: StatementId
    clause: ClauseId
    addressees: tuple[AddresseeId, ...]
    topics: tuple[TopicId, ...]
    quotes: Words


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person or body of whom the declaration asks something."""

    id: AddresseeId
    names: Words


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject that people can read about and subscribe to. `number` never changes, because it is stored."""

    number: int
    id: TopicId
    names: Words


class PhraseMissing(KeyError):
    """The bot asked for a phrase that the phrasebook does not have. `python -m bot check` reports missing phrases."""


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """Every phrase of the bot in one language, by key."""

    language: Language
    phrases: Mapping[str, str]

    def say(self, key: str, **values: str | int) -> str:
        """Return the phrase `key` with its {placeholders} filled. Integers are written in the language's digits.

        Raises PhraseMissing if there is no such phrase.
        """
        try:
            phrase = self.phrases[key]
        except KeyError:
            raise PhraseMissing(f"phrases.{self.language.code}.yaml has no phrase {key!r}: add it") from None
        texts = {
            name: self.language.number(value) if isinstance(value, int) else value for name, value in values.items()
        }
        return phrase.format_map(texts)


@dataclass(frozen=True)
class Campaign:
    """All texts that the bot shows, loaded once and never changed.

    The first of `languages` is the language of the original. `source` says in every language where the declaration
    comes from.
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

    def language_for(self, tag: str) -> Lang:
        """Return the campaign's language for an IETF tag such as `fa-AF`.

        Return the language of the original if the campaign has no such language.
        """
        code = tag.lower().replace("_", "-").split("-")[0]
        matches = (lang for lang, language in self.languages.items() if code in (lang, *language.other_codes))
        return next(matches, self.original)

    def statements_of(self, clause: ClauseId) -> tuple[Statement, ...]:
        """Return the statements quoted from `clause`."""
        return tuple(statement for statement in self.statements if statement.clause == clause)

    def statements_on(self, topic: TopicId) -> tuple[Statement, ...]:
        """Return the statements on `topic`."""
        return tuple(statement for statement in self.statements if topic in statement.topics)

    def statements_to(self, addressee: AddresseeId) -> tuple[Statement, ...]:
        """Return the statements that ask something of `addressee`."""
        return tuple(statement for statement in self.statements if addressee in statement.addressees)
