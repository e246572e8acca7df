"""Build the daily message to a subscriber: the screen of one clause, with a button to the daily settings."""

from content.model import Clause
from content.screens import declaration
from content.screens.reader import Reader
from content.screens.screen import TEXT_LIMIT, Screen, Span, Style, units

LAST = "last"  # the action of a discreet message's button that opens the last clause with its notice


def daily_clause(reader: Reader, clause: Clause) -> Screen:
    """Return the daily message with `clause`.

    If the clause is too long for one message, show its title and a button that opens it. With the last numbered
    clause, the message says that the series ends.
    """
    notice = reader.say("panel.daily_last") if clause.number == reader.campaign.numbered_clause_count else ""
    screen = declaration.clause(reader, clause, notice=notice)
    if units(screen.text) > TEXT_LIMIT:
        spans = (Span(reader.clause_label(clause), Style.BOLD), Span(f"\n\n{notice}" if notice else ""))
        screen = Screen(spans, ((reader.clause_button(clause),),))
    return screen.with_rows((*screen.rows, (reader.action_button(reader.say("button.daily"), "open.daily"),)))


def last_clause(reader: Reader) -> Screen:
    """Return the daily message with the last numbered clause of the declaration."""
    campaign = reader.campaign
    return daily_clause(
        reader, next(clause for clause in campaign.clauses if clause.number == campaign.numbered_clause_count)
    )
