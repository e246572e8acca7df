"""Find the weak points of a campaign, such as a clause that is not translated.

In spite of them, the bot can use the campaign. The command `check` reports them as warnings. Anything that makes a
campaign unusable is an error.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from content.loading.check import find_problems
from content.loading.concept_files import real_words
from content.loading.creation.sample_texts import all_sample_texts
from content.loading.load import load_matcher
from content.loading.parse import CampaignFiles, ParsedFile, parse_campaign_files
from content.loading.phrases.locales import FALLBACK, describe_language, has_locale, read_locale
from content.loading.phrases.phrase_rules import required_phrases, usable_phrases
from content.loading.problems import Problem, Severity
from content.loading.recordings.recording_files import recording_problems
from content.loading.schema import DeclarationFile, flat_phrases
from content.loading.yaml_source import Document, KeyPath
from content.model import ClauseId, Lang, Phrase
from content.paths import SHIPPED_CAMPAIGN
from content.plurals import phrase_forms
from content.search.matcher import Matcher
from content.search.words.folding import folded_words

_MIN_LETTERS = 3  # of a name; shorter words are in every text
_USUAL = 2  # phrases with a word that make it usual; one phrase can name a city, as a time zone


def find_all_problems(directory: Path) -> list[Problem]:
    """Return every error and every warning of the campaign in `directory`, sorted by file and line.

    Most warnings need a loaded campaign, and are left out if the campaign has errors.
    """
    problems = find_problems(directory)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return problems
    files, matcher = parse_campaign_files(directory), load_matcher(directory)
    recordings = recording_problems(directory, matcher.campaign)
    return sorted({*problems, *campaign_warnings(files, matcher), *recordings})


def campaign_warnings(files: CampaignFiles, matcher: Matcher) -> Iterator[Problem]:
    """Yield the warnings for a campaign without errors."""
    yield from _languages_with_fallback(files)
    copies = set(_copied_clauses(files))
    yield from copies
    if not copies:
        yield from _untranslated_clauses(files)
    yield from _clauses_not_found(files, matcher)
    yield from _phrases_of_shipped_campaign(files)


def _warning(document: Document, path: KeyPath, message: str, remedy: str) -> Problem:
    return Problem(document.file, document.line(*path), message, remedy, Severity.WARNING)


def _languages_with_fallback(files: CampaignFiles) -> Iterator[Problem]:
    """Report each language in which phrases of the bot are missing, so that the bot says them in English.

    The message has the number of missing phrases. If there is no locale for the language, the message says so, too.
    """
    assert files.campaign
    total = len(required_phrases())
    for lang in files.campaign.content.languages:
        own = usable_phrases(flat_phrases(files.phrases[lang].data)) if lang in files.phrases else {}
        missing = len(required_phrases().keys() - own.keys() - usable_phrases(read_locale(lang).phrases).keys())
        if not missing:
            continue
        name = describe_language(lang).name
        reason = "" if has_locale(lang) else "; there is no locale for it"
        message = (
            f"the bot says {missing} of its {total} phrases in English to people who read {name} ({lang}){reason}"
        )
        remedy = f"translate them in content/locales/{lang}.yaml, or in phrases.{lang}.yaml, or leave it so"
        yield _warning(files.campaign.document, ("languages", lang), message, remedy)


def _copied_clauses(files: CampaignFiles) -> Iterator[Problem]:
    """Report each clause whose text is still the sample text that the command `new` wrote."""
    samples = {clause.text for sample in all_sample_texts() for clause in (sample.preamble, *sample.clauses.values())}
    for declaration in files.declarations.values():
        for i, clause in enumerate(declaration.content.clauses):
            if clause.text in samples:
                message = f"clause {clause.id} is a sample text"
                yield _warning(declaration.document, ("clauses", i), message, "put your own text in its place")


def _untranslated_clauses(files: CampaignFiles) -> Iterator[Problem]:
    """Report each clause of a translation whose text equals the text of the original."""
    original, *translations = files.declarations.values()
    for declaration in translations:
        for i, (clause, first) in enumerate(zip(declaration.content.clauses, original.content.clauses, strict=True)):
            if clause.text == first.text:
                message = f"clause {clause.id} has the text of declaration.{original.content.language}.yaml"
                yield _warning(declaration.document, ("clauses", i), message, "translate it")


def _clauses_not_found(files: CampaignFiles, matcher: Matcher) -> Iterator[Problem]:
    """Report each clause that is missing in the results of a search for its own title."""
    for lang, declaration in files.declarations.items():
        for i, clause in enumerate(declaration.content.clauses):
            if ClauseId(clause.id) not in matcher.find(clause.title, Lang(lang)).clauses:
                message = f"people who search for {clause.title!r} do not find clause {clause.id}"
                remedy = "choose a title with words of the clause, or add them to concepts.yaml"
                yield _warning(declaration.document, ("clauses", i, "title"), message, remedy)


def _phrases_of_shipped_campaign(files: CampaignFiles) -> Iterator[Problem]:
    """Report each phrase that names the campaign shipped with the bot, or is copied from it."""
    shipped = parse_campaign_files(SHIPPED_CAMPAIGN)
    if _titles(files) & _titles(shipped):
        return
    own_words = {word for declaration in files.declarations.values() for word in _declaration_words(declaration)}
    for lang, phrases in files.phrases.items():
        copied = flat_phrases(shipped.phrases[lang].data) if lang in shipped.phrases else {}
        foreign = _names_in_title(shipped, lang) - own_words
        for key, phrase in flat_phrases(phrases.data).items():
            for message, remedy in _foreign_phrase(key, phrase, copied, foreign):
                yield _warning(phrases, tuple(key.split(".")), message, remedy)


def _foreign_phrase(
    key: str, phrase: Phrase, copied: Mapping[str, Phrase], foreign: set[str]
) -> Iterator[tuple[str, str]]:
    """Yield message and remedy if the phrase of a campaign names the shipped campaign, or is copied from it.

    `key` is the key of the phrase. `foreign` has the names that the phrase may not contain: those in the title of the
    shipped campaign. `copied` has the phrases of the shipped campaign by key.
    """
    names = sorted(foreign & {word for form in phrase_forms(phrase) for word in _words(form)})
    if names:
        yield f"the phrase {key} names another campaign ({', '.join(names)})", "name your own, or remove the phrase"
    elif phrase == copied.get(key):
        yield f"the phrase {key} is that of the shipped campaign", "write your own, or remove the phrase"


def _titles(files: CampaignFiles) -> set[str]:
    return {declaration.content.title for declaration in files.declarations.values()}


def _names_in_title(files: CampaignFiles, lang: str) -> set[str]:
    """Return the words of the campaign's title that are probably names.

    Frequent words of the language, and of the bot's own phrases, are left out.
    """
    if lang not in files.declarations:
        return set()
    phrases = (phrase for code in {lang, FALLBACK} for phrase in read_locale(code).phrases.values())
    counts = Counter(word for phrase in phrases for word in _words(" ".join(phrase_forms(phrase))))
    usual = {word for word, count in counts.items() if count >= _USUAL}
    return _words(files.declarations[lang].content.title) - usual - set(real_words())


def _declaration_words(declaration: ParsedFile[DeclarationFile]) -> set[str]:
    content = declaration.content
    texts = [content.title, *(text for clause in content.clauses for text in (clause.title, clause.text))]
    return _words(" ".join(texts))


def _words(text: str) -> set[str]:
    return {word for word in folded_words(text) if len(word) >= _MIN_LETTERS and not word.isdecimal()}
