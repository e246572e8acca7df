"""Find the concepts of a text. Replace its words by known words, then look up expressions before single words.

A concept is a meaning that several words share.
"""

from collections.abc import Container
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile

from content.search.vocabulary import COMMON, DETAIL, ELSEWHERE, EXPRESSION_PART, Vocabulary

_MAX_WORDS = 48
_MAX_SLOW_LOOKUPS = 8  # unknown words for which stems, sounds and typos are tried
_TELLING = frozenset((ELSEWHERE, DETAIL, "greeting"))  # senses that tell whether a campaign is asked, and not what
_MOST_UNKNOWN = 3  # more unknown words than this count as this many
_POSSIBLE_DIALECT = 0.8  # weight of an unknown word that no list of English or Persian words has


@dataclass(slots=True)
class ConceptReading:
    """The concepts and unknown words that were found in a text.

    - `concepts`: in the order of the text; can repeat.
    - `unknown_weight`: a weighted count of the words without a concept. A frequent word of English or Persian counts
      as 1, because it probably names another subject. Any other word counts less, because it might be of a dialect.
    - `word_languages`: the possible languages of each known word.
    """

    concepts: list[str] = field(default_factory=list)
    unknown_weight: float = 0.0
    word_languages: list[frozenset[str]] = field(default_factory=list)

    @property
    def distinct_concepts(self) -> frozenset[str]:
        """Return the concepts without repetitions."""
        return frozenset(self.concepts)


def read_concepts(words: list[str], vocabulary: Vocabulary) -> ConceptReading:
    """Find the concepts of the folded `words` of a text.

    A word that is listed only as part of expressions, but is not in any of them in this text, might be a typo. If
    there is a correction for it, the concepts of the corrected text are returned.
    """
    reading = ConceptReading()
    known = _known_words(_without_spaced_letters(words[:_MAX_WORDS]), vocabulary, reading)
    leftover = _read(known, vocabulary, reading)
    corrections = {word: correction for word in leftover if (correction := vocabulary.correct_part(word))}
    if not corrections:
        return reading
    corrected = ConceptReading(word_languages=reading.word_languages)
    _read([part for word in known for part in corrections.get(word, (word,))], vocabulary, corrected)
    return corrected


def telling_senses(reading: ConceptReading, own: Container[str]) -> tuple[str, ...]:
    """Return the distinct senses in `reading` from which a model can learn, in a fixed order.

    These are the concepts of the campaign (`own`), and the senses "elsewhere" (another subject), "detail" and
    "greeting". If the text has unknown words, the last element is "unknown" with their rounded weight.
    """
    senses = sorted(sense for sense in reading.distinct_concepts if sense in _TELLING or sense in own)
    unknown = min(_MOST_UNKNOWN, round(reading.unknown_weight))
    return (*senses, f"unknown {unknown}") if reading.unknown_weight else tuple(senses)


def read_text(text: str, words: list[str], vocabulary: Vocabulary) -> ConceptReading:
    """Find the concepts of `text`, whose folded words are `words`, but not concepts that the text rejects.

    E.g. "not the agreement, the meeting" has only the concept of a meeting. If only rejected concepts are found, they
    are returned: "not the agreement" is about the agreement.
    """
    wanted = vocabulary.contrast.wanted_words(text, words)
    reading = read_concepts(words, vocabulary)
    if len(wanted) == len(words):
        return reading
    wanted_reading = read_concepts(wanted, vocabulary)
    if wanted_reading.distinct_concepts.issubset(COMMON):
        return reading
    return replace(wanted_reading, word_languages=reading.word_languages)


def _read(known: list[str], vocabulary: Vocabulary, reading: ConceptReading) -> list[str]:
    """Add the concepts of `known` words to `reading`.

    Return the words that are listed only as part of expressions, but do not belong to an expression in this text.
    """
    leftover: list[str] = []
    while known:
        size = _read_next(known, vocabulary, reading)
        if size == 1 and vocabulary.senses.get(known[0]) == EXPRESSION_PART:
            leftover.append(known[0])
        known = known[size:]
    return leftover[:_MAX_SLOW_LOOKUPS]


