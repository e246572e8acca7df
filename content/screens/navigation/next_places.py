"""Find the screen to open when a person types a follow-up, such as "next", "more" or "is this official".

The meaning of a follow-up depends on the screen that the person opened last.
"""

from dataclasses import replace

from content.model import Campaign, ClauseId
from content.screens.navigation.places import AtAnswer, AtChoices, AtClause, Contents, PassOn, Place
from content.search.follow_ups import FollowUp


def next_place(follow_up: FollowUp, place: Place, campaign: Campaign) -> Place:
    """Return the place to open when a person at `place` types a follow-up such as "next".

    If there is no such place, as after the last clause, return the table of contents.
    """
    match follow_up:
        case FollowUp.AGAIN:
            return place
        case FollowUp.OFFICIAL:
            return _in_original(place)
        case FollowUp.MORE if isinstance(place, (AtAnswer, AtChoices)):
            return AtClause(place.clauses[0], origin=place)
        case FollowUp.MORE | FollowUp.NEXT:
            return _neighbour(place, campaign, 1)
        case FollowUp.PREVIOUS:
            return _neighbour(place, campaign, -1)


def clause_of(place: Place) -> ClauseId | None:
    """Return the clause that is shown at `place`, or the first of several; None if no clause is shown."""
    match place:
        case AtClause(clause):
            return clause
        case AtAnswer(clauses):
            return clauses[0]
        case PassOn(AtClause(clause)):
            return clause
        case _:
            return None


def _in_original(place: Place) -> Place:
    """Return the place of the same clause in the original language; without a clause, the table of contents."""
    match place:
        case AtClause():
            return replace(place, in_original=True)
        case _:
            clause = clause_of(place)
            return AtClause(clause, in_original=True, origin=place) if clause else Contents()


def _neighbour(place: Place, campaign: Campaign, step: int) -> Place:
    """Return the place of the clause after that of `place`, or before it for a `step` of -1.

    After the last clause and before the first one is the table of contents. If `place` shows no clause, return the
    first clause for a step of 1, and the last one for -1.
    """
    clauses = [clause.id for clause in campaign.clauses]
    clause = clause_of(place)
    at = clauses.index(clause) + step if clause in clauses else 0 if step > 0 else -1
    return AtClause(clauses[at]) if 0 <= at < len(clauses) else Contents()
