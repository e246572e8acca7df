"""Words taken from the declaration itself: a stretch of three words or more that stands in one clause only."""

from dataclasses import dataclass

from content.model import Campaign, ClauseId, StatementId
from content.search.folding import fold

_SHORTEST = 3  # words


@dataclass(frozen=True, slots=True)
class Passages:
    """The folded texts of all clauses and statements, in all languages."""

    clauses: tuple[tuple[ClauseId, str], ...]
    statements: tuple[tuple[StatementId, str], ...]

    @classmethod
    def of(cls, campaign: Campaign) -> "Passages":
        return cls(
            tuple((one.id, f" {fold(text)} ") for one in campaign.clauses for text in one.texts.values()),
            tuple((one.id, f" {fold(quote)} ") for one in campaign.statements for quote in one.quotes.values()),
        )

    def find(self, said: list[str]) -> tuple[ClauseId, tuple[StatementId, ...]] | None:
        """The one clause in which the folded words `said` stand side by side, and its statements that have them."""
        if len(said) < _SHORTEST:
            return None
        text = f" {' '.join(said)} "
        clauses = list(dict.fromkeys(one for one, whole in self.clauses if text in whole))
        if len(clauses) != 1:
            return None
        return clauses[0], tuple(one for one, quote in self.statements if text in quote)
