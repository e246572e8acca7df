"""Equal texts of a loaded campaign are one object, and nothing else changes."""

import pickle
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from content.shared_values import share_equal_values
from tests.support.bot_and_playground import MATCHER


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    words: frozenset[str]


def new(text: str) -> str:
    """Return an equal string that is another object."""
    return "".join(list(text))


ENTRIES = st.lists(st.builds(Entry, st.text(), st.frozensets(st.text(), max_size=4)), max_size=8)


@given(ENTRIES)
@settings(max_examples=30)
def test_a_copy_is_equal_and_its_equal_texts_are_one_object(entries: list[Entry]) -> None:
    doubled = entries + [Entry(new(entry.name), frozenset(map(new, entry.words))) for entry in entries]
    shared = share_equal_values(doubled)
    texts = [text for entry in shared for text in (entry.name, *entry.words)]

    assert shared == doubled
    assert len({id(text) for text in texts}) == len(set(texts))
    assert len({id(entry.words) for entry in shared}) == len({entry.words for entry in shared})


def test_values_that_are_equal_but_not_the_same_are_kept_apart() -> None:
    values = [1, True, 1.0, "1", b"1", frozenset({1}), frozenset({True}), frozenset({"1"})]

    assert list(map(repr, share_equal_values(values))) == list(map(repr, values))


def test_sharing_the_shipped_campaign_again_makes_it_no_smaller() -> None:
    once = len(pickle.dumps(MATCHER, pickle.HIGHEST_PROTOCOL))
    twice = len(pickle.dumps(share_equal_values(MATCHER), pickle.HIGHEST_PROTOCOL))

    assert twice >= 0.99 * once
