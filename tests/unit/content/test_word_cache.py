"""Test that what was computed for words is remembered, but not without limit and not on the disk."""

import pickle

from content.search.words import word_cache
from content.search.words.word_cache import WordCache


def test_a_value_that_was_remembered_is_found() -> None:
    cache = WordCache[int]()

    assert cache.get("word") is None
    assert cache.remember("word", 7) == 7
    assert cache.get("word") == 7


def test_a_full_cache_forgets_its_words_and_goes_on() -> None:
    cache = WordCache[int]()
    for number in range(3 * word_cache._MOST_WORDS):
        cache.remember(f"word{number}", number)

    assert len(cache) <= word_cache._MOST_WORDS
    assert cache.get(f"word{3 * word_cache._MOST_WORDS - 1}") == 3 * word_cache._MOST_WORDS - 1


def test_a_pickled_cache_is_empty() -> None:
    cache = WordCache[int]()
    cache.remember("word", 7)
    restored = pickle.loads(pickle.dumps(cache))

    assert isinstance(restored, WordCache)
    assert not restored
