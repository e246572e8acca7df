"""Build the phrasebook of each language: all phrases that the bot says in it, by key.

A phrase is the campaign's own, or else that of the locale, or else an English one.
"""

import re
from collections.abc import Mapping
from typing import Any

from content.loading.phrases.locales import FALLBACK, describe_language, read_locale
from content.loading.phrases.phrase_rules import CONSTANTS, usable_phrases
from content.loading.schema import flat_phrases
from content.model import Edition, Lang, Language, Phrase, Phrasebook

_COMMAND_SLASH = re.compile(r"(?<=[\s(«:])/(?=[a-z]|\{command\})")
_LEFT_TO_RIGHT_MARK = "\u200e"
_CONSTANT = re.compile("|".join(rf"\{{{name}\}}" for name in sorted(CONSTANTS)))


def build_phrasebooks(
    languages: Mapping[Lang, Language], editions: Mapping[Lang, Edition], own_phrases: Mapping[str, Any]
) -> dict[Lang, Phrasebook]:
    """Return the phrasebook of every language: the phrases that the bot says in it.

    `languages` are the campaign's languages. `editions` has the title of the declaration in each language.
    `own_phrases` has the campaign's own phrases by language, as read from YAML.
    """
    own = {Lang(lang): usable_phrases(flat_phrases(data)) for lang, data in own_phrases.items()}
    return {lang: _phrasebook(language, languages, editions, own) for lang, language in languages.items()}


def _phrasebook(
    language: Language,
    languages: Mapping[Lang, Language],
    editions: Mapping[Lang, Edition],
    own: Mapping[Lang, Mapping[str, Phrase]],
) -> Phrasebook:
    """Return the phrasebook of `language`: the phrases that the bot says in it.

    `languages` are all languages of the campaign. `editions` has the title of the declaration in each. `own` has the
    campaign's own phrases by language.
    """
    title = editions[language.code].title
    phrases = {**usable_phrases(read_locale(language.code).phrases), **own.get(language.code, {})}
    english = {**read_locale(FALLBACK).phrases, **own.get(FALLBACK, {})}
    missing = {key: phrase for key, phrase in english.items() if key not in phrases}
    fallback = _filled(languages.get(FALLBACK) or describe_language(FALLBACK), missing, title, languages)
    return _filled(language, phrases, title, languages, fallback if missing else None)


def _filled(
    language: Language,
    phrases: Mapping[str, Phrase],
    title: str,
    languages: Mapping[Lang, Language],
    fallback: Phrasebook | None = None,
) -> Phrasebook:
    """Return a phrasebook of `phrases` in which the placeholders with a fixed value are filled.

    {campaign_title} is filled with `title`, {campaign_languages} with the names of all `languages`, and
    {original_language} with the name of the first language. `fallback` has the English phrases, which are said in
    place of phrases that are missing.
    """
    constants = {
        "campaign_title": title,
        "campaign_languages": language.join([language.name_of(other) for other in languages.values()]),
        "original_language": language.name_of(next(iter(languages.values()))),
    }
    return Phrasebook(
        language, {key: _fill(phrase, constants, language) for key, phrase in phrases.items()}, fallback
    )


def _fill(phrase: Phrase, constants: Mapping[str, str], language: Language) -> Phrase:
    if not isinstance(phrase, str):
        return {form: _fill_text(text, constants, language) for form, text in phrase.items()}
    return _fill_text(phrase, constants, language)


def _fill_text(text: str, constants: Mapping[str, str], language: Language) -> str:
    """Return `text` with the values of `constants` in place of their placeholders.

    If `language` is written from right to left, a left-to-right mark is added before each command. The mark keeps the
    slash of the command in front of its name.
    """
    if "{" in text:
        text = _CONSTANT.sub(lambda match: constants[match[0][1:-1]].replace("{", "{{").replace("}", "}}"), text)
    return _COMMAND_SLASH.sub(f"{_LEFT_TO_RIGHT_MARK}/", text) if language.rtl else text
