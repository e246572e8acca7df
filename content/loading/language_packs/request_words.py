"""Load examples of requests, texts such as "delete my data" that ask for a screen of the bot.

They come from `words/requests/LANG.yaml`, and from the labels of buttons. All keys of a file are optional:

- `examples` maps commands to texts that ask for them. A model learns from these.
- `none` lists texts that look like requests but are not. The model learns from these as well.
- `listed` maps commands to texts that ask for them. Nothing is learned from these texts: they must match as a whole.
- `optional` is like `listed`, for commands that only some bots have.
- `languages` maps language codes to the names of these languages.
- `follow_ups` maps follow-ups to texts such as "next", which continue from the last screen.
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
    """Return a finder of texts that ask for a screen of the bot, in the languages of `campaign` and in English.

    The finder knows the labels of buttons, and has a model that learns from the examples of requests. The model also
    learns texts that are no requests: `questions`, and the sentences of the declaration. For each text, it learns the
    letter sequences, which `features` computes, and the senses of the words, which `read_senses` finds. With
    `references`, the finder recognises texts that name a clause, such as "clause 4". Such a text is no request.
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
    """Yield the folded words of each example with its command, or with None if the example is not a request."""
    for command, texts in data.get("examples", {}).items():
        yield from ((folded_words(text), command) for text in texts)
    yield from ((folded_words(text), None) for text in data.get("none", ()))


def _listed(data: Mapping[str, Any], section: str) -> dict[str, str]:
    """Map each text in a `section` of the file to the command that it asks for. Spaces in the text are removed."""
    listed = ((command, text) for command, texts in data.get(section, {}).items() for text in texts)
    return {"".join(folded_words(text)): command for command, text in listed}


def _follow_ups(campaign: Campaign, lang: Lang, data: Mapping[str, Any]) -> dict[str, FollowUp]:
    """Map each text such as "next", without its spaces, to the follow-up that it asks for."""
    book = campaign.phrasebooks.get(lang)
    texts = [(str(book.phrases.get(key, "")), follow_up) for follow_up, key in _FOLLOW_UP_LABELS.items() if book]
    texts += [(text, FollowUp(name)) for name, listed in data.get("follow_ups", {}).items() for text in listed]
    return {"".join(folded_words(text)): follow_up for text, follow_up in texts if text}


def _labels(campaign: Campaign, lang: Lang) -> dict[str, str]:
    """Map each label of a command's buttons in `lang` to the command. The labels are folded and have no spaces.

    The name of each command is mapped to itself, because people also type it.
    """
    book = campaign.phrasebooks.get(lang)
    labels = {command: command for command in _LABELS}
    for command, keys in _LABELS.items():
        for text in (form for key in keys if book for form in phrase_forms(book.phrases.get(key, ""))):
            labels.setdefault("".join(folded_words(_PLACEHOLDER.sub(" ", text))), command)
    return {label: command for label, command in labels.items() if label}


def _language_names(campaign: Campaign, files: Iterable[Mapping[str, Any]]) -> dict[str, Lang]:
    """Map each name of a language to its code. Names of more than one word are left out."""
    names = [(code, own.name) for code, own in campaign.languages.items()]
    names += [(Lang(code), name) for own in campaign.languages.values() for code, name in own.names.items()]
    listed = (data.get("languages", {}).items() for data in files)
    names += [(Lang(code), name) for entries in listed for code, text in entries for name in re.split("[,،]", text)]
    folded = ((code, folded_words(name)) for code, name in names)
    return {words[0]: code for code, words in folded if len(words) == 1}
