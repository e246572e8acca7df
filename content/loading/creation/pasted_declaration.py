"""Make the clauses of a new campaign from a text that was split, and describe the split to the organiser."""

from collections.abc import Iterator, Mapping

from content.loading.creation.campaign_files import ClauseText
from content.loading.creation.clause_splitting import Division, Section, SplitText
from content.loading.creation.clause_titles import PREAMBLE, first_words
from content.loading.creation.sample_texts import SampleTexts
from content.model import ClauseId
from content.search.clause_references import CLOSING


def clause_texts(split: SplitText, lang: str) -> list[ClauseText]:
    """Return the clauses, numbered from 1. `lang` is the language of the text."""
    sample = SampleTexts.in_language(lang)
    names = {PREAMBLE: sample.preamble.title, CLOSING: sample.closing_title}
    numbers = iter(range(1, split.clause_count + 1))
    return [
        ClauseText(section.part or str(next(numbers)), _title(section, names), section.text)
        for section in split.sections
    ]


def _title(section: Section, names: Mapping[ClauseId, str]) -> str:
    """Return a section's title: its heading if it has one.

    Without a heading, the preamble and the closing have the title in `names`, and a clause the first words of its
    text.
    """
    return section.heading.strip() or (names[section.part] if section.part else first_words(section.text))


def describe_split(split: SplitText) -> Iterator[str]:
    """Yield sentences that say what was found in the text, and what the organiser should look at."""
    count = split.clause_count
    parts = [f"{count} clauses" if count != 1 else "1 clause"]
    parts += ["a preamble"] if split.has(PREAMBLE) else []
    parts += ["a closing"] if split.has(CLOSING) else []
    yield f"Found {_joined(parts)}, divided by {split.division.value}."
    if split.division is not Division.NUMBERS:
        yield "The text has no numbers 1, 2, 3 at the beginning of lines: look whether the clauses are right."
    if split.number_after_gap:
        yield f"Number {split.number_after_gap - 1} is missing in the text: look at the end of clause {count}."


def _joined(parts: list[str]) -> str:
    return " and ".join(", ".join(parts).rsplit(", ", 1))
