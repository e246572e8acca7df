"""Remove endings and prefixes from words, as the language packs of a campaign list them.

The vocabulary asks only for the stems of unknown words. It uses a stem only if the stem is a known word.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

_MIN_BARE = 3  # letters that must be left after a prefix
_MIN_ARTICLE = 2  # letters of a prefix that is no part of a word by chance


@dataclass(frozen=True, slots=True)
class Ending:
    """An ending that can be removed from a folded word if at least `min_stem` letters are left.

    One of `replacements` is then added: without "ies" and with "y", "studies" becomes "study". If `doubled`, the last
    letter of the stem can be doubled before the ending, as in "running".
    """

    text: str
    replacements: tuple[str, ...] = ("",)
    min_stem: int = 3
    doubled: bool = False


@dataclass(frozen=True, slots=True)
class Stemmer:
    """Find the possible stems of folded words.

    - `endings` maps a letter to the endings whose last letter it is, in the order in which they are tried.
    - `prefixes` are articles and prepositions that are written together with the next word.
    - `spellings` maps other spellings of a part of a word, such as "ae", to the spelling in the word lists, such as
      "a".
    - `weak_letters` are letters that are added, dropped or changed in other forms of a word.
    """

    endings: Mapping[str, tuple[Ending, ...]] = field(default_factory=dict)
    prefixes: tuple[str, ...] = ()
    spellings: Mapping[str, str] = field(default_factory=dict)
    weak_letters: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        endings: Iterable[Ending],
        prefixes: Iterable[str],
        spellings: Mapping[str, str],
        weak_letters: Iterable[str] = (),
    ) -> "Stemmer":
        """Build a stemmer that tries longer endings and prefixes first."""
        by_letter: dict[str, list[Ending]] = {}
        for ending in sorted(endings, key=lambda ending: -len(ending.text)):
            by_letter.setdefault(ending.text[-1], []).append(ending)
        return cls(
            {letter: tuple(dict.fromkeys(listed)) for letter, listed in by_letter.items()},
            tuple(sorted(dict.fromkeys(prefixes), key=lambda prefix: -len(prefix))),
            dict(spellings),
            frozenset(weak_letters),
        )

    def stems(self, word: str) -> Iterator[str]:
        """Yield the possible stems of the folded `word`, likeliest first."""
        yield from self._without_ending(word)
        for form in (*self.without_prefix(word), *self._respelled(word)):
            yield form
            yield from self._without_ending(form)

    def without_prefix(self, word: str, *, min_left: int = _MIN_BARE) -> Iterator[str]:
        """Yield the rest of `word` after each of the listed prefixes with which it begins.

        A rest of fewer than `min_left` letters is left out.
        """
        for prefix in self.prefixes:
            if word.startswith(prefix) and len(word) - len(prefix) >= min_left:
                yield word[len(prefix) :]

    def without_article(self, word: str) -> str:
        """Return `word` without its longest prefix of at least two letters, such as the articles ال and وال."""
        for prefix in self.prefixes:
            if len(prefix) < _MIN_ARTICLE:
                break
            if word.startswith(prefix) and len(word) - len(prefix) >= _MIN_BARE:
                return word[len(prefix) :]
        return word

    def skeleton(self, word: str) -> str:
        """Return `word` without its weak letters, so that كتاب and its plural كتب both become كتب.

        Weak letters are letters that other forms of a word add, drop or change. The language packs list them.
        """
        return "".join(letter for letter in word if letter not in self.weak_letters)

    def _without_ending(self, word: str) -> Iterator[str]:
        for ending in self.endings.get(word[-1:], ()):
            if word.endswith(ending.text) and len(word) - len(ending.text) >= ending.min_stem:
                stem = word[: -len(ending.text)]
                yield from (stem + replacement for replacement in ending.replacements)
                if ending.doubled and stem[-1:] == stem[-2:-1]:
                    yield stem[:-1]

    def _respelled(self, word: str) -> Iterator[str]:
        respelled = word
        for typed, standard in self.spellings.items():
            respelled = respelled.replace(typed, standard)
        if respelled != word:
            yield respelled
