"""Test splitting long screens: no message is too long or empty, no letter is lost, every style is kept."""

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from content.screens.screen import TEXT_LIMIT, CallbackButton, Screen, Span, Style, units
from content.screens.split import split_screen, split_text

TEXTS = st.text(alphabet=st.sampled_from("ab .\n؟۔😀\u200cقه!"), max_size=400)
SPANS = st.lists(st.builds(Span, TEXTS, st.sampled_from([None, *Style])), min_size=1, max_size=8).map(tuple)
LIMITS = st.integers(2, 60)
ROWS = ((CallbackButton("on", "r.s.en"),),)


@given(TEXTS, LIMITS)
def test_pieces_fit_and_are_the_text_when_joined(text: str, limit: int) -> None:
    pieces = list(split_text(text, limit))

    assert "".join(pieces) == text
    assert all(1 <= units(piece) <= limit for piece in pieces)


@given(st.text(max_size=200), st.integers(2, 20))
def test_any_text_is_cut_between_characters(text: str, limit: int) -> None:
    for piece in split_text(text, limit):
        assert units(piece) <= limit
        assert piece.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass") == piece


@given(SPANS, LIMITS)
def test_messages_fit_and_none_is_blank(spans: tuple[Span, ...], limit: int) -> None:
    screen = Screen(spans, ROWS)
    messages = split_screen(screen, limit)

    assert all(units(message.text) <= limit for message in messages)
    assert len(messages) == 1 or all(message.text.strip() for message in messages)


@given(SPANS, LIMITS)
def test_no_visible_letter_is_lost(spans: tuple[Span, ...], limit: int) -> None:
    screen = Screen(spans, ROWS)
    joined = "".join(message.text for message in split_screen(screen, limit))

    assert "".join(joined.split()) == "".join(screen.text.split())


@given(SPANS, LIMITS)
def test_every_letter_keeps_its_style(spans: tuple[Span, ...], limit: int) -> None:
    messages = split_screen(Screen(spans, ROWS), limit)

    assert _styled(chain.from_iterable(message.spans for message in messages)) == _styled(spans)


@given(SPANS, LIMITS)
def test_entities_lie_within_their_message(spans: tuple[Span, ...], limit: int) -> None:
    for message in split_screen(Screen(spans, ROWS), limit):
        for entity in message.entities:
            assert entity.length > 0
            assert entity.offset >= 0
            assert entity.offset + entity.length <= units(message.text)


@given(SPANS, LIMITS)
def test_only_the_last_message_has_the_buttons(spans: tuple[Span, ...], limit: int) -> None:
    rows = [message.rows for message in split_screen(Screen(spans, ROWS), limit)]

    assert rows[:-1] == [()] * (len(rows) - 1)
    assert rows[-1:] in ([], [ROWS])


def test_entities_are_counted_in_utf_16_units() -> None:
    screen = Screen((Span("😀ب"), Span("😀", Style.BOLD)))

    assert [(entity.type, entity.offset, entity.length) for entity in screen.entities] == [("bold", 3, 2)]


def test_a_short_screen_is_not_changed() -> None:
    screen = Screen((Span("a" * TEXT_LIMIT),), ROWS)

    assert split_screen(screen) == (screen,)


def test_a_long_blank_screen_gives_no_message() -> None:
    assert split_screen(Screen((Span(" " * 10),)), 5) == ()


def test_a_cut_falls_between_paragraphs_then_sentences_then_words() -> None:
    assert list(split_text("one two.\n\nthree", 14)) == ["one two.\n\n", "three"]
    assert list(split_text("One two. Three four", 14)) == ["One two. ", "Three four"]
    assert list(split_text("یک جمله؟ جملهٔ دیگر", 14)) == ["یک جمله؟ ", "جملهٔ دیگر"]
    assert list(split_text("one two three", 9)) == ["one two ", "three"]
    assert list(split_text("onetwothree", 9)) == ["onetwothr", "ee"]


def _styled(spans: "chain[Span] | tuple[Span, ...]") -> list[tuple[str, Style | None]]:
    return [(letter, span.style) for span in spans for letter in span.text if not letter.isspace()]
