"""Read the sample texts of a new campaign from the locales. Without a locale, a language gets the English texts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from content.loading.phrases.locales import FALLBACK, read_locale, shipped_locales

SAMPLE_CLAUSES = {"schools": "1", "water": "2"}  # their keys in the locales, and their ids in a campaign


@dataclass(frozen=True, slots=True)
class SampleClause:
    """A clause of the sample campaign. Numbered clauses also have a quote from their text and the id of a topic."""

    title: str
    text: str
    quote: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class SampleTexts:
    """The sample texts in one language.

    `clauses` has the numbered clauses of the sample by their keys in SAMPLE_CLAUSES, such as "schools".
    """

    preamble: SampleClause
    clauses: Mapping[str, SampleClause]
    closing_title: str
    government: str

    @classmethod
    def in_language(cls, lang: str) -> "SampleTexts":
        """Return the sample texts in `lang`, or in English if the locale has none."""
        sample: Mapping[str, Any] = read_locale(lang).sample or read_locale(FALLBACK).sample
        return cls(
            preamble=SampleClause(**sample["preamble"]),
            clauses={key: SampleClause(**sample[key]) for key in SAMPLE_CLAUSES},
            closing_title=sample["closing"]["title"],
            government=sample["government"],
        )


def all_sample_texts() -> Iterator[SampleTexts]:
    """Yield the sample texts of every locale."""
    return (SampleTexts.in_language(code) for code in shipped_locales() if read_locale(code).sample)
