"""Pages: every line is on one, in order; none is too high; what belongs together stays together."""

from hypothesis import given
from hypothesis import strategies as st

from bot.cards.page_layout import Line, LineKind, page_height, paginate

some_lines = st.lists(
    st.builds(
        Line,
        text=st.text("ab", max_size=3),
        kind=st.sampled_from(LineKind),
        height=st.integers(10, 60),
        gap=st.integers(0, 30),
        keeps_next=st.booleans(),
    ),
    max_size=30,
)


def lines(count: int, *, together: tuple[int, ...] = ()) -> list[Line]:
    return [Line(str(number), LineKind.TEXT, 100, keeps_next=number in together) for number in range(count)]


@given(some_lines)
def test_every_line_is_on_a_page_in_order_and_no_page_is_too_high(card_lines: list[Line]) -> None:
    pages = paginate(card_lines, 100)

    assert [line for page in pages for line in page] == card_lines
    assert all(page_height(page) <= 100 for page in pages)


def test_pages_are_about_equally_full() -> None:
    assert [len(page) for page in paginate(lines(11), 1000)] == [6, 5]


def test_lines_that_belong_together_are_on_one_page() -> None:
    assert [len(page) for page in paginate(lines(4, together=(1,)), 200)] == [1, 2, 1]
