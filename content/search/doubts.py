"""Weigh whether a text with concepts of a campaign probably asks for something that no clause says."""

from collections.abc import Set as AbstractSet

from content.search.concept_reader import ConceptReading
from content.search.texts.text_evidence import TextEvidence
from content.search.vocabulary import DETAIL, ELSEWHERE

# Of the questions of up to 6 words with a word of another subject, 12 of 17 were near misses. So were 9 of 16 texts
# of up to 4 words with a single concept and an unknown word (cross-validated, 29 Nov 2026).
_SHORT_QUESTION = 6
_SHORT_TEXT_WITH_UNKNOWN = 4
_UNKNOWN_COST = 3.0  # of an unknown word in a short text
_SHORT_TEXT = 2  # words; in longer texts an unknown word costs less
_DIGITS_OF_YEAR = 4
_EARLIEST_YEAR, _LATEST_YEAR = 1000, 2100
_NEAR_YEARS = 5
_SOLAR_HIJRI = 621  # years between the Solar Hijri calendar and the Gregorian one


def is_doubtful(words: list[str], reading: ConceptReading, texts: TextEvidence, own: AbstractSet[str]) -> bool:
    """Return whether an answer to the text would be doubtful, so that the person should get choices instead.

    `words` are the folded words, and `reading` the concepts found in them. `texts` knows the example questions, and
    the years in the campaign's texts. `own` are the concepts of the campaign. An example question is never doubtful,
    because its answer is known.
    """
    if texts.model.is_example(words):
        return False
    return _asks_for_detail(words, reading, texts) or _may_be_elsewhere(words, reading, own)


def cost_of_unknown(reading: ConceptReading) -> float:
    """Return how much the unknown words in a text reduce the total weight of every clause.

    In a text of two words, an unknown word is probably the subject, and reduces the weight by _UNKNOWN_COST. In a
    long sentence it reduces the weight by little.
    """
    size = len(reading.concepts) + reading.unknown_weight
    return _UNKNOWN_COST * reading.unknown_weight * min(1.0, _SHORT_TEXT / size) if size else 0.0


def _asks_for_detail(words: list[str], reading: ConceptReading, texts: TextEvidence) -> bool:
    """Return whether a text asks for a detail such as an age, or names a year far from those in the campaign."""
    if DETAIL in reading.concepts:
        return True
    years = [int(word) for word in words if _is_year(word)]
    own_years = [int(word) for word in texts.clauses.strengths if _is_year(word)] if years else []
    return bool(own_years) and not any(_is_near(year, own_years) for year in years)


def _may_be_elsewhere(words: list[str], reading: ConceptReading, own: AbstractSet[str]) -> bool:
    """Return whether a short text is probably about a subject that the campaign does not have.

    This is so if the text has a word for such a subject, or if it has an unknown word and only one concept.
    """
    if ELSEWHERE in reading.concepts:
        return len(words) <= _SHORT_QUESTION
    is_short = reading.unknown_weight > 0 and len(words) <= _SHORT_TEXT_WITH_UNKNOWN
    return is_short and len(reading.distinct_concepts & own) == 1


def _is_year(word: str) -> bool:
    return len(word) == _DIGITS_OF_YEAR and word.isdecimal() and _EARLIEST_YEAR <= int(word) <= _LATEST_YEAR


def _is_near(year: int, own_years: list[int]) -> bool:
    """Return whether `year`, Gregorian or Solar Hijri, is at most a few years from one of `own_years`."""
    return any(abs(year + shift - own) <= _NEAR_YEARS for own in own_years for shift in (0, _SOLAR_HIJRI))
