"""The vocabulary: which folded words and expressions mean which concept, and the ways from an unknown word to a known.

An unknown word is tried without its endings, by its sound, cut in two, and as a slip of the finger; a frequent word
of English or Persian is real and never taken for a slip.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from content.concept_files import LATIN, common_words, expressions, real_words
from content.concept_files import ConceptRow
from content.endings import stems
from content.sounds import loose, skeleton
from content.typos import Typos

PART = ""  # the sense of a word that only means something inside an expression
_DIGITS = str.maketrans("013457", "oieast")
Expression = tuple[str, ...]


@dataclass(slots=True)
class Vocabulary:
    """Filled once, then only asked."""

    senses: dict[str, str] = field(default_factory=dict)
    tongues: dict[str, frozenset[str]] = field(default_factory=dict)
    longer: dict[str, list[tuple[Expression, str]]] = field(default_factory=dict)
    sounds: dict[str, str] = field(default_factory=dict)
    typos: Typos = field(default_factory=Typos)
    real: frozenset[str] = frozenset()

    def resolve(self, word: str) -> tuple[str, ...]:
        """The known words that `word` stands for: itself, its stem, ...; empty when nothing is near."""
        if word in self.senses:
            return (word,)
        for stem in stems(word):
            if self.senses.get(stem, "stop") not in ("stop", "skip"):
                return (stem,)
        if word in self.real:
            return ()
        return self._by_sound(word) or self._cut(word) or self._mended(word)

    def _by_sound(self, word: str) -> tuple[str, ...]:
        for key in _keys(word):
            if key in self.sounds:
                return (self.sounds[key],)
        return ()

    def _cut(self, word: str) -> tuple[str, ...]:
        """Two known words written as one."""
        for i in range(3, len(word) - 2):
            parts = word[:i], word[i:]
            if all(part in self.senses and (len(part) > 3 or self.senses[part] != "stop") for part in parts):
                return parts
        return ()

    def _mended(self, word: str) -> tuple[str, ...]:
        if any(letter.isdecimal() for letter in word):
            plain = word.translate(_DIGITS)
            return (plain,) if plain in self.senses else ()
        mended = self.typos.mend(word)
        return () if mended is None else (mended,)


def _keys(word: str) -> Iterator[str]:
    """The keys of a word's sound, surest first. Short skeletons say too little."""
    if not word.isascii():
        yield "~" + loose(word)
        return
    bones = skeleton(word)
    for ending in ("", "h", "n", "r", "hr", "nr", "t", "m", "S"):
        left = bones.removesuffix(ending)
        if len(left) >= 3 and (not ending or left != bones):
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
            known.tongues[word] = known.tongues.get(word, frozenset()) | {tongue}
        if len(expression) == 1:
            known.senses[expression[0]] = sense
        else:
            kept = tuple(word for word in expression if known.senses.get(word) != "skip") or expression
            known.longer.setdefault(kept[0], []).append((kept, sense))


def _finish(known: Vocabulary) -> None:
    """What can only be made when all words are known: parts, sounds and typos."""
    for first, longer in known.longer.items():
        longer.reverse()  # later claims win
        longer.sort(key=lambda one: -len(one[0]))
        for word in {word for expression, _ in longer for word in (first, *expression)}:
            known.senses.setdefault(word, PART)
    claims: dict[str, set[str]] = {}
    spelled: dict[str, str] = {}
    for word, sense in known.senses.items():
        if sense in ("stop", "skip") or len(word) < 3:
            continue
        for key in _sound_keys(word, known.tongues[word]):
            claims.setdefault(key, set()).add(sense)
            spelled.setdefault(key, word)
    known.sounds = {key: spelled[key] for key, senses in claims.items() if len(senses) == 1}
    known.typos.learn(word for word, sense in known.senses.items() if sense != "skip")


def _sound_keys(word: str, tongues: frozenset[str]) -> Iterator[str]:
    if not word.isascii():
        yield "~" + loose(word)
    if not word.isascii() or LATIN in tongues:
        bones = skeleton(word)
        if len(bones) >= 3:
            yield bones
