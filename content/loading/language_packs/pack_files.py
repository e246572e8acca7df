"""Read the language packs in `content/words/`: the words, endings and letters of each language, as data.

A pack is a file `LANG.yaml`. `words/README.md` explains its keys. Lists are texts with commas between the entries.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from content.loading.yaml_source import read_plain
from content.paths import WORD_LISTS
from content.search.words.folding import fold

SCRIPTS = WORD_LISTS / "shared" / "scripts.yaml"  # the scripts of languages without a pack
_COMMA = " qzzq "  # stands for a comma; folding does not change it
_COMMAS = str.maketrans("،،", ",,")


@dataclass(frozen=True, slots=True)
class LanguagePack:
    """The pack of a language, or of a variant, such as Dari in Latin letters.

    - `codes`: the pack's own code, and then other codes of the same language, such as `prs` for `fa`.
    - `serving`: the codes of the languages for which the pack is used. Usually these are its `codes`. The pack of a
      variant is used for the whole language: `fa-latn` for `fa`, `prs` and so on.
    """

    codes: tuple[str, ...]
    serving: tuple[str, ...]
    script: str
    data: Mapping[str, Any]

    @property
    def language(self) -> str:
        """Return the pack's own code, which the vocabulary stores with each word of the pack."""
        return self.codes[0]

    @property
    def is_variant(self) -> bool:
        """Return whether the pack is for a variant of a language, such as Dari in Latin letters."""
        return self.codes != self.serving

    def serves(self, tag: str) -> bool:
        """Return whether the pack is used for a language. `tag` is the code of the language, such as `de-AT`.

        The pack of a variant is used for the whole language. For example, `fa-latn`, Dari in Latin letters, is used
        for `fa`.
        """
        return base_code(tag) in self.serving

    def listed(self, *keys: str) -> list[str]:
        """Return the entries of the comma-separated list at the path `keys`.

        Without such a list, return an empty list.
        """
        return entries(self.section(*keys, default=""))

    def section(self, *keys: str, default: Any = None) -> Any:
        """Return the value at the path `keys` of the pack's YAML.

        Without a value, return `default`, or an empty dict.
        """
        data: Any = self.data
        for key in keys:
            data = data.get(key) if isinstance(data, Mapping) else None
        return data if data is not None else ({} if default is None else default)

    def groups(self, sense: str) -> Iterator[str]:
        """Yield the pack's word lists of a sense such as "stop", each as one comma-separated text.

        A sense says how the search uses a word. `words/README.md` explains the senses.
        """
        yield from self.section(sense).values()


def base_code(tag: str) -> str:
    """Return the primary code of a language tag: `de` for `de-AT`."""
    return tag.lower().replace("_", "-").partition("-")[0]


def entries(listed: str) -> list[str]:
    """Return the entries of a comma-separated list."""
    return [entry for part in listed.translate(_COMMAS).split(",") if (entry := part.strip())]


def folded_entries(listed: str) -> list[str]:
    """Return the entries of a comma-separated list in folded form.

    The whole list is folded in one call, which is much faster than one call for each entry.
    """
    folded = fold(listed.translate(_COMMAS).replace(",", _COMMA))
    return [entry for part in folded.split(_COMMA.strip()) if (entry := part.strip())]


@cache
def all_packs() -> tuple[LanguagePack, ...]:
    """Read every pack, sorted by file name."""
    files = [read_plain(path) for path in sorted(WORD_LISTS.glob("*.yaml"))]
    codes = {data["language"]: (data["language"], *entries(data.get("also", ""))) for data in files}
    return tuple(
        LanguagePack(codes[data["language"]], codes[data.get("variant_of", data["language"])], data["script"], data)
        for data in files
    )


def packs_for(languages: Collection[str] | None = None) -> tuple[LanguagePack, ...]:
    """Return the packs for the languages of a campaign, in the order of `languages`; if None, every pack.

    Variants of these languages are included, and packs that every campaign needs, such as English.
    """
    if languages is None:
        return all_packs()
    serving = [pack for tag in languages for pack in all_packs() if pack.serves(tag)]
    always = [pack for pack in all_packs() if pack.section("always", default="") == "true"]
    return tuple({pack.language: pack for pack in (*serving, *always)}.values())
