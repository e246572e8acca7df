"""The difference of two texts, word by word."""

from hypothesis import given
from hypothesis import strategies as st

from bot.broadcast.authoring.checks.text_difference import difference
from content.screens.screen import Screen, Span, Style

TEXTS = st.lists(st.sampled_from(["We", "meet", "on", "Friday", "فردا", " ", "\n\n", "12:00"]), max_size=200).map(
    "".join
)


def test_changed_words_are_marked_and_others_are_not() -> None:
    assert difference("We meet on Friday at noon.", "We meet on Saturday at noon, in the park.") == (
        Span("We meet on "),
        Span("Friday", Style.STRIKETHROUGH),
        Span(" "),
        Span("Saturday", Style.BOLD),
        Span(" at "),
        Span("noon.", Style.STRIKETHROUGH),
        Span(" "),
        Span("noon, in the park.", Style.BOLD),
    )


def test_texts_without_a_change_have_no_mark() -> None:
    assert difference("We meet", "We meet") == (Span("We meet"),)


def test_very_different_texts_are_shown_one_after_the_other() -> None:
    before, after = " ".join(f"a{number} x" for number in range(99)), " ".join(f"b{number} x" for number in range(99))

    assert difference(before, after) == (Span(before, Style.STRIKETHROUGH), Span("\n\n"), Span(after, Style.BOLD))


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_marks(before: str, after: str) -> None:
    spans = difference(before, after)

    assert "".join(span.text for span in spans if span.style is not Style.STRIKETHROUGH).split() == after.split()
    assert "".join(span.text for span in spans if span.style is not Style.BOLD).split() == before.split()
    assert len(Screen(spans).entities) <= 100
