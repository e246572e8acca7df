"""The vocabulary: which folded words and expressions mean which concept, and how an unknown word finds a known one.

An unknown word is tried without its endings, by its sound, cut in two, and as a slip of the finger; a frequent word
of English or Persian is real and never taken for a slip.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from content.concept_files import COMMON, ELSEWHERE, LATIN, ConceptRow, common_words, expressions, real_words
from content.endings import stems
from content.sounds import bones, loose, skeleton
from content.typos import Typos
from content.verbs import is_verb, light, looks_like_a_verb

_BONES = 3  # consonants that tell a word which somebody spelled in Latin letters; one more for other words
VERB, NOT = "است", "نیست"  # stand for all forms of everyday verbs
PART = ""  # the sense of a word that only means something inside an expression
_DIGITS = str.maketrans("013457", "oieast")
Expression = tuple[str, ...]


@dataclass(slots=True)
class Vocabulary:
    """Filled once, then only asked."""

    senses: dict[str, str] = field(default_factory=dict)
    tongues: dict[str, frozenset[str]] = field(default_factory=dict)
    longer: dict[str, list[tuple[Expression, str]]] = field(default_factory=dict)
    looser: dict[str, list[tuple[Expression, str]]] = field(default_factory=dict)  # by the bones of their words
    sounds: dict[str, str] = field(default_factory=dict)
    typos: Typos = field(default_factory=Typos)
    real: frozenset[str] = frozenset()

    def may_vary(self, word: str) -> bool:
        """Whether `word` may be another form of a word inside an expression; English words are written in one way."""
        tongues = self.tongues.get(word)
        return not word.isascii() or (word not in self.real if tongues is None else LATIN in tongues)

    def resolve(self, word: str) -> tuple[str, ...]:
        """The known words that `word` stands for: itself, its stem, ...; empty when nothing is near."""
        if word in self.senses:
            return (word,)
        if not (word.isascii() and word in self.real) and is_verb(word):
            return (NOT if light(word) == "-" else VERB,)
        for stem in stems(word):
            if self.senses.get(stem, "stop") not in ("stop", "skip", PART):
                return (stem,)
        if word in self.real:
            return (VERB,) if looks_like_a_verb(word) else ()
        found = (
            self._mended(word, 1)
            or self._by_sound(_sound(word))
            or self._cut(word)
            or self._mended(word, 2)
            or self._by_sound(*_shorter(word))
        )
        if found and self.senses.get(found[0]) == ELSEWHERE and _sound(found[0]) != _sound(word):
            found = ()  # a guess must not decide that a text is about something else
        return found or ((VERB,) if looks_like_a_verb(word) else ())

    def meaning_of_part(self, word: str) -> str:
        """The sense of a word of an expression when it stands alone: that of its stem or of its sound."""
        if is_verb(word) or looks_like_a_verb(word):
            return "stop"
        forms = (*stems(word), *(self._by_sound(_sound(word)) if self.may_vary(word) else ()))
        senses = (self.senses.get(form, PART) for form in forms)
        return next((sense for sense in senses if sense not in (PART, "stop", "skip")), PART)

    def _by_sound(self, *keys: str) -> tuple[str, ...]:
        return next(((self.sounds[key],) for key in keys if key in self.sounds), ())

    def _cut(self, word: str) -> tuple[str, ...]:
        """Two known words of some meaning written as one."""
        for i in range(3, len(word) - 2):
            parts = word[:i], word[i:]
            if all(self.senses.get(part, "stop") not in ("stop", "skip", "filler", "greeting") for part in parts):
                return parts
        return ()

    def _mended(self, word: str, slips: int) -> tuple[str, ...]:
        if any(letter.isdecimal() for letter in word):
            plain = word.translate(_DIGITS)
            return (plain,) if plain in self.senses else ()
        mended = self.typos.mend(word, slips)
        return () if mended is None else (mended,)


def _sound(word: str) -> str:
    return skeleton(word) if word.isascii() else "~" + loose(word)


def _shorter(word: str) -> Iterator[str]:
    """The skeletons of a Latin-letter word without what may be its ending: ha, an, ra, at and their kin."""
    key = skeleton(word) if word.isascii() else ""
    for ending in ("h", "n", "r", "hr", "nr", "t", "m", "S"):
        left = key.removesuffix(ending)
        if len(left) >= _BONES and left != key:
            yield left


def build(rows: Iterable[ConceptRow]) -> Vocabulary:
    """The common words and, winning over them, those of the campaign's concepts."""
    known = Vocabulary(real=real_words())
    for sense, tongue, listed in common_words():
        _learn(known, sense, tongue, listed)
    for row in rows:
        for tongue, text in row.words.items():
            _learn(known, row.id, tongue, expressions(text))
    _finish(known)
    return known


def _learn(known: Vocabulary, sense: str, tongue: str, listed: Iterable[Expression]) -> None:
    for expression in listed:
        for word in expression:
            known.tongues[word] = _tongues(known.tongues.get(word, frozenset()), tongue)
        if len(expression) == 1:
            known.senses[expression[0]] = sense
        else:
            known.longer.setdefault(expression[0], []).append((expression, sense))
            looser = () if tongue == "en" else tuple(map(bones, expression))
            if looser and _varies(looser, sense):
                known.looser.setdefault(looser[0], []).append((looser, sense))


def _varies(looser: Expression, sense: str) -> bool:
    """Whether an expression may be said in other forms: what stands beside an everyday verb must tell enough."""
    if {"+", "-"} & {*looser}:
        return sense not in COMMON and looser[0] not in "+-" and len(looser[0]) >= _BONES
    return len("".join(looser)) >= _BONES


@cache
def _tongues(others: frozenset[str], tongue: str) -> frozenset[str]:
    """`others` and `tongue`; words of the same languages share one set, which halves the memory."""
    return others | {tongue}


def _finish(known: Vocabulary) -> None:
    """What can only be made when all words are known: parts, sounds and typos."""
    for first, longer in known.longer.items():
        longer.reverse()  # later claims win
        longer.sort(key=_longest_first)
        for word in [word for expression, _ in longer for word in (first, *expression)]:
            known.senses.setdefault(word, PART)
    for looser in known.looser.values():
        looser.reverse()
        looser.sort(key=_longest_first)
    claims: dict[str, set[str]] = {}
    spelled: dict[str, str] = {}
    for word, sense in known.senses.items():
        if sense in ("stop", "skip", PART) or len(word) < 3:
            continue
        for key in _sound_keys(word, known.tongues[word]):
            claims.setdefault(key, set()).add(sense)
            spelled.setdefault(key, word)
    known.sounds = {key: spelled[key] for key, senses in claims.items() if len(senses) == 1}
    for word in [word for word, sense in known.senses.items() if sense == PART]:
        known.senses[word] = known.meaning_of_part(word)
    likely = (word for word, sense in known.senses.items() if sense not in COMMON and sense != PART)
    known.typos.learn((word for word, sense in known.senses.items() if sense != "skip"), likely)


def _longest_first(one: tuple[Expression, str]) -> int:
    return -len(one[0])


def _sound_keys(word: str, tongues: frozenset[str]) -> Iterator[str]:
    if not word.isascii() and len(word) > _BONES:
        yield "~" + loose(word)
    if LATIN in tongues or not word.isascii():
        key = skeleton(word)
        if len(key) >= _BONES + (LATIN not in tongues):
            yield key
