"""Load the words with which people ask for a screen of the bot: `words/requests/LANG.yaml`, and labels of buttons."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, groupby, product
from pathlib import Path
from typing import Any

from content.loading.phrases.locales import FALLBACK
from content.loading.yaml_source import read_plain
from content.model import Campaign, Lang
from content.paths import WORD_LISTS
from content.plurals import phrase_forms
from content.search.bot_requests import Phrase, Phrasing, RequestFinder, RequestWords, WholeText, sound_key
from content.search.clause_references import ReferenceFinder
from content.search.vocabulary import Vocabulary
from content.search.words.folding import folded_words
from content.search.words.typos import TypoCorrector
from content.search.words.word_forms import WordForms

_WHOLE, _GROUP, _OR = "=", "$", "|"
_END = "0"  # marks the end of an expression in a folded list; no list has it as a word
_SMALL_FROM, _POLITE_FROM = 4, 7  # commands that share a word, in a file without lists of small and polite words
_NAMED_LANGUAGE = "language-name"  # the group of all names of languages
_PLACEHOLDER = re.compile(r"\{\w+\}")
# The phrases that are labels and titles, by the command that opens the screen. Of two with one text the first counts.
_LABELS = {
    "unsubscribe": ("button.unsubscribe", "command.unsubscribe"),
    "forget": ("command.forget",),
    "mydata": ("command.mydata", "mydata.title"),
    "privacy": ("command.privacy", "privacy.title", "button.copy_number"),
    "subscribe": ("button.subscribe", "command.subscribe"),
    "declaration": ("button.read", "button.contents", "command.declaration", "button.original"),
    "topics": ("button.topics", "button.all_topics", "command.topics", "topics.title"),
    "demands": ("button.demands", "button.all_demands", "command.demands", "demands.title"),
    "language": (
        "button.language", "command.language", "language.title", "button.update_language", "button.translation",
    ),
    "settings": (
        "command.settings", "panel.title", "button.choose_topics", "button.every_topic", "button.daily",
        "button.daily_off", "button.zone", "button.quiet", "button.discreet", "button.text_only",
    ),
    "latest": ("command.latest", "latest.title"),
    "help": ("command.help", "help.title"),
    "start": ("command.start", "button.open_bot"),
}  # fmt: skip


Words = tuple[str, ...]


def load_request_finder(campaign: Campaign, vocabulary: Vocabulary, references: ReferenceFinder) -> RequestFinder:
    """Return a finder that knows the labels and the words of the languages of `campaign`, and the words of English.

    Words of the declaration and of `vocabulary` are never taken for misspelled words of a request.
    """
    codes = dict.fromkeys((*campaign.languages, FALLBACK))
    words = (_Builder(code, campaign, _read(code), vocabulary.forms).build() for code in codes)
    texts = (text for clause in campaign.clauses for text in (*clause.titles.values(), *clause.texts.values()))
    declared = frozenset(word for text in texts for word in folded_words(text))
    return RequestFinder(tuple(words), (declared, vocabulary.senses, vocabulary.real_words), references, campaign)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A place in a phrasing, for one of `members`. `name` stands for it among the meanings of a text."""

    name: str
    members: tuple[Words, ...]

    def is_within(self, words: frozenset[str]) -> bool:
        """Tell whether all members are single words of `words`."""
        return all(len(member) == 1 and member[0] in words for member in self.members)

    def options(self) -> list[tuple[Phrase, ...]]:
        """Return the ways to fill the place: all single words together, and each expression of several words."""
        single = frozenset(member[0] for member in self.members if len(member) == 1)
        several = [tuple(frozenset((word,)) for word in member) for member in self.members if len(member) > 1]
        return [(single,), *several] if single else several


