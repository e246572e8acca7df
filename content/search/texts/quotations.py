"""Recognise quotations: texts of three or more words that only one clause of the declaration contains verbatim."""

from dataclasses import dataclass, field

from content.model import Campaign, ClauseId, StatementId
from content.search.words.folding import fold

_MIN_WORDS = 3


@dataclass(frozen=True, slots=True)
class QuotationIndex:
    """An index that finds quotations. It has the folded texts of all clauses and statements in all languages.

    `words` are all words of the clauses. A question with any other word cannot be a quotation, and is not searched
    for.
    """

    clauses: tuple[tuple[ClauseId, str], ...]
    statements: tuple[tuple[StatementId, str], ...]
    words: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Collect all words of the clauses in `words`. Statements have no other words, because they quote clauses."""
        words = frozenset(word for _, text in self.clauses for word in text.split())
        object.__setattr__(self, "words", words)

    @classmethod
    def of(cls, campaign: Campaign) -> "QuotationIndex":
        """Build the index of all texts of `campaign`."""
        return cls(
            tuple((clause.id, f" {fold(text)} ") for clause in campaign.clauses for text in clause.texts.values()),
            tuple(
                (statement.id, f" {fold(quote)} ")
                for statement in campaign.statements
                for quote in statement.quotes.values()
            ),
        )

    def find(self, words: list[str]) -> tuple[ClauseId, tuple[StatementId, ...]] | None:
        """Return the clause that contains the folded `words` as a sequence, and its statements that contain them.

        Return None for fewer than three words, if no clause contains the sequence, or if several do.
        """
        if len(words) < _MIN_WORDS or not self.words.issuperset(words):
            return None
        quotation = f" {' '.join(words)} "
        clauses = list(dict.fromkeys(clause for clause, text in self.clauses if quotation in text))
        if len(clauses) != 1:
            return None
        return clauses[0], tuple(statement for statement, quote in self.statements if quotation in quote)
