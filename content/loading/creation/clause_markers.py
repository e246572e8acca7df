"""Find the numbers of clauses in a text: "1.", "2)", "Article 3", "§ 4", "Art. V", "ماده ۶:", "۷-", "البند ٨".

The module has no list of words such as "Article". Any word is accepted if lines begin with the word and the numbers
1, 2, 3 and so on.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_INDENTED = 3  # spaces before a number from which its list may be inside another one
_ROMAN = re.compile("(x{0,3})(ix|iv|v?i{0,3})", re.IGNORECASE)
_ROMAN_UNITS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_NUMBER = r"(?P<number>(?<!\d)\d{1,3}(?!\d)|\b[IVX]{1,7}\b)"
_DASHES = r"\-–—ـ"
_BARE = re.compile(rf"(?P<word>[(\[]?) ?{_NUMBER} ?(?P<end>[*_]*[.)\]:/،．、{_DASHES}]+[*_]*)(?!\d)\s*")
_WORDED = re.compile(
    rf"(?P<word>§{{1,2}}|[^\W\d_][^\W\d_]{{0,19}}\.?) ?{_NUMBER}"
    rf"(?P<end>(?:[^\W\d_]{{1,2}}\b|[ºª°])?[*_]* ?[.):{_DASHES}]*[*_]*)(?:(?=\s|$)|(?<=[.):{_DASHES}])(?!\d))\s*"
)
_LINE = re.compile(r"^(?P<indent>[^\S\n]*)(?P<markup>[#*_>]* ?)(?=\S)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Marker:
    """The number of a clause at the beginning of a line, such as "Article 3:", at the positions `start` to `end`.

    `style` is the form of the marker without the number. Markers of one list have the same style.
    """

    start: int
    end: int
    number: int
    style: str


def clause_markers(text: str) -> list[Marker]:
    """Return the markers of the clauses, numbered from 1 without a gap. The list is empty if there are none.

    A text can have several lists of numbers, because a clause can contain a list. In a text with one "Article 1" and
    several "1.", the articles are the clauses: a list is preferred if only one marker in its style has the number 1.
    """
    by_style: dict[str, list[Marker]] = {}
    for marker in _all_markers(text):
        by_style.setdefault(marker.style, []).append(marker)
    for style, markers in by_style.items():
        markers[:0] = _first_in_words(text[: markers[0].start], style) if markers[0].number == 2 else []
    lists = [(_is_single(markers), _count_up(markers)) for markers in by_style.values()]
    lists = [(is_single, markers) for is_single, markers in lists if len(markers) > 1]
    if any(is_single for is_single, _ in lists):
        return max((markers for is_single, markers in lists if is_single), key=len)
    return min((markers for _, markers in lists), key=lambda markers: markers[0].start, default=[])


def number_after_gap(text: str, markers: Sequence[Marker]) -> int | None:
    """Return the number after a gap in the list of clauses: 5 if `markers` end with 3 and `text` goes on with 5.

    Return None if the list has no gap, or if more than one number is missing.
    """
    last = markers[-1]
    numbers = [marker.number for marker in _all_markers(text) if marker.style == last.style and marker.end > last.end]
    return next((number for number in numbers if last.number < number <= last.number + 2), None)


def _all_markers(text: str) -> Iterator[Marker]:
    for line in _LINE.finditer(text):
        match = _WORDED.match(text, line.end()) or _BARE.match(text, line.end())
        number = _value(match["number"]) if match else None
        if match and number:
            yield Marker(line.start(), match.end(), number, _style(line, match))


def _first_in_words(text: str, style: str) -> list[Marker]:
    """Find the marker of the first clause if its number is a word, as in "Article premier".

    `style` is the style of the markers after it, such as that of "Article 2". Return a list with the marker, or an
    empty list. If several lines of `text` begin like this, return the last one.
    """
    word = re.escape(style.rpartition(" ")[0])
    pattern = rf"^[^\S\n]*{word}\.? [^\W\d_]+[ .:){_DASHES}]*(?=\s)\s*"
    places = re.finditer(pattern, text, re.MULTILINE | re.IGNORECASE)
    return [Marker(place.start(), place.end(), 1, style) for place in places][-1:]


def _style(line: re.Match[str], match: re.Match[str]) -> str:
    script = "digits" if match["number"][0].isdecimal() else "roman"
    if match.re is _WORDED:
        return f"{match['word'].casefold().rstrip('.')} {script}"
    depth = len(line["indent"]) >= _INDENTED
    end = re.sub(f"[{_DASHES}]", "-", match["end"].strip("*_ "))
    return f"{match['word']}{end} {script} {line['markup'].strip()} {depth}"


def _value(number: str) -> int | None:
    if number[0].isdecimal():
        return int(number)
    match = _ROMAN.fullmatch(number)
    return 10 * len(match[1]) + _ROMAN_UNITS.index(match[2].casefold()) if match else None


def _is_single(markers: Sequence[Marker]) -> bool:
    return sum(marker.number == 1 for marker in markers) == 1


def _count_up(markers: Sequence[Marker]) -> list[Marker]:
    """Return those of `markers` that count from 1: the first 1, the first 2 after it, and so on."""
    counted: list[Marker] = []
    for marker in markers:
        if marker.number == len(counted) + 1:
            counted.append(marker)
    return counted
