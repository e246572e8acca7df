"""Load the words that mark a part of a text as rejected, such as "not", from `words/shared/contrast.yaml`."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from content.loading.yaml_source import read_plain
from content.paths import WORD_LISTS
from content.search.contrast import Contrast
from content.search.multiword import Expression
from content.search.words.folding import folded_words


@cache
def contrast_words() -> Contrast:
    """Return the markers of contrast, such as "not" or "instead of", of all languages together.

    The languages are not separated, because a text can mix them.
    """
    raw: dict[str, Any] = read_plain(WORD_LISTS / "shared" / "contrast.yaml")
    around: dict[Expression, frozenset[Expression]] = {}
    for pair in raw["around"]:
        for opening in _phrases([pair["from"]]):
            around[opening] = around.get(opening, frozenset()) | _phrases([pair["to"]])
    lists = {name: _phrases(raw[name].values()) for name in ("before", "after", "opening", "closing")}
    return Contrast(
        **lists,
        around=around,
        turns=_phrases(raw["turns"].values()),
        exceptions=_phrases(raw["exceptions"].values()),
        first_words=_first_words(*lists.values(), around),
    )


def _phrases(lists: Iterable[str]) -> frozenset[Expression]:
    """Return the expressions in comma-separated `lists`, each as a tuple of its folded words."""
    phrases = (tuple(folded_words(phrase)) for listed in lists for phrase in listed.split(","))
    return frozenset(phrase for phrase in phrases if phrase)


def _first_words(*markers: Iterable[Expression] | Mapping[Expression, object]) -> frozenset[str]:
    return frozenset(phrase[0] for group in markers for phrase in group)
