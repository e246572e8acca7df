"""A leaflet repeats every clause letter by letter, as text that can be selected, and folds in the right order."""

import functools
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("fpdf", reason="the packages of requirements-export.lock are missing")
pytest.importorskip("uharfbuzz", reason="the packages of requirements-export.lock are missing")

from bot.export.document import Document, Part, document
from bot.export.leaflet.imposition import sides
from bot.export.leaflet.pages import MARGIN, PAGE_HEIGHT, PAGE_WIDTH, PAGES_PER_SHEET, typeset
from bot.export.leaflet.pdf_writer import leaflet
from bot.export.leaflet.shaping import LettersMissing, Shaper
from bot.export.leaflet.styled_lines import LineStyle, lines
from content.model import Lang
from tests.support.exported_files import DOCUMENTS, RIGHT_TO_LEFT, words
from tests.support.pdf_text import DrawnLine, drawn_lines
from tests.support.shipped_campaign import CAMPAIGN
from tests.support.signing import SIGNING_CAMPAIGN

ROOT = Path(__file__).parents[3]
LONG_WORDS = "Donaudampfschifffahrtsgesellschaft und Rechtsschutzversicherungsgesellschaften wirken daran mit. " * 6
pdf_of = functools.cache(leaflet)  # half a second of CPU each


def in_reading_order(document: Document) -> Iterator[DrawnLine]:
    """Yield the lines of a leaflet of one sheet as somebody reads them who has folded it."""
    lines = list(drawn_lines(pdf_of(document)))
    order = [(0, 1), (1, 0), (1, 1), (0, 0)]  # the side, and whether it is the right half
    for side, half in order:
        for line in lines:
            is_right = (line.left > PAGE_WIDTH) != document.rtl
            if line.side == side and is_right == half and line.base > MARGIN + 1:  # below it are page numbers
                yield line


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_its_glyphs_stand_for_every_letter_of_the_text_in_the_order_of_the_folded_pages(lang: str) -> None:
    document = DOCUMENTS[lang]
    shown = [line.in_reading_order(rtl=document.rtl) for line in in_reading_order(document)]

    assert "".join("".join(shown).split()) == "".join(words(document).split())  # a line may end with a hyphen


@pytest.mark.parametrize("lang", RIGHT_TO_LEFT)
def test_the_key_of_the_campaign_is_the_last_line(lang: str) -> None:
    signing = document(SIGNING_CAMPAIGN, Lang(lang))
    *_, last = in_reading_order(signing)

    assert last.letters == SIGNING_CAMPAIGN.public_key


@pytest.mark.parametrize("lang", CAMPAIGN.languages)
def test_no_line_reaches_into_a_margin(lang: str) -> None:
    document = DOCUMENTS[lang]
    shaper = Shaper(words(document))
    pages = typeset(document, shaper)

    assert len(pages.pages) == PAGES_PER_SHEET
    for placed in (placed for page in pages.pages for placed in page):
        size = pages.size * placed.line.style.value[0]
        assert shaper.width(placed.line.text, rtl=document.rtl) * size <= PAGE_WIDTH - 2 * MARGIN
        assert MARGIN < placed.base < PAGE_HEIGHT - MARGIN


def test_the_same_text_gives_the_same_bytes_in_a_process_that_hashes_differently() -> None:
    document = DOCUMENTS["fa"]
    written = subprocess.run(
        [sys.executable, "-m", "bot.export.leaflet"],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "7", "TZ": "Asia/Kabul"} | ({"PATH": os.environ["PATH"]}),
        input=msgspec.json.encode(document),
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout

    assert hashlib.sha256(written).digest() == hashlib.sha256(pdf_of(document)).digest()


def test_its_properties_name_no_author_no_title_and_no_true_date() -> None:
    pdf = pdf_of(DOCUMENTS["en"])

    assert b"/CreationDate (D:20000101000000Z)" in pdf
    assert not any(key in pdf for key in (b"/Author", b"/Title", b"/Creator (", b"/ModDate", b"fpdf", b"://"))


@pytest.mark.parametrize(
    ("pages", "rtl", "expected"),
    [
        (4, False, [(4, 1), (2, 3)]),
        (4, True, [(1, 4), (3, 2)]),
        (8, False, [(8, 1), (2, 7), (6, 3), (4, 5)]),
        (8, True, [(1, 8), (7, 2), (3, 6), (5, 4)]),
    ],
)
def test_folded_sheets_have_their_pages_in_order(pages: int, rtl: bool, expected: list[tuple[int, int]]) -> None:
    assert list(sides(pages, rtl=rtl)) == expected


def test_a_longer_text_gets_more_sheets_and_type_that_can_be_read() -> None:
    long = replace(DOCUMENTS["en"], parts=DOCUMENTS["en"].parts * 2)
    result = typeset(long, Shaper(words(long)))

    assert len(result.pages) == 2 * PAGES_PER_SHEET
    assert result.size >= 10.5
    drawn = "".join(placed.line.text for page in result.pages for placed in page)
    assert "".join(drawn.split()) == "".join(words(long).split())


def test_a_word_that_is_wider_than_the_page_is_broken_and_stays_on_it() -> None:
    wide = replace(DOCUMENTS["en"], title="Unity" * 40)
    shaper = Shaper(words(wide))
    room = PAGE_WIDTH - 2 * MARGIN

    shown = [line.text for line in lines(wide, shaper, room, 13.0) if line.style is LineStyle.TITLE]

    assert "".join(shown) == wide.title
    assert all(shaper.width(text, rtl=False) * 13.0 * LineStyle.TITLE.value[0] <= room for text in shown)


def test_a_heading_is_never_the_last_line_of_a_page() -> None:
    for count in range(1, 5):
        parts = (Part("1", "Heading", "word " * 60 * count), Part("2", "Another heading", LONG_WORDS))
        document = replace(DOCUMENTS["en"], parts=parts * 4)
        pages = typeset(document, Shaper(words(document))).pages
        assert not any(page[-1].line.keeps_next for page in pages if page)


def test_greek_and_cyrillic_letters_are_in_the_other_font() -> None:
    document = replace(DOCUMENTS["en"], parts=(Part("1", "Декларація", "Є, ї та ґ, α και ω"),))

    assert "Є, ї та ґ, α και ω" in [line.letters for line in drawn_lines(leaflet(document))]


def test_letters_that_no_font_has_are_reported_instead_of_boxes() -> None:
    document = replace(DOCUMENTS["en"], parts=(Part("1", "नमस्ते", "नमस्ते"),))

    with pytest.raises(LettersMissing, match="web page"):
        leaflet(document)


@pytest.mark.parametrize("lang", RIGHT_TO_LEFT)
def test_a_joiner_is_kept(lang: str) -> None:
    assert sum(line.letters.count("\u200c") for line in drawn_lines(pdf_of(DOCUMENTS[lang]))) == words(
        DOCUMENTS[lang]
    ).count("\u200c")
