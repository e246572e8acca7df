"""Read the locales: what the bot itself says in each language, and the facts about languages.

The file `content/locales/LANG.yaml` has the phrases of one language. The key `locale` has the date format and the
like, and the key `sample` the texts of a new campaign. A regional language such as `pt-br` has the phrases of its
parent `pt`, unless it has its own. `content/languages.tsv` has the names, direction, digits and plural rules of all
other languages.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from content.calendars import GREGORIAN, WEEKDAYS, MomentFormat
from content.loading.schema import flat_phrases
from content.loading.yaml_source import read_plain
from content.model import Lang, Language, Phrase
from content.paths import LANGUAGE_FACTS, LOCALES
from content.plurals import PluralRules

FALLBACK = Lang("en")  # the locale that has every phrase
_FACTS = "locale"
_SAMPLE = "sample"
_THOUSANDS = dict.fromkeys(("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"), "٬")  # by digits; others have a comma


@dataclass(frozen=True, slots=True)
class Locale:
    """The locale of a language: phrases by key, and the data under the keys `locale` and `sample` of its file.

    `facts` has the data under `locale`, such as the date format. All are empty if there is no file.
    """

    phrases: Mapping[str, Phrase] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    sample: Mapping[str, Any] = field(default_factory=dict)


def has_locale(lang: str) -> bool:
    """Return whether there is a locale for `lang` or a parent of it, such as `pt` for `pt-br`."""
    return any(_is_shipped(code) for code in _parents_first(lang))


def shipped_locales() -> list[str]:
    """Return the codes of all locales."""
    return sorted(path.stem for path in LOCALES.glob("*.yaml"))


def known_languages() -> Mapping[str, Language]:
    """Return the languages in `languages.tsv` by code."""
    return _language_table()


def is_known_language(lang: str) -> bool:
    """Return whether `languages.tsv` has `lang` or one of its parents, or there is a locale for it."""
    return has_locale(lang) or any(code in _language_table() for code in _parents_first(lang))


@cache
def read_locale(lang: str) -> Locale:
    """Return the locale of `lang`. Whatever a regional locale does not have comes from its parent."""
    phrases: dict[str, Phrase] = {}
    facts: dict[str, Any] = {}
    sample: dict[str, Any] = {}
    for code in filter(_is_shipped, _parents_first(lang)):
        data = dict(read_plain(LOCALES / f"{code}.yaml"))
        facts |= data.pop(_FACTS, {})
        sample |= data.pop(_SAMPLE, {})
        phrases |= flat_phrases(data)
    return Locale(phrases, facts, sample)


def describe_language(lang: str, *, other_codes: tuple[str, ...] = (), **own: Any) -> Language:
    """Build the Language `lang` from its locale and `languages.tsv`.

    `own` can have values of `name`, `digits` and `rtl` that the campaign sets itself. A value of None is ignored.
    `other_codes` are further codes that a device might send for the language; if empty, those of the locale are used.
    """
    known, facts = _known_facts(lang), read_locale(lang).facts
    chosen = {key: value for key, value in own.items() if value is not None}
    values = {"name": facts.get("name", known.name), "digits": facts.get("digits", known.digits), "rtl": known.rtl}
    return Language(
        code=Lang(lang),
        **(values | chosen),
        other_codes=other_codes or tuple(facts.get("other_codes", ())),
        plural_rules=known.plural_rules,
        moment_format=_moment_format(facts),
        names=_names_in(lang) | facts.get("languages", {}),
        separators=tuple(facts.get("list", (", ", ", "))),
        pointers=tuple(facts.get("pointers", ())),
        zone=facts.get("zone", "UTC"),
        first_weekday=WEEKDAYS.index(facts.get("week_begins", WEEKDAYS[0])),
        time_words={meaning: tuple(words) for meaning, words in facts.get("times", {}).items()},
        cancel_words=tuple(facts.get("cancel", ())),
        thousands=facts.get("thousands", _THOUSANDS.get(known.digits, ",")),
    )


def _names_in(lang: str) -> dict[str, str]:
    """Return the English names of all languages by code if `lang` is English, else an empty dict.

    The English names are in `languages.tsv`. Names in any other language are in the locale of that language.
    """
    return {code: name for code, _, name, *_ in _rows()} if lang == FALLBACK else {}


def _moment_format(facts: Mapping[str, Any]) -> MomentFormat:
    if "moment" not in facts:
        return MomentFormat()
    months = tuple(facts.get("months", ()))
    day_pattern = facts.get("day", MomentFormat().day_pattern)
    return MomentFormat(facts["moment"], facts.get("calendar", GREGORIAN), months, day_pattern)


def _parents_first(lang: str) -> Iterator[str]:
    """Yield the codes of the parents of a regional language, and then its own: `pt`, `pt-br`."""
    parts = lang.split("-")
    return ("-".join(parts[:size]) for size in range(1, len(parts) + 1))


def _is_shipped(lang: str) -> bool:
    return (LOCALES / f"{lang}.yaml").is_file()


def _known_facts(lang: str) -> Language:
    """Return the Language that `languages.tsv` has for `lang` or its nearest parent, or one with default values."""
    table = _language_table()
    rows = [table[code] for code in _parents_first(lang) if code in table]
    return rows[-1] if rows else Language(Lang(lang), lang)


@cache
def _language_table() -> Mapping[str, Language]:
    return {code: _language(code, name, *facts) for code, name, _, *facts in _rows()}


def _rows() -> Iterator[list[str]]:
    lines = LANGUAGE_FACTS.read_text("utf-8").splitlines()
    return (line.split("\t") for line in lines if not line.startswith("#"))


def _language(code: str, name: str, direction: str, digits: str, plural_rules: str = "") -> Language:
    return Language(Lang(code), name, digits, direction == "rtl", plural_rules=PluralRules.parse(plural_rules))
