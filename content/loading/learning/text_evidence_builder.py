"""Build the text evidence of a campaign, which is an index of its texts. Yield its sentences as training examples."""

import re
from collections.abc import Iterator

from content.model import Campaign, ClauseId
from content.search.texts.text_evidence import TextEvidence
from content.search.texts.text_index import TextIndex
from content.search.words.folding import folded_words
from content.search.words.stemming import Stemmer

_TITLE, _NAME, _TEXT = 1.0, 0.8, 0.6  # strengths of the words of titles, of topics and addressees, and of clauses
_PART = re.compile(r"(?<=[.;:,،؛۔。])\s+")  # where a sentence is cut into parts, each about as long as a question


def build_text_evidence(campaign: Campaign, stemmer: Stemmer) -> TextEvidence:
    """Build the indexes of clauses and quotes. The model of the returned object is still empty.

    `stemmer` finds other forms of the indexed words.
    """
    quotes = (
        (statement.id, _TITLE, folded_words(quote))
        for statement in campaign.statements
        for quote in statement.quotes.values()
    )
    return TextEvidence(TextIndex.of(_clause_texts(campaign), stemmer), TextIndex.of(quotes, stemmer))


def _clause_texts(campaign: Campaign) -> Iterator[tuple[ClauseId, float, list[str]]]:
    """Yield each text about a clause as the clause's id, the text's weight in the search, and its folded words.

    The texts are the clause's titles and texts, and the names of its topics and addressees, in all languages.
    """
    for clause in campaign.clauses:
        for title in clause.titles.values():
            yield clause.id, _TITLE, folded_words(title)
        for text in clause.texts.values():
            yield clause.id, _TEXT, folded_words(text)
    for topic in campaign.topics:
        for statement in campaign.statements_on(topic.id):
            for name in topic.names.values():
                yield statement.clause, _NAME, folded_words(name)
    for addressee in campaign.addressees:
        for statement in campaign.statements_to(addressee.id):
            for name in addressee.names.values():
                yield statement.clause, _NAME, folded_words(name)


def clause_sentences(campaign: Campaign) -> Iterator[tuple[list[str], ClauseId]]:
    """Yield training examples, each as its folded words and the id of its clause.

    An example is a title of a clause, or a part of its text between two punctuation marks.
    """
    for clause in campaign.clauses:
        for title in clause.titles.values():
            yield folded_words(title), clause.id
        for text in clause.texts.values():
            for part in _PART.split(text):
                yield folded_words(part), clause.id
