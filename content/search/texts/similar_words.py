"""Find words in an index that are other forms of a given word, or share a stem with it, in any language and script.

Two words match if one sequence of letters makes up most of the shorter one: Schule and Schulen, Bremse and
Mietpreisbremse. If a language pack lists endings and prefixes, two words also match if they have the same stem
without these. In some languages, letters change within a word: кінь and коня, سوق and أسواق. A pack lists such
letters as weak letters, and they are ignored.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from content.search.words.stemming import Stemmer

_SEQUENCE = 3  # letters
_MIN_STEM = 4  # letters that two words of different length share
_MIN_SHARE = 0.6  # of the shorter word, if both words begin alike
_MIN_INNER_SHARE = 0.8  # of the shorter word, if it is within the other word
_MAX_DIFFERENCE = 2  # of the lengths of two words that share three letters only
_BEGINNING = 0.4  # similarity of a word of three letters and a longer word that begins with it
_SAME_STEM = 0.9  # similarity
_SAME_SKELETON = 0.75  # similarity of words that differ in weak letters
_SAME_PART = 0.4  # similarity of two compounds that share one part
_MIN_PART = 5  # letters of such a part


@dataclass(frozen=True, slots=True)
class SimilarWords:
    """An index of words that finds other forms of a word, and words that share a stem with it.

    - `by_sequence` maps three letters in a row to the words that contain them. The words are stored without article.
    - `by_bare` maps a word without article to its indexed forms, with and without article. Words that are indexed
      only without article are left out.
    - `by_stem` maps stems to the indexed words that have them. It also has stems without their weak letters, which
      are letters that other forms of a word add, drop or change.
    """

    by_sequence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_bare: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_stem: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stemmer: Stemmer = field(default_factory=Stemmer)

    @classmethod
    def of(cls, words: Iterable[str], stemmer: Stemmer) -> "SimilarWords":
        """Build the index of folded `words`."""
        by_bare: dict[str, list[str]] = {}
        by_sequence: dict[str, list[str]] = {}
        by_stem: dict[str, list[str]] = {}
        for word in words:
            by_bare.setdefault(stemmer.without_article(word), []).append(word)
            for key in _stem_keys(word, stemmer):
                by_stem.setdefault(key, []).append(word)
        for bare in by_bare:
            for sequence in _sequences(bare):
                by_sequence.setdefault(sequence, []).append(bare)
        with_articles = {bare: forms for bare, forms in by_bare.items() if forms != [bare]}
        return cls(_frozen(by_sequence), _frozen(with_articles), _frozen(by_stem), stemmer)

    def find(self, word: str) -> dict[str, float]:
        """Return the indexed words that are forms of `word` or share its stem, each with a similarity from 0 to 1."""
        similar = dict(self._with_shared_letters(self.stemmer.without_article(word)))
        for known, similarity in self._with_same_stem(word):
            similar[known] = max(similarity, similar.get(known, 0.0))
        return similar

    def _with_shared_letters(self, bare: str) -> Iterator[tuple[str, float]]:
        for known, count in self._counts_of_shared_sequences(bare).items():
            if count <= _MIN_STEM - _SEQUENCE and len(known) > _SEQUENCE < len(bare):
                continue  # most words share three letters only
            similarity = _similarity(bare, known, count + _SEQUENCE - 1)
            if similarity:
                for form in self.by_bare.get(known, (known,)):
                    yield form, similarity

    def _counts_of_shared_sequences(self, bare: str) -> dict[str, int]:
        counts: dict[str, int] = {}
        for sequence in _sequences(bare):
            for known in self.by_sequence.get(sequence, ()):
                counts[known] = counts.get(known, 0) + 1
        return counts

    def _with_same_stem(self, word: str) -> Iterator[tuple[str, float]]:
        for key in _stem_keys(word, self.stemmer):
            similarity = _SAME_SKELETON if key[0] == _SKELETON_MARK else _SAME_STEM
            for known in self.by_stem.get(key, ()):
                if len(key) > _SEQUENCE or key in (word, known):
                    yield known, 1.0 if known == word else similarity


_SKELETON_MARK = "~"  # no folded word has it


def _frozen(lists: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(words) for key, words in lists.items()}


def _stem_keys(word: str, stemmer: Stemmer) -> Iterator[str]:
    """Yield the keys of `word` in `by_stem`: the word and its stems, and then the same without their weak letters.

    Weak letters are those that other forms of a word add, drop or change. Keys of fewer than three letters are left
    out, except `word` itself.
    """
    stems = dict.fromkeys((word, *stemmer.stems(word)))
    yield from (stem for stem in stems if len(stem) >= _SEQUENCE or stem == word)
    if stemmer.weak_letters:
        skeletons = dict.fromkeys(map(stemmer.skeleton, stems))
        yield from (_SKELETON_MARK + skeleton for skeleton in skeletons if len(skeleton) >= _SEQUENCE)


def _sequences(word: str) -> set[str]:
    return {word[at : at + _SEQUENCE] for at in range(len(word) - _SEQUENCE + 1)}


def _similarity(word: str, known: str, most_shared: int) -> float:
    """Return the similarity of two words from 0 to 1; 0 means no match.

    No sequence of letters that both words contain is longer than `most_shared`, as the caller has found out.
    """
    shorter, longer = sorted((len(word), len(known)))
    if most_shared < _MIN_STEM:
        return _similarity_of_short(word, known, shorter, longer)
    shared = _shared_in_a_row(word, known, min(most_shared, shorter))
    share = shared / shorter
    if shared < _MIN_STEM:
        return _similarity_of_short(word, known, shorter, longer)
    if share >= (_MIN_SHARE if word[:_SEQUENCE] == known[:_SEQUENCE] else _MIN_INNER_SHARE):
        return share * (0.6 + 0.4 * shorter / longer)
    return _SAME_PART if _share_part(word, known, shared) else 0.0


def _similarity_of_short(word: str, known: str, shorter: int, longer: int) -> float:
    """Return the similarity, from 0 to 1, of two words that share at most three letters in a row; 0 means no match.

    `shorter` and `longer` are the lengths of the two words.
    """
    begins_alike = word[:_SEQUENCE] == known[:_SEQUENCE]
    if shorter == len(word) == _SEQUENCE and begins_alike and longer - shorter > _MAX_DIFFERENCE:
        return _BEGINNING
    is_alike = begins_alike or word[-_SEQUENCE:] == known[-_SEQUENCE:]
    if shorter > _SEQUENCE or longer - shorter > _MAX_DIFFERENCE or not is_alike:
        return 0.0
    return 0.6 + 0.4 * shorter / longer


def _share_part(word: str, known: str, shared: int) -> bool:
    """Return whether two long words share a part of `shared` letters, at the beginning or at the end of both.

    A short ending after the shared end is ignored: Milchpreis and Strompreise share "preis".
    """
    if shared < _MIN_PART or len(word) < 2 * _MIN_STEM or len(known) < 2 * _MIN_STEM:
        return False
    return word[:shared] == known[:shared] or word[-shared:] in known[-shared - _MAX_DIFFERENCE :]


def _shared_in_a_row(word: str, known: str, most: int) -> int:
    """Return the length of the longest sequence of letters that both words contain, from 3 to `most`.

    The caller knows that the words share three letters in a row, and no sequence of more than `most` letters.
    """
    for size in range(most, _SEQUENCE, -1):
        if any(word[at : at + size] in known for at in range(len(word) - size + 1)):
            return size
    return _SEQUENCE
