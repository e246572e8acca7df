"""Build the word forms and the language detector of a campaign from the packs of its languages."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from content.loading.language_packs.pack_files import SCRIPTS, LanguagePack, all_packs, base_code, entries, packs_for
from content.loading.yaml_source import read_plain
from content.model import Lang
from content.search.language_detection import Alphabet, LanguageDetector
from content.search.words.folding import fold, folded_words
from content.search.words.phonetics import Sounds
from content.search.words.stemming import Ending, Stemmer
from content.search.words.verbs import VerbForms
from content.search.words.word_forms import WordForms

_NOTHING = "-"  # stands for a replacement that adds no letters to a stem
_COMMON_SCRIPT = "LATIN"  # of languages that neither a pack nor the list of scripts has


@cache
def word_forms(languages: tuple[str, ...] | None = None) -> WordForms:
    """Build the word forms, such as stems and phonetic keys, for `languages` or for all languages with a pack."""
    packs = packs_for(languages)
    with_sounds = [pack for pack in packs if "sounds" in pack.data]
    return WordForms(
        Stemmer.of(
            (ending for pack in packs for ending in _endings(pack)),
            (fold(prefix) for pack in packs for prefix in pack.listed("prefixes")),
            _pairs(packs, "spellings"),
            (letter for pack in packs for letter in fold(pack.section("weak_letters", default=""))),
        ),
        _verb_forms(packs),
        _sounds(with_sounds),
        varying=frozenset(code for pack in with_sounds for code in pack.codes),
        loose=frozenset(pack.language for pack in with_sounds if pack.listed("sounds", "spellings")),
    )


def _endings(pack: LanguagePack) -> Iterator[Ending]:
    is_doubled = pack.section("doubled", default="") == "true"
    for min_stem, listed in pack.section("endings").items():
        for ending, replacements in listed.items():
            added = tuple("" if text == _NOTHING else fold(text) for text in entries(replacements))
            yield Ending(fold(ending), added, int(min_stem), is_doubled)


def _pairs(packs: Iterable[LanguagePack], *keys: str) -> dict[str, str]:
    """Return a dict of all pairs that the packs list at the path `keys` of their YAML.

    A pair is two words with a space between them. The first word, folded, is mapped to the second.
    """
    pairs = (entry.split() for pack in packs for entry in pack.listed(*keys))
    return {fold(first): second for first, second in pairs}


def _verb_forms(packs: Iterable[LanguagePack]) -> VerbForms:
    forms = [_with_stems(form) for pack in packs for form in pack.section("verbs", "forms", default=[])]
    derived = [pattern for pack in packs if (pattern := pack.section("verbs", "derived", default=""))]
    negations = {fold(word) for pack in packs for word in pack.listed("verbs", "negations")}
    return VerbForms(
        _union(forms),
        _union(derived),
        tuple(sorted(negations, key=lambda negation: (-len(negation), negation))),
        frozenset(fold(word) for pack in packs for word in pack.listed("verbs", "not_verbs")),
        frozenset(fold(word) for pack in packs for word in pack.listed("verbs", "apart")),
    )


def _with_stems(form: Mapping[str, str]) -> str:
    return form["pattern"].replace("{stems}", "|".join(map(fold, form["stems"].split())))


def _union(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns) or r"(?!)")


def _sounds(packs: list[LanguagePack]) -> Sounds:
    groups = [group for pack in packs for group in pack.listed("sounds", "homophones")]
    silent = [(letter, "spellings" in pack.section("sounds")) for pack in packs for letter in _silent(pack)]
    consonants: dict[str, str | None] = {letter: None for letter, is_latin in silent if not is_latin}
    return Sounds(
        str.maketrans({letter: group[0] for group in groups for letter in group}),
        str.maketrans({**consonants, **_pairs(packs, "sounds", "consonants")}),
        tuple(_pairs(packs, "sounds", "spellings").items()),
        {ord(letter): None for letter, is_latin in silent if is_latin},
        _longest_first(fold(ending) for pack in packs for ending in pack.listed("sounds", "variable_endings")),
    )


def _silent(pack: LanguagePack) -> str:
    return str(pack.section("sounds", "silent", default=""))


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(words), key=lambda word: -len(word)))


@cache
def language_detector(languages: tuple[str, ...]) -> LanguageDetector:
    """Build the language detector for a campaign in `languages`. It treats other languages with a pack as foreign."""
    own = [alphabet for tag in languages for alphabet in _alphabets(tag)]
    served = {alphabet.code for alphabet in own}
    others = [_alphabet(None, pack) for pack in all_packs() if pack.language not in served]
    return LanguageDetector.of((*own, *others), _frequent_words())


def _alphabets(tag: str) -> list[Alphabet]:
    packs = [pack for pack in packs_for((tag,)) if pack.serves(tag)]
    return [_alphabet(Lang(tag), pack) for pack in packs] or [Alphabet(Lang(tag), tag, _script(tag))]


def _alphabet(lang: Lang | None, pack: LanguagePack) -> Alphabet:
    return Alphabet(lang, pack.language, pack.script, frozenset(str(pack.section("letters", default=""))))


@cache
def _script(tag: str) -> str:
    """Return the script of a language that has no language pack. `tag` is the code of the language."""
    scripts: dict[str, str] = read_plain(SCRIPTS)
    fitting = (script for script, codes in scripts.items() if base_code(tag) in entries(codes))
    return next(fitting, _COMMON_SCRIPT)


@cache
def _frequent_words() -> Mapping[str, frozenset[str]]:
    """Map each stop word, number word and word for "clause" to the codes of the languages that have it."""
    codes: dict[str, frozenset[str]] = {}
    for pack in all_packs():
        references = pack.section("references")
        numbers = (listed for kind in ("cardinals", "ordinals") for listed in references[kind].values())
        for listed in (*pack.groups("stop"), references["clause"], references["around"], *numbers):
            for word in folded_words(listed):
                codes[word] = codes.get(word, frozenset()) | {pack.language}
    return codes
