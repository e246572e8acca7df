"""Load examples of requests for screens of the bot: `words/requests/LANG.yaml`, and the labels of buttons.

A file has `examples`, a map from commands to texts that ask for them, `none` with texts that look like requests and
are none, `languages` with names of languages by code, and `follow_ups` with texts such as "next". `optional` maps
commands that only some bots have to all texts that ask for them, and `listed` does so for commands that all bots
have: nothing is learned from these. All are optional.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from content.loading.learning.ngram_training import Example
from content.loading.learning.text_evidence_builder import clause_sentences
from content.loading.learning.trained_models import trained_model
from content.loading.phrases.locales import FALLBACK
from content.loading.yaml_source import read_plain
from content.model import Campaign, ClauseId, Lang
from content.paths import WORD_LISTS
from content.plurals import phrase_forms
from content.search.bot_requests import RequestFinder
from content.search.clause_references import ReferenceFinder
from content.search.follow_ups import FollowUp
from content.search.texts.text_features import ReadSenses, TextFeatures
from content.search.words.folding import folded_words
from content.search.words.typos import TypoCorrector
from content.search.words.wordlist import WordList

_PLACEHOLDER = re.compile(r"\{\w+\}")
# The phrases that are labels and titles, by the command that opens the screen. Of two with one text the first counts.
_LABELS = {
    "unsubscribe": ("button.unsubscribe", "command.unsubscribe"),
    "forget": ("command.forget",),
    "mydata": ("command.mydata", "mydata.title"),
    "privacy": ("command.privacy", "privacy.title", "button.copy_number"),
    "subscribe": ("button.subscribe", "command.subscribe"),
    "declaration": ("button.read", "button.contents", "command.declaration", "button.original"),
    "topics": ("button.topics", "button.all_topics", "command.topics", "topics.title"),
    "demands": ("button.demands", "button.all_demands", "command.demands", "demands.title"),
    "language": (
        "button.language", "command.language", "language.title", "button.update_language", "button.translation",
    ),
    "settings": (
        "command.settings", "panel.title", "button.choose_topics", "button.daily",
        "button.daily_off", "button.zone", "button.quiet", "button.discreet", "button.text_only",
    ),
    "latest": ("command.latest", "button.latest"),
    "verify": ("command.verify",),
    "help": ("command.help", "help.title", "button.help"),
    "start": ("command.start", "button.open_bot", "button.menu"),
}  # fmt: skip
_FOLLOW_UP_LABELS = {
    FollowUp.NEXT: "button.next",
    FollowUp.PREVIOUS: "button.previous",
    FollowUp.MORE: "button.whole_clause",
}


def load_request_finder(
    campaign: Campaign,
    references: ReferenceFinder,
    questions: Iterable[Example[ClauseId]],
    features: TextFeatures,
    *,
    read_senses: ReadSenses,
) -> RequestFinder:
    """Return a finder that knows the labels and examples of the languages of `campaign`, and the examples in English.

    Its model learns from `questions` and from the sentences of the declaration what is not a request. `read_senses`
    finds the senses of the words, from which it learns as well.
    """
    languages = tuple(dict.fromkeys((*campaign.languages, FALLBACK)))
    files = {lang: _read(lang) for lang in languages}
    labels = {lang: _labels(campaign, lang) | _listed(files[lang], "listed") for lang in languages}
    typos = TypoCorrector()
    typos.add(sorted({label for by_label in labels.values() for label in by_label}))
    examples = [example for data in files.values() for example in _examples(data)]
    others: list[Example[str]] = [(words, None) for words, _ in (*questions, *clause_sentences(campaign))]
    names = _language_names(campaign, files.values())
    known = WordList.of(word for words, command in examples if command for word in words)
    follow_ups = {lang: _follow_ups(campaign, lang, data) for lang, data in files.items()}
    optional = {lang: _listed(data, "optional") for lang, data in files.items()}
    optional_typos = TypoCorrector()
    optional_typos.add(sorted({text for texts in optional.values() for text in texts}))
    return RequestFinder(
        labels=labels,
        label_typos=typos,
        optional=optional,
        optional_typos=optional_typos,
        follow_ups=follow_ups,
        languages=names,
        model=trained_model(examples, others, features, read_senses=read_senses),
        known_words=known,
        references=references,
        campaign=campaign,
    )


def _read(lang: Lang) -> Mapping[str, Any]:
    path = WORD_LISTS / "requests" / f"{lang}.yaml"
    data: Mapping[str, Any] = read_plain(path) if path.is_file() else {}
    return data


def _examples(data: Mapping[str, Any]) -> Iterator[Example[str]]:
    """Yield the folded words of each example with its command, or with None if it is no request."""
    for command, texts in data.get("examples", {}).items():
        yield from ((folded_words(text), command) for text in texts)
    yield from ((folded_words(text), None) for text in data.get("none", ()))


def _listed(data: Mapping[str, Any], section: str) -> dict[str, str]:
    """Return the commands of a section by the texts that ask for them, written without spaces."""
    listed = ((command, text) for command, texts in data.get(section, {}).items() for text in texts)
    return {"".join(folded_words(text)): command for command, text in listed}


def _follow_ups(campaign: Campaign, lang: Lang, data: Mapping[str, Any]) -> dict[str, FollowUp]:
    """Return what each text that continues from another screen asks for, written without spaces."""
    book = campaign.phrasebooks.get(lang)
    texts = [(str(book.phrases.get(key, "")), follow_up) for follow_up, key in _FOLLOW_UP_LABELS.items() if book]
    texts += [(text, FollowUp(name)) for name, listed in data.get("follow_ups", {}).items() for text in listed]
    return {"".join(folded_words(text)): follow_up for text, follow_up in texts if text}


def _labels(campaign: Campaign, lang: Lang) -> dict[str, str]:
    """Return commands by the texts that name them, with the spaces of these texts removed.

    The texts are the names of the commands, and the labels of their buttons in `lang`.
    """
    book = campaign.phrasebooks.get(lang)
    labels = {command: command for command in _LABELS}
    for command, keys in _LABELS.items():
        for text in (form for key in keys if book for form in phrase_forms(book.phrases.get(key, ""))):
            labels.setdefault("".join(folded_words(_PLACEHOLDER.sub(" ", text))), command)
    return {label: command for label, command in labels.items() if label}


def _language_names(campaign: Campaign, files: Iterable[Mapping[str, Any]]) -> dict[str, Lang]:
    """Return the code for each name of a language that is a single word."""
    names = [(code, own.name) for code, own in campaign.languages.items()]
    names += [(Lang(code), name) for own in campaign.languages.values() for code, name in own.names.items()]
    listed = (data.get("languages", {}).items() for data in files)
    names += [(Lang(code), name) for entries in listed for code, text in entries for name in re.split("[,،]", text)]
    folded = ((code, folded_words(name)) for code, name in names)
    return {words[0]: code for code, words in folded if len(words) == 1}
