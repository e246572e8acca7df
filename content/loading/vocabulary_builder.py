"""Learning words: from the shipped ones and a campaign's concepts to what is asked when somebody writes."""

from collections.abc import Iterable, Iterator
from functools import cache
from sys import intern
from typing import Any

from content.loading.concept_files import ConceptRow, common_words, expressions, real_words
from content.loading.yaml_source import read_plain
from content.model import ClauseId
from content.paths import WORD_LISTS
from content.search.clause_references import ReferenceFinder
from content.search.folding import fold
from content.search.multiword import Expression, Expressions
from content.search.phonetics import bones, loose, skeleton
from content.search.typos import Typos
from content.search.vocabulary import BONES, COMMON, LATIN, PART, Vocabulary
from content.search.wordlist import WordList


class _Claims:
    """Which expressions mean what, by their first word."""

    def __init__(self) -> None:
        self.by_first: dict[str, list[tuple[Expression, str]]] = {}

    def add(self, words: Expression, sense: str) -> None:
        self.by_first.setdefault(words[0], []).append((words, sense))

    def words(self) -> Iterator[str]:
        """The words in them, those of longer expressions and of later claims before those that begin alike."""
        for first, claims in self.by_first.items():
            later_first = claims[::-1]
            later_first.sort(key=_longest_first)  # of equal length the later stay before the earlier
            for words, _ in later_first:
                yield from (first, *words)

    def settled(self) -> Expressions:
        return Expressions.of(claim for claims in self.by_first.values() for claim in claims)


def vocabulary_of(rows: Iterable[ConceptRow]) -> Vocabulary:
    """The common words and, winning over them, those of the campaign's concepts."""
    known, longer, looser = Vocabulary(WordList.of(real_words())), _Claims(), _Claims()
    for sense, tongue, listed in _listed(rows):
        for words in listed:
            _learn(known, sense, tongue, words)
            if len(words) > 1:
                longer.add(words, sense)
                varied = () if tongue == "en" else tuple(map(bones, words))
                if varied and _varies(varied, sense):
                    looser.add(varied, sense)
    known.longer, known.looser = longer.settled(), looser.settled()
    for word in longer.words():
        known.senses.setdefault(intern(word), PART)
    known.sounds = _sounds(known)
    for word in [word for word, sense in known.senses.items() if sense == PART]:
        known.senses[word] = known.meaning_of_part(word)
    known.typos.learn(word for word, sense in known.senses.items() if sense != "skip")
    return known


def _listed(rows: Iterable[ConceptRow]) -> Iterator[tuple[str, str, list[Expression]]]:
    """(sense, language, expressions): the later ones win."""
    yield from common_words()
    for row in rows:
        for tongue, text in row.words.items():
            yield row.id, tongue, expressions(text)


def _learn(known: Vocabulary, sense: str, tongue: str, words: Expression) -> None:
    for word in map(intern, words):
        known.tongues[word] = _tongues(known.tongues.get(word, frozenset()), tongue)
    if len(words) == 1:
        known.senses[intern(words[0])] = sense


def _varies(varied: Expression, sense: str) -> bool:
    """Whether an expression may be said in other forms: what stands beside an everyday verb must tell enough."""
    if {"+", "-"} & {*varied}:
        return sense not in COMMON and varied[0] not in "+-" and len(varied[0]) >= BONES
    return len("".join(varied)) >= BONES


@cache
def _tongues(others: frozenset[str], tongue: str) -> frozenset[str]:
    """`others` and `tongue`; words of the same languages share one set, which halves the memory."""
    return others | {tongue}


def _sounds(known: Vocabulary) -> dict[str, str]:
    """Words by how they sound, where that tells which is meant."""
    claims: dict[str, set[str]] = {}
    spelled: dict[str, str] = {}
    for word, sense in known.senses.items():
        if sense in ("stop", "skip", PART) or len(word) < 3:
            continue
        for key in _sound_keys(word, known.tongues[word]):
            claims.setdefault(key, set()).add(sense)
            spelled.setdefault(key, word)
    return {key: spelled[key] for key, senses in claims.items() if len(senses) == 1}


def _longest_first(claim: tuple[Expression, str]) -> int:
    return -len(claim[0])


def _sound_keys(word: str, tongues: frozenset[str]) -> Iterator[str]:
    if not word.isascii() and len(word) > BONES:
        yield "~" + loose(word)
    if LATIN in tongues or not word.isascii():
        key = skeleton(word)
        if len(key) >= BONES + (LATIN not in tongues):
            yield key


@cache
def references() -> ReferenceFinder:
    """The shipped words by which clauses are named, read once."""
    raw: dict[str, Any] = read_plain(WORD_LISTS / "references.yaml")
    clause, last = _folded(raw["clause"]), _folded(raw["last"])
    numbers = {fold(word): int(n) for n, named in raw["numbers"].items() for word in named}
    parts = {fold(word): ClauseId(part) for part, named in raw["parts"].items() for word in named}
    known = [*sorted(clause), *numbers, *parts]
    typos = Typos()
    typos.learn(word for word in known if len(word) > 4)
    sounds = {key: word for word in reversed(known) if word.isascii() and len(key := skeleton(word)) > 2}
    return ReferenceFinder(clause, _folded(raw["around"]), numbers, parts, last, _folded(raw["noise"]), sounds, typos)


def _folded(listed: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, listed))
