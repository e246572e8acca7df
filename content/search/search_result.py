"""Describe what a search finds, and decide between it and a request for a screen of the bot."""

from dataclasses import dataclass, replace
from enum import StrEnum

from content.model import ClauseId, Lang, StatementId, TopicId
from content.search.bot_requests import BotRequest

# Fitted on 29 Nov 2026 with 3,841 requests and 5,184 questions and other texts, cross-validated.
_COUNTERWEIGHT = 0.3  # subtracted from the certainty of a request, for each unit of the best clause's weight
_MAX_WEIGHT = 8.0  # of the best clause; greater weights count as this one
_CERTAIN = -0.5  # certainty of a request, minus the counterweight, from which the person need not choose
_CERTAIN_ALONE = -1.0  # the same limit if the search finds nothing
_LIKELY = -1.8  # from which a request is offered next to clauses
CERTAIN_WITHOUT_SEARCH = _CERTAIN + _COUNTERWEIGHT * _MAX_WEIGHT


class ResultKind(StrEnum):
    """The kind of a search result: an answer, a clause that the text names, suggestions, or nothing."""

    ANSWER = "answer"
    CLAUSE = "clause"  # the text names a clause
    SUGGEST = "suggest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The result of a search, best clause first.

    - `number`: the number that the text names, if the campaign has no clause with that number.
    - `lang`: the language of the text, or None if it is undecided.
    - `weight`: the total weight of the best clause; infinite for a quotation.
    - `request`: set if the text might ask for a screen of the bot instead.
    """

    kind: ResultKind
    clauses: tuple[ClauseId, ...] = ()
    statements: tuple[StatementId, ...] = ()
    topics: tuple[TopicId, ...] = ()
    is_greeting: bool = False
    number: int | None = None
    lang: Lang | None = None
    weight: float = 0.0
    request: BotRequest | None = None


def decided(request: BotRequest, result: SearchResult) -> BotRequest | SearchResult:
    """Return `request` or `result`, if one is much likelier than the other to be what the person wants.

    Otherwise return suggestions: a search result with clauses and the request, from which the person can choose.
    """
    certainty = request.certainty - _COUNTERWEIGHT * min(_MAX_WEIGHT, max(0.0, result.weight))
    match result.kind:
        case ResultKind.CLAUSE:
            return result
        case ResultKind.NONE:
            return request if certainty >= _CERTAIN_ALONE and not result.is_greeting else result
        case _ if certainty >= _CERTAIN:
            return request
        case _ if certainty < _LIKELY:
            return result
        case _:
            return replace(result, kind=ResultKind.SUGGEST, request=request)
