"""A daily clause as it is read: the clause's own screen; the last one says that it ends, and how it begins again."""

from content.model import Clause
from content.screens import declaration
from content.screens.reader import Reader
from content.screens.screen import TEXT_LIMIT, Screen, Span, Style, units

LAST = "last"  # the action of a discreet push for the last clause: whoever opens it is to know that it ends


def clause(reader: Reader, one: Clause) -> Screen:
    """Of one that is too long for a message, the way to it."""
    notice = reader.say("panel.daily_last") if one.number == reader.campaign.numbered_clause_count else ""
    shown = declaration.clause(reader, one, notice=notice)
    if units(shown.text) > TEXT_LIMIT:
        spans = (Span(reader.clause_label(one), Style.BOLD), Span(f"\n\n{notice}" if notice else ""))
        shown = Screen(spans, ((reader.clause_button(one),),))
    return shown.with_rows((*shown.rows, (reader.action_button(reader.say("button.daily"), "open.daily"),)))


def last(reader: Reader) -> Screen:
    campaign = reader.campaign
    return clause(reader, next(one for one in campaign.clauses if one.number == campaign.numbered_clause_count))
