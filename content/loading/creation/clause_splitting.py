"""Split the text of a declaration into preamble, clauses and closing, without changing a letter of it.

A text without numbers is split at its headings in capitals, or else into its paragraphs.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

from content.loading.creation.clause_markers import clause_markers, number_after_gap
from content.loading.creation.clause_titles import (
    PREAMBLE,
    heading_length,
    is_capital_heading,
    is_heading,
    is_title,
    part_named,
)
from content.model import ClauseId
from content.search.clause_references import CLOSING

_PARAGRAPH_BREAK = re.compile(r"\n\n\s*")
_LINE_AND_NEXT = re.compile(r"^([^\n]+)(?=\n+([^\n]+))", re.MULTILINE)
_MIN_CLAUSES = 3  # from which it is clear that a second paragraph of the last clause is the closing


class Division(Enum):
    """The way in which a text was split into clauses. The values are part of a sentence that organisers read."""

    NUMBERS = "numbers"
    HEADINGS = "headings in capitals"
    PARAGRAPHS = "paragraphs"


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a pasted text: a clause, the preamble or the closing.

    `marker` is the number as it was pasted, such as "Article 3: ". `gap` is the white space after `text`. `marker`,
    `heading` and `gap` can be empty. `part` is PREAMBLE, CLOSING, or None for a clause.
    """

    marker: str
    heading: str
    text: str
    gap: str = ""
    part: ClauseId | None = None

    @property
    def source(self) -> str:
        """Return the part of the pasted text that this section was made from."""
        return self.marker + self.heading + self.text + self.gap

    def paragraphs(self) -> list[str]:
        """Return the paragraphs of the text."""
        return _PARAGRAPH_BREAK.split(self.text)


@dataclass(frozen=True, slots=True)
class SplitText:
    """A text in sections. `title_line` is its first line, if that is the title of the declaration.

    `number_after_gap` is the number with which the list of clauses continues after a gap, or None without a gap.
    """

    title_line: str
    sections: Sequence[Section]
    division: Division
    number_after_gap: int | None = None

    @property
    def source(self) -> str:
        """Return the pasted text."""
        return self.title_line + "".join(section.source for section in self.sections)

    def has(self, part: ClauseId) -> bool:
        """Return whether a section is `part`, which is PREAMBLE or CLOSING."""
        return any(section.part == part for section in self.sections)

    @property
    def clause_count(self) -> int:
        """Return how many sections are clauses."""
        return sum(section.part is None for section in self.sections)


def split_text(text: str, title: str) -> SplitText:
    """Split the pasted `text` into sections. The caller must have passed it through `normalized`.

    `title` is the declaration's title, with which the text might begin.
    """
    length = _title_length(text, title)
    title_line, body = text[:length], text[length:]
    if markers := clause_markers(body):
        sections = _sections(body, [(marker.start, marker.end) for marker in markers])
        return SplitText(title_line, _with_closing(sections), Division.NUMBERS, number_after_gap(body, markers))
    headings = _capital_headings(body)
    division = Division.HEADINGS if len(headings) > 1 else Division.PARAGRAPHS
    starts = headings if division is Division.HEADINGS else _paragraph_starts(body)
    sections = _sections(body, [(start, start) for start in starts])
    return SplitText(title_line, _named_parts(sections), division)


def _title_length(text: str, title: str) -> int:
    """Return the length of the title at the beginning of `text`, with the empty lines below it; 0 without a title."""
    first_line, _, rest = text.partition("\n")
    body = rest.lstrip()
    return len(text) - len(body) if body and is_title(first_line, title) else 0


def _capital_headings(text: str) -> list[int]:
    """Return the positions of headings in capitals. If two headings follow each other, return only the second."""
    lines = _LINE_AND_NEXT.finditer(text)
    return [line.start() for line in lines if is_capital_heading(line[1]) and not is_capital_heading(line[2])]


def _paragraph_starts(text: str) -> list[int]:
    """Return the positions of paragraphs. A heading on a line of its own belongs to the paragraph below it."""
    breaks = [(0, 0), *(match.span() for match in _PARAGRAPH_BREAK.finditer(text))]
    headed = [
        is_heading(text[end:start]) and "\n" not in text[end:start] for (_, end), (start, _) in pairwise(breaks)
    ]
    return [0, *(end for (_, end), is_headed in zip(breaks[1:], headed, strict=True) if not is_headed)]


def _sections(text: str, places: Sequence[tuple[int, int]]) -> list[Section]:
    """Split `text` at the markers of clauses. `places` has the start and end of each marker.

    The text before the first marker is the preamble.
    """
    ends = [*(start for start, _ in places[1:]), len(text)]
    sections = [_section(text[start:end], marker - start) for (start, marker), end in zip(places, ends, strict=True)]
    first = places[0][0]
    return [*_preamble(text[:first]), *sections]


def _section(source: str, marker_length: int) -> Section:
    content = source.rstrip()
    gap = source[len(content) :]
    if len(content) <= marker_length:  # there is nothing but a number
        return Section("", "", content, gap)
    body = content[marker_length:]
    length = heading_length(body)
    return Section(content[:marker_length], body[:length], body[length:], gap)


def _preamble(source: str) -> Iterator[Section]:
    """Yield the text before the first clause as a section, or nothing if it is blank.

    A first line with digits is not used as the heading, because it is probably a date.
    """
    if not source.strip():
        return
    section = _section(source, 0)
    if re.search(r"\d", section.heading):
        section = replace(section, heading="", text=section.heading + section.text)
    yield replace(section, part=PREAMBLE)


def _named_parts(sections: list[Section]) -> list[Section]:
    """Return `sections` with the preamble and the closing marked: their field `part` is PREAMBLE or CLOSING.

    The first section is the preamble if it has a usual heading of a preamble. The last section is the closing if it
    has a usual heading of a closing.
    """
    if len(sections) > 1 and part_named(sections[0].heading) == PREAMBLE:
        sections = [replace(sections[0], part=PREAMBLE), *sections[1:]]
    if len(sections) > 1 and part_named(sections[-1].heading) == CLOSING:
        sections = [*sections[:-1], replace(sections[-1], part=CLOSING)]
    return sections


def _with_closing(sections: list[Section]) -> list[Section]:
    """Return `sections` with the closing split off the last clause.

    If the end of the last clause is not clearly the closing, return `sections` unchanged.
    """
    *others, last = sections
    clauses = [section for section in others if section.part is None]
    breaks = list(_PARAGRAPH_BREAK.finditer(last.text))
    named = [match for match in breaks if part_named(last.text[match.end() :].partition("\n")[0]) == CLOSING]
    are_short = len(clauses) + 1 >= _MIN_CLAUSES and all(len(clause.paragraphs()) == 1 for clause in clauses)
    is_clear = are_short and len(breaks) == 1 and last.text[breaks[0].end()].isalpha()
    if not named and not is_clear:
        return sections
    start, end = (named or breaks)[0].span()
    closing = replace(_section(last.text[end:], 0), gap=last.gap, part=CLOSING)
    return [*others, replace(last, text=last.text[:start], gap=last.text[start:end]), closing]