@dataclass(slots=True)
class _Builder:
    """Collects the words of the language `code`. A language without a file has its labels only."""

    code: Lang
    campaign: Campaign
    data: Mapping[str, Any]
    forms: WordForms
    polite: frozenset[str] = frozenset()
    small: frozenset[str] = frozenset()
    groups: dict[str, tuple[Words, ...]] = field(default_factory=dict)
    slots: dict[str, list[_Slot]] = field(default_factory=dict)
    added: set[str] = field(default_factory=set)
    meanings: dict[str, set[str]] = field(default_factory=dict)
    expressions: dict[tuple[Phrase, str], None] = field(default_factory=dict)
    phrasings: dict[str, list[Phrasing]] = field(default_factory=dict)
    whole: dict[int, list[WholeText]] = field(default_factory=dict)

    def build(self) -> RequestWords:
        """Return the words in the file and in the labels of this language."""
        data = self.data
        self.polite, self.small = _words(data.get("polite", "")), _words(data.get("small", ""))
        languages = self._languages(data.get("languages", {}))
        self.groups = {name: self._members(listed) for name, listed in data.get("words", {}).items()}
        self.groups[_NAMED_LANGUAGE] = tuple((name,) for name in languages)
        for command, listed in data.get("requests", {}).items():
            for text in listed:
                self._add(text, command)
        return self._built(languages, self._labels(), is_learned="is_learned" in data)

    def _built(self, languages: dict[str, Lang], labels: dict[str, str], *, is_learned: bool) -> RequestWords:
        listed = {*self.meanings, *self.polite, *self.small}
        return RequestWords(
            self.code,
            self.polite,
            self.small,
            meanings={word: frozenset(meanings) for word, meanings in self.meanings.items()},
            expressions=tuple(self.expressions),
            phrasings={meaning: tuple(phrasings) for meaning, phrasings in self.phrasings.items()},
            whole={size: tuple(texts) for size, texts in self.whole.items()},
            labels=labels,
            languages=languages,
            by_sound=_by_sound(listed, self.forms),
            typos=_corrector(listed),
            label_typos=_corrector(labels),
            forms=self.forms,
            is_learned=is_learned,
        )

    def _members(self, listed: str) -> tuple[Words, ...]:
        """Return the expressions in the list of a group, without polite words."""
        expressions = (tuple(word for word in words if word not in self.polite) for words in _expressions(listed))
        return tuple(words for words in expressions if words)

    def _languages(self, listed: Mapping[str, str]) -> dict[str, Lang]:
        """Return the code for each name of a language that is a single word."""
        own_names = [(code, language.name) for code, language in self.campaign.languages.items()]
        names = [*own_names, *((Lang(code), text) for code, text in listed.items())]
        return {words[0]: code for code, text in names for words in _expressions(text) if len(words) == 1}

    def _add(self, text: str, command: str) -> None:
        """Add a phrasing of `command`, as it is written in the file."""
        slots = [slot for word in text.removeprefix(_WHOLE).split() for slot in self._slots_of(word)]
        weight = sum(not slot.is_within(self.small | self.polite) for slot in slots)
        if text.startswith(_WHOLE) or not weight:
            self._add_whole(slots, command)
        else:
            self._add_phrasing(slots, command, weight)

    def _slots_of(self, word: str) -> list[_Slot]:
        """Return the places for which `word` stands, without polite ones. Each word is examined only once."""
        if word not in self.slots:
            self.slots[word] = [slot for slot in self._slots(word) if not slot.is_within(self.polite)]
        return self.slots[word]

    def _slots(self, word: str) -> Iterator[_Slot]:
        """Yield the places for which `word` stands. They are several if folding makes several words of it."""
        if _OR in word and _GROUP not in word:
            yield _Slot(word, tuple((part,) for expression in _expressions(word, _OR) for part in expression))
        elif _OR in word:
            slots = (slot for part in word.split(_OR) for slot in self._slots(part))
            yield _Slot(word, tuple(member for slot in slots for member in slot.members))
        elif word.startswith(_GROUP):
            yield _Slot(word, self.groups[word.removeprefix(_GROUP)])
        else:
            yield from (_Slot(part, ((part,),)) for part in folded_words(word))

    def _add_whole(self, slots: list[_Slot], command: str) -> None:
        for options in product(*(slot.options() for slot in slots)):
            choices = tuple(words - self.polite for option in options for words in option)
            self.whole.setdefault(len(choices), []).append(WholeText(choices, command))
            for words in choices:
                self._list(words)

    def _add_phrasing(self, slots: list[_Slot], command: str, weight: int) -> None:
        place = sum(map(len, self.phrasings.values()))
        phrasing = Phrasing(frozenset(slot.name for slot in slots), command, weight, place)
        self.phrasings.setdefault(min(phrasing.meanings), []).append(phrasing)
        for slot in slots:
            if slot.name not in self.added:
                self.added.add(slot.name)
                self._add_members(slot)

    def _add_members(self, slot: _Slot) -> None:
        for member in slot.members:
            self._list(member)
            if len(member) == 1:
                self.meanings.setdefault(member[0], set()).add(slot.name)
            else:
                self.expressions[frozenset(member), slot.name] = None

    def _list(self, words: Iterable[str]) -> None:
        for word in words:
            if word not in self.small:
                self.meanings.setdefault(word, set())

    def _labels(self) -> dict[str, str]:
        """Return the command for each label of a button and each name of a command, written without spaces."""
        book = self.campaign.phrasebooks.get(self.code)
        labels = {command: command for command in _LABELS}
        for command, keys in _LABELS.items():
            for text in (form for key in keys if book for form in phrase_forms(book.phrases.get(key, ""))):
                labels.setdefault("".join(folded_words(_PLACEHOLDER.sub(" ", text))), command)
        return {label: command for label, command in labels.items() if label}


