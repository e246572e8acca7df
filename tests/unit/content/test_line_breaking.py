"""Lines: no character is lost or changed, and no line is too wide."""

from hypothesis import given
from hypothesis import strategies as st

from content.line_breaking import break_evenly, break_lines

texts = st.text(st.sampled_from("ab  -é\u0301\u200c\u00a0می‌\n"), max_size=60)


def width(text: str) -> float:
    return float(len(text))


@given(texts, st.integers(1, 20))
def test_the_lines_joined_together_are_the_text(text: str, columns: int) -> None:
    assert "".join(break_lines(text, columns, width)) == text
    assert "".join(break_evenly(text, columns, width, narrowest=0.6)) == text


@given(st.text("abc-  ", max_size=60), st.integers(2, 20))
def test_no_line_is_too_wide(text: str, columns: int) -> None:
    assert all(len(line.rstrip(" ")) <= columns for line in break_lines(text, columns, width))


def test_a_line_ends_behind_a_word_or_a_hyphen_between_letters_and_nowhere_else() -> None:
    assert break_lines("May 1-2-2023 non-changing", 9, width) == ["May ", "1-2-2023 ", "non-", "changing"]
    assert break_lines("10\u00a0km far", 6, width) == ["10\u00a0km ", "far"]


def test_a_word_that_is_too_wide_is_broken_between_letters_but_not_at_marks_and_joiners() -> None:
    assert break_lines("xe\u0301e\u0301", 3, width) == ["xe\u0301", "e\u0301"]
    assert break_lines("می\u200cشود", 3, width) == ["م", "ی\u200cش", "ود"]


def test_a_last_word_alone_gets_company_without_a_further_line() -> None:
    assert break_lines("aaa bbb ccc d", 11, width) == ["aaa bbb ccc ", "d"]
    assert break_evenly("aaa bbb ccc d", 11, width, narrowest=0.6) == ["aaa bbb ", "ccc d"]
