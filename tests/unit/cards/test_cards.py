"""Cards: the words of the declaration letter by letter, in the right direction, and a file that betrays nothing."""

from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from bot.cards import draw_card
from bot.cards.card_font import font_of, missing_letters, texts_of
from bot.cards.card_layout import HEIGHT, INNER, MARGIN, WIDTH, lay_out
from bot.cards.card_text import CardNotDrawable, CardText, page_label
from bot.cards.page_layout import LineKind, page_height
from bot.chart import typesetting
from content.model import Lang
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.card_pictures import (
    SAMPLES,
    card_of,
    cards_in,
    chunks,
    difference_from_sample,
    plain_card,
)
from tests.support.chart_pixels import count, near, opened

MAX_BYTES = 60_000
PLAIN_CHUNKS = {"IHDR", "PLTE", "IDAT", "IEND"}
each_language = pytest.mark.parametrize("lang", list(CAMPAIGN.languages))


def text_on(card: CardText) -> str:
    """Return the text that the lines of all pages have together, without breaks of paragraphs."""
    return "".join(line.text for page in lay_out(card).pages for line in page if line.kind is LineKind.TEXT)


def drawn_box(picture: Image.Image) -> tuple[int, int, int, int]:
    """Return the box around everything that is drawn on the paper."""
    corner = picture.crop((0, 0, 1, 1)).resize(picture.size)
    box = ImageChops.difference(picture, corner).getbbox()
    assert box
    return box


@each_language
def test_every_card_has_its_text_letter_by_letter_and_a_glyph_for_each(lang: Lang) -> None:
    for card in cards_in(lang):
        assert text_on(card) == "".join(passage.text for passage in card.passages).replace("\n", "")
        assert missing_letters(set("".join(texts_of(card))), font_of(card)) == set()


@each_language
def test_no_line_is_cut_and_no_text_runs_into_the_footer(lang: Lang) -> None:
    direction = "rtl" if CAMPAIGN.languages[lang].rtl else "ltr"
    for card in cards_in(lang):
        layout = lay_out(card)
        font = typesetting.load(layout.font, layout.size)
        for page in layout.pages:
            assert layout.text_top + page_height(page) < layout.footer_top
            assert all(font.getlength(line.text.rstrip(), direction=direction) <= INNER for line in page)


@each_language
def test_a_card_is_a_small_file_of_pixels_and_nothing_else(lang: Lang) -> None:
    for png in draw_card.pngs(card_of("preamble", lang)):
        picture = opened(png)
        left, top, right, bottom = drawn_box(picture)

        assert picture.size == (WIDTH, HEIGHT)
        assert len(png) <= MAX_BYTES
        assert set(chunks(png)) == PLAIN_CHUNKS
        assert min(left, top, WIDTH - right) >= MARGIN - 10
        assert HEIGHT - bottom >= MARGIN // 2


@pytest.mark.parametrize(("clause", "lang", "is_dark"), SAMPLES)
def test_a_card_looks_as_it_did_when_somebody_looked_at_it(clause: str, lang: str, is_dark: bool) -> None:
    assert difference_from_sample(clause, lang, is_dark) < 0.6


@each_language
def test_a_long_text_is_on_several_cards_with_numbers_in_the_language_s_digits(lang: Lang) -> None:
    card = card_of("preamble", lang)

    assert len(lay_out(card).pages) == 2
    assert page_label(1, 2, card.digits) == {"en": "1/2", "fa": "۱/۲", "ps": "۱/۲"}[lang]


def test_no_card_has_a_link_unless_the_person_asks_for_it() -> None:
    for lang in CAMPAIGN.languages:
        for card in cards_in(lang):
            assert not any(mark in text for text in texts_of(card) for mark in ("://", "t.me", "@", "_bot"))


def test_right_to_left_lines_begin_at_the_right_margin_and_left_to_right_ones_at_the_left() -> None:
    (arabic,), (latin,) = draw_card.pngs(plain_card("و و", is_rtl=True, lang="fa")), draw_card.pngs(plain_card("n n"))
    left, _, right, _ = drawn_box(opened(arabic).crop((0, 150, WIDTH, 700)))
    assert WIDTH - MARGIN - right < 12
    assert left > WIDTH / 2
    left, _, right, _ = drawn_box(opened(latin).crop((0, 150, WIDTH, 700)))
    assert left - MARGIN < 12
    assert right < WIDTH / 2


def test_the_joiner_between_two_letters_is_drawn() -> None:
    """Without it, the two letters would join."""
    apart, joined = (draw_card.pngs(plain_card(text, is_rtl=True, lang="fa"))[0] for text in ("می\u200cشود", "میشود"))
    assert apart != joined
    assert "\u200c" in text_on(card_of("4", "fa"))


def test_a_dark_card_has_light_letters_on_dark_paper() -> None:
    light, dark = (opened(draw_card.pngs(card_of("3", "en", is_dark=is_dark))[0]) for is_dark in (False, True))
    assert count(near(light, "white", 40)) > WIDTH * HEIGHT * 0.8
    assert count(near(dark, "black", 40)) > WIDTH * HEIGHT * 0.8


def test_letters_that_no_font_has_are_reported_instead_of_drawn_as_boxes() -> None:
    with pytest.raises(CardNotDrawable):
        lay_out(plain_card("水"))
    lay_out(plain_card("вода"))


def test_a_word_without_end_and_a_text_without_end_are_drawn_whole() -> None:
    card = replace(plain_card("x" * 400 + " " + "word " * 400), title="T" * 90)
    layout = lay_out(card)

    assert text_on(card) == card.passages[0].text
    assert len(layout.pages) > 5
    assert len({page_height(page) for page in layout.pages[:-1]}) <= 2


def test_a_title_that_leaves_no_room_for_the_text_is_reported() -> None:
    with pytest.raises(CardNotDrawable):
        lay_out(replace(plain_card("word"), title="Title " * 90))


@pytest.mark.parametrize("is_dark", [False, True])
def test_pale_letters_have_enough_contrast(is_dark: bool) -> None:
    """WCAG asks for 4.5 : 1. Nothing in the footer but the notice, which is pale, is drawn there."""
    footer = (
        opened(draw_card.pngs(card_of("3", "en", is_dark=is_dark))[0]).crop((0, 1230, WIDTH, HEIGHT)).convert("L")
    )
    darkest, lightest = min(footer.tobytes()), max(footer.tobytes())

    assert (_luminance(lightest) + 0.05) / (_luminance(darkest) + 0.05) >= 4.5


def _luminance(grey: int) -> float:
    return float(((grey / 255 + 0.055) / 1.055) ** 2.4)
