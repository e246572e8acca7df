"""What a campaign is: languages, clauses, statements, addressees, topics and the bot's phrases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import NewType

Lang = NewType("Lang", str)  # two letters, as Telegram localises: en, fa, ps
ClauseId = NewType("ClauseId", str)  # preamble, 1..11, closing
StatementId = NewType("StatementId", str)
AddresseeId = NewType("AddresseeId", str)
TopicId = NewType("TopicId", str)
Words = Mapping[Lang, str]  # the same words in every language of the campaign


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the campaign: its own name, its digits 0-9 and whether it runs right to left.

    `also` are other codes by which devices call it (Dari is `fa` to Telegram, `prs` to ISO 639-3).
    """

    code: Lang
    name: str
    digits: str
    rtl: bool
    also: tuple[str, ...] = ()

    def number(self, n: int | str) -> str:
        """`n` in this language's digits."""
        return str(n).translate({ord("0") + i: digit for i, digit in enumerate(self.digits)})


@dataclass(frozen=True, slots=True)
class Edition:
    """The declaration in one language. Only the campaign's original is official.

    `reviewed_by` stays empty until a native speaker has signed the translation.
    """

    lang: Lang
    title: str
    date: str
    official: bool
    reviewed_by: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of the declaration; `number` is None for the preamble and the closing."""

    id: ClauseId
    titles: Words
    texts: Words

    @property
    def number(self) -> int | None:
        return int(self.id) if self.id.isdecimal() else None

    def text_hash(self, lang: Lang) -> str:
        """Four letters that change when this clause's text changes; old buttons carry the old ones."""
        return sha256(self.texts[lang].encode()).hexdigest()[:4]


class Kind(StrEnum):
    """What a statement does: asks somebody for something, commits the participants, or takes a position."""

    ASK = "ask"
    COMMITMENT = "commitment"
    POSITION = "position"


@dataclass(frozen=True, slots=True)
class Statement:
    """An exact quote of its clause, in every language. `to` names who is asked (asks only)."""

    id: StatementId
    clause: ClauseId
    kind: Kind
    to: tuple[AddresseeId, ...]
    topics: tuple[TopicId, ...]
    quotes: Words


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody of whom the declaration asks something."""

    id: AddresseeId
    names: Words


@dataclass(frozen=True, slots=True)
class Topic:
    """Something people browse by and subscribe to. `number` never changes: subscriptions hold it."""

    number: int
    id: TopicId
    names: Words


class PhraseMissing(KeyError):
    """A phrase that no phrasebook has; `check` finds these before a person can."""


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """All that the bot says in one language, by key."""

    language: Language
    phrases: Mapping[str, str]

    def say(self, key: str, **values: str | int) -> str:
        """The phrase with its {placeholders} filled; whole numbers come in the language's digits."""
        try:
            phrase = self.phrases[key]
        except KeyError:
            raise PhraseMissing(f"phrases.{self.language.code}.yaml has no {key!r}: add it") from None
        shown = {name: self.language.number(v) if isinstance(v, int) else v for name, v in values.items()}
        return phrase.format_map(shown)


@dataclass(frozen=True)
class Campaign:
    """Everything the bot shows, loaded once and never changed. The first language is the original."""

    id: str
    source: Words  # where the text comes from
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
        return next(iter(self.languages))

    @cached_property
    def numbered_clause_count(self) -> int:
        """How many numbered clauses there are (eleven in Vienna)."""
        return sum(clause.number is not None for clause in self.clauses)

    def language_for(self, tag: str) -> Lang:
        """The language for an IETF tag such as `fa-AF`; the original when the campaign does not have it."""
        code = tag.lower().replace("_", "-").split("-")[0]
        known = (lang for lang, language in self.languages.items() if code in (lang, *language.also))
        return next(known, self.original)

    def statements_of(self, clause: ClauseId) -> tuple[Statement, ...]:
        return tuple(s for s in self.statements if s.clause == clause)

    def statements_on(self, topic: TopicId) -> tuple[Statement, ...]:
        return tuple(s for s in self.statements if topic in s.topics)

    def asks_to(self, addressee: AddresseeId) -> tuple[Statement, ...]:
        return tuple(s for s in self.statements if addressee in s.to)
