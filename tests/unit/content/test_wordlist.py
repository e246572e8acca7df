"""Test the compact stores of words and expressions: they find what a set or a plain search would find."""

from hypothesis import example, given
from hypothesis import strategies as st

from content.search.multiword import Expression, Expressions
from content.search.words.wordlist import WordList

words = st.text("abcاب", min_size=1, max_size=4)
expressions = st.lists(words, min_size=2, max_size=4).map(tuple)


@given(st.sets(words), st.lists(words))
@example({"ab", "aab", "b"}, ["a", "aa", "ab", "b", "bb", "aabb"])
def test_a_word_list_has_the_words_of_a_set_and_no_others(known: set[str], asked: list[str]) -> None:
    word_list = WordList.of(known)

    assert all(word in word_list for word in known)
    assert [word in word_list for word in asked] == [word in known for word in asked]


def test_an_empty_word_list_contains_nothing() -> None:
    assert "" not in WordList.of(())
    assert "a" not in WordList.of(())


@given(st.lists(st.tuples(expressions, st.sampled_from("xyz"))), st.lists(words, min_size=1, max_size=6))
@example([(("a", "b"), "x"), (("a", "b", "c"), "y"), (("a", "b"), "z")], ["a", "b", "c", "d"])
@example([(("a", "b"), "x"), (("a", "b"), "z")], ["a", "b"])
@example([(("a", "b", "c"), "x")], ["a", "b"])
def test_the_longest_expression_is_found_with_its_latest_sense(
    claims: list[tuple[Expression, str]], text: list[str]
) -> None:
    stored = Expressions.of(claims)
    match = stored.find(text[: stored.longest(text[0])])
    fitting = {known: sense for known, sense in claims if tuple(text[: len(known)]) == known}
    longest = max(fitting, key=len, default=None)

    assert match == (longest and (len(longest), fitting[longest]))
