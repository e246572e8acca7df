"""Recognise verbatim quotations: texts of three or more words that are in exactly one clause of the declaration."""

from dataclasses import dataclass

from content.model import Campaign, ClauseId, StatementId
from content.search.folding import fold

_MIN_WORDS = 3


@dataclass(frozen=True, slots=True)
class QuotationIndex:
    """An index of the folded texts of all clauses and statements, in all languages, for finding quotations."""

    clauses: tuple[tuple[ClauseId, str], ...]
    statements: tuple[tuple[StatementId, str], ...]

    @classmethod
    def of(cls, campaign: Campaign) -> "QuotationIndex":
        """Fold all texts of `campaign`."""
        return cls(
            tuple((clause.id, f" {fold(text)} ") for clause in campaign.clauses for text in clause.texts.values()),
            tuple(
                (statement.id, f" {fold(quote)} ")
                for statement in campaign.statements
                for quote in statement.quotes.values()
            ),
        )

    def find(self, words: list[str]) -> tuple[ClauseId, tuple[StatementId, ...]] | None:
        """Return the only clause that contains the folded `words` in a row, and the statements that contain them.

        Return None for fewer than three words, and if no clause or several clauses contain them.
        """
        if len(words) < _MIN_WORDS:
            return None
        quotation = f" {' '.join(words)} "
        clauses = list(dict.fromkeys(clause for clause, text in self.clauses if quotation in text))
        if len(clauses) != 1:
            return None
        return clauses[0], tuple(statement for statement, quote in self.statements if quotation in quote)
