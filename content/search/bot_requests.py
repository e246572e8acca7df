"""Recognize a text that asks for a screen of the bot, such as "unsubscribe" or "who can see me".

A text that is the label of a button asks for the screen of the button. For any other text, a model that was trained
on examples estimates which command it asks for, if any.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from content.model import Campaign, Lang
from content.search.clause_references import ReferenceFinder
from content.search.follow_ups import WITHOUT_PLACE, FollowUp
from content.search.texts.ngram_model import NgramModel
from content.search.texts.text_features import ReadSenses, without_senses
from content.search.words.folding import folded_words
from content.search.words.typos import TypoCorrector
from content.search.words.wordlist import WordList

_MAX_CHARACTERS = 300
_MAX_WORDS = 24
_LEAST_CERTAINTY = -1.8  # from which a text may be a request
# Subtracted from the certainty of a text without any word of the examples: it may be misspelled, or about anything.
# A model that uses senses has learned from many questions what is no request.
_STRANGE, _STRANGE_WITH_SENSES = 2.0, 1.0
_LEAST_PROBABILITY, _MOST_PROBABILITY = 0.003, 0.997
_MAX_LABEL_TYPOS = 1


@dataclass(frozen=True, slots=True)
class BotRequest:
    """A request for the screen of `command`, which is the name of a command without the slash.

    - `lang`: the language of the button label that the person typed, or of another text that
      `words/requests/LANG.yaml` lists. If the model only estimated the request, it is the language of the person.
    - `wanted`: the language to which the person wants to change, or None.
    - `certainty`: the logarithm of the odds that the text asks for `command`; infinite for a label or a listed text.
    - `follow_up`: set if the text continues from the last screen, as "next" does. Then `command` applies only if the
      person has no last screen.
    """

    command: str
    lang: Lang
    wanted: Lang | None = None
    certainty: float = math.inf
    follow_up: FollowUp | None = None


@dataclass(frozen=True, slots=True)
class RequestFinder:
    """Find texts that ask for a screen of the bot. Without labels and model it finds nothing.

    The mappings with texts as keys have these texts folded and without spaces.

    - `labels` maps the labels of buttons to commands, by language.
    - `optional` maps texts to commands that only some bots have, by language. A text is ignored if its command is not
      in `existing`, the optional commands of this bot.
    - `follow_ups` maps texts such as "next" to their meanings, by language.
    - `languages` maps names of languages to codes.
    - `known_words` are the words of the examples with which `model` was trained. Without any of these words in a
      text, the request is less certain.
    - `references` finds a clause of `campaign` that a text names. Such a text is no request.
    """

    labels: Mapping[Lang, Mapping[str, str]] = field(default_factory=dict)
    label_typos: TypoCorrector = field(default_factory=TypoCorrector)
    optional: Mapping[Lang, Mapping[str, str]] = field(default_factory=dict)
    optional_typos: TypoCorrector = field(default_factory=TypoCorrector)
    existing: frozenset[str] = frozenset()
    follow_ups: Mapping[Lang, Mapping[str, FollowUp]] = field(default_factory=dict)
    languages: Mapping[str, Lang] = field(default_factory=dict)
    model: NgramModel[str] = field(default_factory=NgramModel)
    known_words: WordList = field(default_factory=lambda: WordList({}))
    references: ReferenceFinder | None = None
    campaign: Campaign | None = None

    def find(
        self, text: str, lang_hint: Lang | None = None, *, read_senses: ReadSenses = without_senses
    ) -> BotRequest | None:
        """Return the request that `text` probably makes, or None if it is probably no request.

        `lang_hint` is the language of the person who wrote the text. `read_senses` returns the senses of words,
        such as concepts, which the model can use besides the words. Without it, the model uses the words alone.
        """
        words = folded_words(text[: _MAX_CHARACTERS + 1])
        if len(text) > _MAX_CHARACTERS or not 0 < len(words) <= _MAX_WORDS:
            return None
        return (
            self._optional(words, lang_hint)
            or self._labelled(words, lang_hint)
            or self._following(words, lang_hint)
            or self._learned(text, words, lang_hint, read_senses(words))
        )

    def _optional(self, words: list[str], lang_hint: Lang | None) -> BotRequest | None:
        """Return the request for an optional command, if `words` are listed as a text that asks for it; else None.

        A text with a typo is found as well. Commands that this bot does not have are ignored.
        """
        text = "".join(words)
        corrected = self.optional_typos.correct(text, _MAX_LABEL_TYPOS) if self.existing else None
        for spelling in (text, corrected or text):
            for lang in sorted(self.optional, key=lambda lang: lang != lang_hint):
                command = self.optional[lang].get(spelling, "")
                if command in self.existing:
                    return BotRequest(command, lang)
        return None

    def _following(self, words: list[str], lang_hint: Lang | None) -> BotRequest | None:
        """Return a request if `words` are a text such as "next", which continues from the last screen; else None."""
        text = "".join(words)
        for lang in sorted(self.follow_ups, key=lambda lang: lang != lang_hint):
            if follow_up := self.follow_ups[lang].get(text):
                return BotRequest(WITHOUT_PLACE[follow_up], lang, follow_up=follow_up)
        return None

    def _labelled(self, words: list[str], lang_hint: Lang | None) -> BotRequest | None:
        """Return the request for the screen of the button with the label `words`, perhaps with a typo; else None."""
        label = "".join(words)
        for spelling in (label, self.label_typos.correct(label, _MAX_LABEL_TYPOS) or label):
            for lang in sorted(self.labels, key=lambda lang: lang != lang_hint):
                if command := self.labels[lang].get(spelling):
                    return BotRequest(command, lang, self._wanted(words))
        return None

    def _learned(
        self, text: str, words: list[str], lang_hint: Lang | None, senses: Sequence[str]
    ) -> BotRequest | None:
        probabilities = self.model.probabilities(words, senses)
        command = max((name for name in probabilities if name), key=lambda name: probabilities[name], default=None)
        if command is None:
            return None
        certainty = _log_odds(probabilities[command])
        if not any(word in self.known_words for word in words):
            certainty -= _STRANGE_WITH_SENSES if self.model.uses_senses else _STRANGE
        if certainty < _LEAST_CERTAINTY or self._names_clause(text, command):
            return None
        lang = lang_hint or next(iter(self.labels), Lang(""))
        return BotRequest(command, lang, self._wanted(words), certainty)

    def _names_clause(self, text: str, command: str) -> bool:
        """Return whether `text`, which probably asks for `command`, names a clause, such as "clause 4".

        Always return False for the command "settings", because "one clause a day" asks for a setting.
        """
        if self.references is None or self.campaign is None or command == "settings":
            return False
        return self.references.find(text, self.campaign, accept_typos=False) is not None

    def language_named(self, text: str) -> Lang | None:
        """Return the language that is named last in `text`, or None.

        The name can be in any language of the campaign.
        """
        return self._wanted(folded_words(text[:_MAX_CHARACTERS]))

    def _wanted(self, words: list[str]) -> Lang | None:
        """Return the language that is named last in `words`, or None: English for "from Dari to English"."""
        named = [self.languages[word] for word in words if word in self.languages]
        return named[-1] if named else None


def _log_odds(probability: float) -> float:
    limited = min(max(probability, _LEAST_PROBABILITY), _MOST_PROBABILITY)
    return math.log(limited / (1 - limited))
