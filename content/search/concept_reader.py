"""Reading a text as concepts: its words resolved to known ones, expressions before single words."""

from dataclasses import dataclass, field
from itertools import takewhile

from content.search.phonetics import bones
from content.search.verbs import is_verb
from content.search.vocabulary import PART, Vocabulary

_MOST = 48  # words that are looked at
_MAYBE_DIALECT = 0.8
_APART = ("می", "نمی", "me", "mi", "name", "nemi")  # parts of a verb that many write apart
_HARD = 8  # unknown words for which the slow ways are tried


@dataclass(slots=True)
class Reading:
    """The concepts of a text in their order, how many words nothing explains, and the languages of the others.

    An unknown word that is frequent elsewhere counts in full: it tells of another subject. Others may be dialect.
    """

    order: list[str] = field(default_factory=list)
    unknown: float = 0.0
    tongues: list[frozenset[str]] = field(default_factory=list)

    @property
    def concepts(self) -> frozenset[str]:
        return frozenset(self.order)


def read_senses(said: list[str], vocabulary: Vocabulary) -> Reading:
    """What the folded words `said` mean."""
    reading = Reading()
    known = list(_known(_spelled_out(said[:_MOST]), vocabulary, reading))
    at = 0
    while at < len(known):
        at += _read_at(known, at, vocabulary, reading)
    return reading


def _read_at(known: list[str], at: int, vocabulary: Vocabulary, reading: Reading) -> int:
    """Read the longest expression at `at`, or the one word there; how many words that were."""
    longer = vocabulary.longer
    expression = longer.find(known[at : at + longer.longest(known[at])]) or _loose_expression(known, at, vocabulary)
    if expression:
        size, sense = expression
        reading.order.append(sense)
        return size
    sense = vocabulary.senses.get(known[at], PART)
    if sense == PART:
        reading.unknown += _strangeness(known[at], vocabulary)
    else:
        reading.order.append(sense)
    return 1


def _strangeness(word: str, vocabulary: Vocabulary) -> float:
    if word.isdecimal():
        return 0.0
    return 1.0 if word in vocabulary.real else _MAYBE_DIALECT


def _loose_expression(known: list[str], at: int, vocabulary: Vocabulary) -> tuple[int, str] | None:
    """An expression whose words are written in other forms or, in Latin letters, spelled in another way."""
    if at + 1 == len(known) or not vocabulary.may_vary(known[at]):
        return None
    longest = vocabulary.looser.longest(bones(known[at]))
    return vocabulary.looser.find([bones(one) for one in takewhile(vocabulary.may_vary, known[at : at + longest])])


def _known(said: list[str], vocabulary: Vocabulary, reading: Reading) -> list[str]:
    """The known words behind `said`; what stays unknown stays as it is, or joins its neighbour."""
    found: list[str] = []
    hard = _HARD
    senses = vocabulary.senses
    at = 0
    while at < len(said):
        word = said[at]
        if word in _APART and at + 1 < len(said) and said[at + 1] not in senses and is_verb(word + said[at + 1]):
            resolved: tuple[str, ...] = vocabulary.resolve(word + said[at + 1])
            at += 1
        elif word in senses:
            resolved = (word,)
        elif at + 1 < len(said) and said[at + 1] not in senses and (joined := word + said[at + 1]) in senses:
            resolved, at = (joined,), at + 1
        elif hard:
            hard -= 1
            resolved = vocabulary.resolve(word)
        else:
            resolved = ()
        reading.tongues += [vocabulary.tongues[one] for one in resolved if one in vocabulary.tongues]
        found += [one for one in resolved or (word,) if senses.get(one) != "skip"]
        at += 1
    return found


def _spelled_out(said: list[str]) -> list[str]:
    """`said` with single letters in a row joined: "w o m e n" is a word."""
    found: list[str] = []
    letters: list[str] = []
    for word in [*said, ""]:
        if len(word) == 1 and word.isalpha():
            letters.append(word)
            continue
        found += ["".join(letters)] if len(letters) > 3 else letters
        letters = []
        found += [word] if word else []
    return found