def _read(code: Lang) -> Mapping[str, Any]:
    path: Path = WORD_LISTS / "requests" / f"{code}.yaml"
    data: Mapping[str, Any] = read_plain(path) if path.is_file() else {}
    return data if "requests" in data else _refined(data)


def _refined(phrasings: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the data of a file that only lists phrasings for each command, as if it were written with word lists.

    A word that many commands share is a small word or a polite one. A text requests a command if it is one of the
    phrasings, or if it has a word or a pair of words that only the phrasings of this command have.
    """
    texts = [(command, folded_words(text)) for command, listed in phrasings.items() for text in listed]
    uses = _uses((command, [(word,) for word in words]) for command, words in texts)
    small = {word for (word,), commands in uses.items() if len({*commands}) >= _SMALL_FROM}
    polite = {word for (word,), commands in uses.items() if len({*commands}) >= _POLITE_FROM}
    uses |= _uses((command, combinations(sorted({*words} - polite), 2)) for command, words in texts)
    requests: dict[str, list[str]] = {command: [] for command in phrasings}
    for command, words in texts:
        requests[command].append(f"{_WHOLE} {' '.join(words)}")
    for feature, commands in uses.items():
        if len({*commands}) == 1 and (len(commands) > 1 or small.isdisjoint(feature)):
            requests[commands[0]].append(" ".join(feature))
    return {"polite": ",".join(polite), "small": ",".join(small), "requests": requests, "is_learned": True}


def _uses(texts: Iterable[tuple[str, Iterable[Words]]]) -> dict[Words, list[str]]:
    """Return, for each word or pair of words, the command of each phrasing that has it."""
    uses: dict[Words, list[str]] = {}
    for command, features in texts:
        for feature in dict.fromkeys(features):
            uses.setdefault(feature, []).append(command)
    return uses


def _expressions(listed: str, separator: str = ",") -> list[Words]:
    """Return the folded expressions of a list. The whole list is folded at once, to save time."""
    words = folded_words(listed.replace("،", ",").replace(separator, f" {_END} "))
    groups = (tuple(group) for is_end, group in groupby(words, key=_END.__eq__) if not is_end)
    return list(groups)


def _words(listed: str) -> frozenset[str]:
    return frozenset(word for expression in _expressions(listed) for word in expression)


def _corrector(words: Iterable[str]) -> TypoCorrector:
    typos = TypoCorrector()
    typos.add(sorted(words))
    return typos


def _by_sound(words: Iterable[str], forms: WordForms) -> dict[str, str]:
    """Return a word for each phonetic key. Latin letters have sounds only where they transcribe another script."""
    listed = sorted(words)
    transcribes = sum(word.isascii() for word in listed) * 4 < len(listed) * 3
    keys = ((word, sound_key(word, forms)) for word in listed if transcribes or not word.isascii())
    return {key: word for word, key in keys if key}
