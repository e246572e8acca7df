"""Detect the language of a text from its script, its letters and its known words.

Latin-letter Dari counts as Dari. No language is detected for a text in a language that the campaign does not have.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from content.model import Lang
from content.search.words.folding import folded_words

_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\S+@\S+|(?<!\w)@\w+|\b[\w-]+\.(?:com|org|net|info|edu|gov|eu|io|me|[a-z]{2})\b\S*",
    re.IGNORECASE,
)
_ADDRESS_SIGNS = re.compile("[@/.]")
_SHARED_SCRIPT = "LATIN"  # has names and addresses in all languages, so that it shows little about the language
_LETTER_VOTES = 2.0  # of a letter that not all of the campaign's languages have
_MIN_LEAD = 0.5  # votes with which a language leads at least
_MIN_STRANGE_VOTES = 1.5  # from which a text is in a language that the campaign does not have
_CERTAIN_LEAD = 1.5  # votes with which a language leads, whatever the length of the text
_LEADING_SHARE = 0.3  # votes per word with which it leads in a short text
_CLEAR_LEAD = 2.0  # votes with which a language outweighs the reader's own choice
_CLEAR_SHARE = 0.4  # votes per word with which it does so in a short text
_MIN_LETTERS = 4  # of a text that outweighs the reader's own choice without a telling letter
_UNKNOWN = ("?", "?")  # two votes for a language without a pack: its letters are in no borrowed word

Votes = defaultdict[str, float]


@dataclass(frozen=True, slots=True)
class Alphabet:
    """A language in one script, with all letters that it uses. An empty `letters` means that they are unknown.

    `code` is the code of the language pack. `lang` is the campaign's code for the language, or None if the campaign
    does not have the language.
    """

    lang: Lang | None
    code: str
    script: str
    letters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LanguageDetector:
    """Detect in which of a campaign's languages a text is.

    - `languages` has all languages of the campaign, by script. `unknown` has only languages whose letters are
      unknown.
    - `codes` maps codes of language packs to the campaign's languages.
    - `alphabet` has all letters of the campaign's languages.
    - `letters` maps a letter to the campaign's languages that use it, if not all languages of its script do.
    - `words` maps frequent words of the campaign's languages to the codes of their packs.
    - `strange_letters` and `strange_words` map letters and frequent words to languages that the campaign does not
      have.
    """

    languages: Mapping[str, tuple[Lang, ...]] = field(default_factory=dict)
    unknown: Mapping[str, tuple[Lang, ...]] = field(default_factory=dict)
    codes: Mapping[str, Lang] = field(default_factory=dict)
    alphabet: frozenset[str] = frozenset()
    letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    strange_letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    strange_words: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, alphabets: Iterable[Alphabet], words: Mapping[str, frozenset[str]]) -> "LanguageDetector":
        """Build a detector from `alphabets`: of the campaign's languages, and of all other languages with a pack.

        `words` maps frequent words of all these languages to the codes of the language packs that have them.
        """
        own = [alphabet for alphabet in alphabets if alphabet.lang]
        others = [alphabet for alphabet in alphabets if not alphabet.lang]
        codes = {alphabet.code: alphabet.lang for alphabet in own if alphabet.lang}
        return cls(
            _by_script(own),
            _by_script([alphabet for alphabet in own if not alphabet.letters]),
            codes,
            frozenset(letter for alphabet in own for letter in alphabet.letters),
            _distinguishing_letters(own),
            {word: codes_of_word for word, codes_of_word in words.items() if not codes_of_word.isdisjoint(codes)},
            _owners(others),
            {word: codes_of_word for word, codes_of_word in words.items() if codes_of_word.isdisjoint(codes)},
        )

    def detect(
        self,
        text: str,
        word_languages: Iterable[frozenset[str]],
        hint: Lang | None = None,
        *,
        folded: list[str] | None = None,
    ) -> Lang | None:
        """Return the language of `text`, or None if it is undecided or not a language of the campaign.

        `word_languages` has the possible languages of each known word in the text. `hint` is the language that the
        reader has chosen. It is returned unless the text clearly is in another language. `folded` has the folded
        words of the text. If it is None, they are computed, which takes time.
        """
        plain = _plain(text)
        letters = {letter: plain.count(letter) for letter in set(plain) if letter.isalpha()}
        script = _main_script(letters)
        candidates = self.languages.get(script, ())
        if not candidates:
            return None
        strange = [letter for letter in letters if letter not in self.alphabet and _script(letter) == script]
        words = folded_words(plain) if folded is None or _ADDRESS_SIGNS.search(text) else folded
        votes = self._votes(word_languages)
        for letter in letters.keys() & self.letters.keys():
            _add_votes(votes, self.letters[letter], letters[letter])
        for letter in strange:
            _add_votes(votes, self.unknown.get(script, ()), letters[letter])
        if script not in self.unknown and self._is_strange(words, strange, max(votes[lang] for lang in candidates)):
            return None
        if hint not in candidates:
            return self._leader(candidates, votes, words, script)
        best = max(candidates, key=lambda lang: votes[lang])
        return best if _is_clear(votes[best] - votes[hint], len(words), sum(letters.values())) else hint

    def _votes(self, word_languages: Iterable[frozenset[str]]) -> Votes:
        """Return the votes for each language. `word_languages` has the possible languages of each known word.

        Each word has one vote, divided equally among its possible languages.
        """
        votes: Votes = defaultdict(float)
        for codes, words in Counter(word_languages).items():
            possible = {self.codes.get(code, code) for code in codes}
            for lang in possible:
                votes[lang] += words / len(possible)
        return votes

    def _is_strange(self, words: list[str], letters: list[str], own_votes: float) -> bool:
        """Return whether a text is probably in a language that the campaign does not have.

        `letters` are the letters of the text that no language of the campaign uses. `own_votes` is the highest number
        of votes for a language of the campaign.
        """
        codes = [code for word in words for code in self.strange_words.get(word, ())]
        codes += [code for letter in letters for code in self.strange_letters.get(letter, _UNKNOWN)]
        least = max(_MIN_STRANGE_VOTES, own_votes)
        return len(codes) >= least and max(Counter(codes).values()) >= least

    def _leader(self, candidates: tuple[Lang, ...], votes: Votes, words: list[str], script: str) -> Lang | None:
        """Return the one of `candidates` that leads clearly by `votes`, or else by frequent words in `words`.

        If no language leads clearly, return the first candidate, or None if the text's `script` is Latin.
        """
        frequent = (self.words[word] for word in words if word in self.words)
        for counts in (votes, self._votes(frequent)):
            best, *others = sorted(candidates, key=lambda lang: -counts[lang])
            lead = counts[best] - (counts[others[0]] if others else 0)
            if lead >= max(_MIN_LEAD, min(_CERTAIN_LEAD, _LEADING_SHARE * len(words))):
                return best
        return None if script == _SHARED_SCRIPT else candidates[0]


def _add_votes(votes: Votes, langs: Sequence[str], count: int) -> None:
    for lang in langs:
        votes[lang] += count * _LETTER_VOTES / len(langs)


def _by_script(alphabets: list[Alphabet]) -> dict[str, tuple[Lang, ...]]:
    scripts = dict.fromkeys(alphabet.script for alphabet in alphabets)
    return {
        script: tuple(dict.fromkeys(a.lang for a in alphabets if a.script == script and a.lang)) for script in scripts
    }


def _distinguishing_letters(own: list[Alphabet]) -> dict[str, tuple[str, ...]]:
    """Map each letter that only some languages of its script use to the languages that use it.

    Languages with an unknown alphabet are ignored.
    """
    known = [alphabet for alphabet in own if alphabet.letters]
    languages = _by_script(known)
    count = {letter: len(languages[alphabet.script]) for alphabet in known for letter in alphabet.letters}
    return {letter: langs for letter, langs in _owners(known).items() if len(langs) < count[letter]}


def _owners(alphabets: list[Alphabet]) -> dict[str, tuple[str, ...]]:
    """Map each letter to the languages that use it."""
    owners: dict[str, dict[str, None]] = {}
    for alphabet in alphabets:
        for letter in alphabet.letters:
            owners.setdefault(letter, {})[alphabet.lang or alphabet.code] = None
    return {letter: tuple(langs) for letter, langs in owners.items()}


def _is_clear(lead: float, words: int, letters: int) -> bool:
    """Return whether a text is clearly in another language than the one that its reader has chosen.

    `lead` is the votes for the other language minus the votes for the chosen one. `words` and `letters` are the
    length of the text: the votes of a single short word are not enough.
    """
    if letters < _MIN_LETTERS:
        return lead >= _LETTER_VOTES
    return lead >= _CLEAR_LEAD or lead >= max(1.0, _CLEAR_SHARE * words)


def _plain(text: str) -> str:
    """Return `text` in lower case, without web addresses, mail addresses and names of accounts."""
    if _ADDRESS_SIGNS.search(text):
        text = _ADDRESS.sub(" ", text)
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).lower()


def _main_script(letters: Mapping[str, int]) -> str:
    """Return the script of most of the letters; "" without letters.

    Of two equally frequent scripts, return the one that is not Latin.
    """
    counts: dict[str, int] = {}
    for letter, count in letters.items():
        script = _script(letter)
        counts[script] = counts.get(script, 0) + count
    return max(counts, key=lambda script: (counts[script], script != _SHARED_SCRIPT), default="")


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """Return the script of a letter by its Unicode name, which begins with the name of the script."""
    return unicodedata.name(letter, "").partition(" ")[0]
