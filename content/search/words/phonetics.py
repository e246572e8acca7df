"""Compute phonetic keys: different spellings of one word have the same key.

`homophone_key` is for scripts in which some letters sound alike, as in Dari and Pashto. `consonant_key` is for a
language that people also write in Latin letters. They write its vowels in many ways, but dukhtaran, dokhtaraan and
دختران have the same consonants. The language packs list letters and their sounds.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_DOUBLED = re.compile(r"(.)\1+")
_SILENT_END = "h"  # maktaba, maktabah and مکتبه have the same key
_FIRST_VOWELS = {**dict.fromkeys("vwو", "V"), **dict.fromkeys("yی", "Y"), **dict.fromkeys("aeiouاع", "A")}


@dataclass(frozen=True, slots=True)
class Sounds:
    """The sounds of letters, from which phonetic keys are computed.

    - `homophones` maps letters that sound alike to one of them.
    - `consonants` maps letters of other scripts than Latin to their sounds, or to None if a key leaves them out.
    - `spellings` has pairs of a Latin spelling, such as "sh", and its sound, in the order in which they are replaced.
    - `vowels` maps the Latin letters that a key leaves out to None.
    - `variable_endings` are endings that some spellings or forms of a word leave out, longest first.
    """

    homophones: Mapping[int, str] = field(default_factory=dict)
    consonants: Mapping[int, str | None] = field(default_factory=dict)
    spellings: tuple[tuple[str, str], ...] = ()
    vowels: Mapping[int, None] = field(default_factory=dict)
    variable_endings: tuple[str, ...] = ()

    def homophone_key(self, word: str) -> str:
        """Return a key for the folded `word`. Words that sound alike have the same key.

        In the key, letters that sound alike are replaced by one of them, and a doubled letter is written once.
        """
        return _without_doubled(word.translate(self.homophones))

    def consonant_key(self, word: str) -> str:
        """Return a key of the consonants of a folded word, with a sign before them if it begins with a vowel.

        E.g. dukhtaran and دختران have the key "dxtrn", and azadi has "Azd". Return an empty text if no sounds are
        known for the script of the word.
        """
        if not (self.spellings if word.isascii() else self.consonants):
            return ""
        key = self._latin_consonants(word) if word.isascii() else word.translate(self.consonants)
        return _without_doubled(_FIRST_VOWELS.get(word[:1], "") + key.removesuffix(_SILENT_END))

    def ending_key(self, word: str) -> str:
        """Return a key of `word` without its ending, with letters that sound alike replaced by one of them.

        Only an ending in `variable_endings` is left out. Words that differ only in such an ending have the same key.
        """
        endings = self.variable_endings
        fitting = (ending for ending in endings if word.endswith(ending) and len(word) - len(ending) >= 3)
        return self.homophone_key(word.removesuffix(next(fitting, "")))

    def _latin_consonants(self, word: str) -> str:
        for spelling, sound in self.spellings:
            word = word.replace(spelling, sound)
        return word.translate(self.vowels)


def _without_doubled(key: str) -> str:
    """Return `key` with each doubled letter written once."""
    return _DOUBLED.sub(r"\1", key) if _DOUBLED.search(key) else key  # most have none, and a search is faster