def _read_next(remaining: list[str], vocabulary: Vocabulary, reading: ConceptReading) -> int:
    """Add the concept of the expression or word at the start of `remaining` to `reading`.

    Return the number of words in this expression, or 1.
    """
    word, expressions = remaining[0], vocabulary.expressions
    match = expressions.find(remaining[: expressions.longest(word)]) or _variant_expression(remaining, vocabulary)
    if match:
        size, sense = match
        reading.concepts.append(sense)
        return size
    sense = vocabulary.senses.get(word, EXPRESSION_PART)
    if sense == EXPRESSION_PART:
        reading.unknown_weight += _weight_of_unknown(word, vocabulary)
    else:
        reading.concepts.append(sense)
    return 1


def _weight_of_unknown(word: str, vocabulary: Vocabulary) -> float:
    if word.isdecimal():
        return 0.0
    return 1.0 if word in vocabulary.real_words else _POSSIBLE_DIALECT


def _variant_expression(remaining: list[str], vocabulary: Vocabulary) -> tuple[int, str] | None:
    """Return the number of words and the sense of the expression at the start of `remaining`, or None without one.

    The words can have other endings than in the list of expressions, or other spellings in Latin letters.
    """
    if len(remaining) == 1 or not vocabulary.may_vary(remaining[0]):
        return None
    longest = vocabulary.variants.longest(vocabulary.forms.variant_key(remaining[0]))
    candidates = takewhile(vocabulary.may_vary, remaining[:longest])
    return vocabulary.variants.find([vocabulary.forms.variant_key(word) for word in candidates])


def _known_words(words: list[str], vocabulary: Vocabulary, reading: ConceptReading) -> list[str]:
    """Return the known words that `words` stand for. Unknown words are returned unchanged.

    Particles, which are words such as articles, are left out. Also add the languages of the known words to `reading`.
    """
    resolver, known = _Resolver(vocabulary), list[str]()
    pairs = pairwise([*words, ""])
    for word, next_word in pairs:
        joined = resolver.resolve_pair(word, next_word) if next_word else None
        if joined is not None:
            next(pairs)  # `next_word` is used up, too
        resolved = resolver.resolve(word) if joined is None else joined
        reading.word_languages += [vocabulary.languages[part] for part in resolved if part in vocabulary.languages]
        known += [part for part in resolved or (word,) if vocabulary.senses.get(part) != "skip"]
    return known


@dataclass(slots=True)
class _Resolver:
    """Find the known words that the words of one text stand for.

    Looking up an unknown word, for instance as a typo, is slow. `slow_lookups` is the number of unknown words that
    may still be looked up in this text.
    """

    vocabulary: Vocabulary
    slow_lookups: int = _MAX_SLOW_LOOKUPS

    def resolve_pair(self, word: str, next_word: str) -> tuple[str, ...] | None:
        """Return the known words if `word` and `next_word` are one word written as two, else None."""
        senses = self.vocabulary.senses
        if next_word in senses:
            return None
        joined = word + next_word
        if word in self.vocabulary.forms.verbs.apart and self.vocabulary.forms.is_verb(joined):
            return self.vocabulary.resolve(joined)
        return (joined,) if word not in senses and joined in senses else None

    def resolve(self, word: str) -> tuple[str, ...]:
        """Return the known words that `word` stands for, such as its correct spelling.

        Return an empty tuple if the word is unknown, or if the limit of slow look-ups is reached.
        """
        if word in self.vocabulary.senses:
            return (word,)
        if not self.slow_lookups:
            return ()
        self.slow_lookups -= 1
        return self.vocabulary.resolve(word)


def _without_spaced_letters(words: list[str]) -> list[str]:
    """Join four or more single letters in a row into one word: "w o m e n" is "women"."""
    joined: list[str] = []
    letters: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1 and word.isalpha():
            letters.append(word)
            continue
        joined += ["".join(letters)] if len(letters) > 3 else letters
        letters = []
        joined += [word] if word else []
    return joined
