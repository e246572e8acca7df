"""Compute the features of a text.

Its words, letter sequences, sounds and senses are hashed, each to the number of a bucket.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from zlib import crc32

from content.search.words.phonetics import Sounds

BUCKETS = 32_768  # with 16,384, 0.5 % fewer questions get the right answer first (29 Nov 2026)
_SIZES = (3, 4)  # letters in a sequence; with those of three, 0.7 % more questions get the right answer first
_SOUNDS = 3  # in a sequence; with sounds it is 1.6 % more, mostly of the questions in Latin letters
_MAX_SENSES = 8  # of a text that are paired, so that a long text has at most 28 pairs
_CACHE_SIZE = 4096  # words whose features are remembered: a limit, so that hostile text cannot fill the memory

ReadSenses = Callable[[Sequence[str]], Sequence[str]]  # returns the senses of the folded words of a text


def without_senses(_: Sequence[str]) -> Sequence[str]:
    """Return no senses, for a model that learns from words only."""
    return ()


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """Compute the features of texts, and cache those of words.

    `sounds` are the sounds of the campaign's languages.
    """

    sounds: Sounds = field(default_factory=Sounds)
    _words: dict[str, "array[int]"] = field(default_factory=dict, repr=False, compare=False)

    def of_text(self, words: Sequence[str], senses: Sequence[str] = ()) -> set[int]:
        """Return the numbers of the buckets into which the features of a text are hashed.

        The features are the folded `words` (see `_of_word`), each pair of neighbouring words, and `senses`, which are
        the senses of the words. Each pair of senses is a feature, too.
        """
        features = {crc32(f"{word} {next_word}".encode()) % BUCKETS for word, next_word in pairwise(words)}
        features.update([crc32(f"@{sense}".encode()) % BUCKETS for sense in senses])
        pairs = combinations(senses[:_MAX_SENSES], 2)
        features.update([crc32(f"@{first} {second}".encode()) % BUCKETS for first, second in pairs])
        for word in words:
            features.update(self._words.get(word) or self._of_word(word))
        return features

    def forget_words(self) -> None:
        """Empty the cache of the features of words."""
        self._words.clear()

    def _of_word(self, word: str) -> "array[int]":
        """Return the numbers of the buckets into which the features of a word are hashed.

        The features are the folded `word`, its letter sequences, and the sequences of its sounds. A space is added at
        both ends of the word, so that a sequence at an end differs from the same letters within another word. Words
        that sound alike have the same sequences of sounds in all alphabets.
        """
        marked = f" {word} "
        features = {marked}
        for size in _SIZES:
            features.update([marked[at : at + size] for at in range(len(marked) - size + 1)])
        if len(key := self.sounds.consonant_key(word)) >= _SOUNDS:
            marked_key = f"<{key}>"
            features.update(
                ["~" + marked_key[at : at + _SOUNDS] for at in range(len(marked_key) - _SOUNDS + 1)], ("~" + key,)
            )
        buckets = array("H", [crc32(feature.encode()) % BUCKETS for feature in features])
        if len(self._words) < _CACHE_SIZE:
            self._words[word] = buckets
        return buckets
