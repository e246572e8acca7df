"""Compute the features of a text.

Its words, letter sequences and sounds are hashed, each to the number of a bucket.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from zlib import crc32

from content.search.words.phonetics import Sounds

BUCKETS = 32_768  # with 16,384, 0.5 % fewer questions get the right answer first (29 Nov 2026)
_SIZES = (3, 4)  # letters in a sequence; with those of three, 0.7 % more questions get the right answer first
_SOUNDS = 3  # in a sequence; with sounds it is 1.6 % more, mostly of the questions in Latin letters
_CACHE_SIZE = 4096  # words whose features are remembered: a limit, so that hostile text cannot fill the memory


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """Compute the features of texts, and cache those of words.

    `sounds` are the sounds of the campaign's languages.
    """

    sounds: Sounds = field(default_factory=Sounds)
    _words: dict[str, "array[int]"] = field(default_factory=dict, repr=False, compare=False)

    def of_text(self, words: Sequence[str]) -> set[int]:
        """Return the buckets of the folded `words`: those of each word, and of each pair of neighbouring words."""
        features = {crc32(f"{word} {next_word}".encode()) % BUCKETS for word, next_word in pairwise(words)}
        for word in words:
            features.update(self._words.get(word) or self._of_word(word))
        return features

    def forget_words(self) -> None:
        """Empty the cache of the features of words."""
        self._words.clear()

    def _of_word(self, word: str) -> "array[int]":
        """Return the buckets of the folded `word`, of its letter sequences, and of the sequences of its sounds.

        A space marks both ends of the word, so that sequences at its ends differ from those within other words. Words
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
