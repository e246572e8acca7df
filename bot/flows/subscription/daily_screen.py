"""Build the daily message to a subscriber: one clause, with a button to the settings of the daily clause.

With discreet delivery, the message is a neutral notice. Its button shows the clause in the same message.
"""

import re
from dataclasses import dataclass

from bot.model.announcement import Piece
from bot.model.events import ButtonPress
from bot.model.replies import CallbackReplies, EditMessage, ReplaceText, Toast
from content.model import Clause
from content.screens import declaration
from content.screens.reader import Reader
from content.screens.screen import TEXT_LIMIT, CallbackButton, Screen, Span, Style, units

LAST = "last"  # the action with which discreet messages of earlier versions open the last clause
_DATA = re.compile(r"d([ch]):([1-9][0-9]{0,2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Notice:
    """A neutral sentence, with the button that opens the clause of the day."""

    text: str
    button: CallbackButton


def daily_clause(reader: Reader, clause: Clause) -> Screen:
    """Return the daily message with `clause`.

    A clause that is too long for one message appears as its title and a button that opens it. The message with the
    last numbered clause says that the series ends.
    """
    notice = reader.say("panel.daily_last") if clause.number == reader.campaign.numbered_clause_count else ""
    screen = declaration.clause(reader, clause, notice=notice)
    if units(screen.text) > TEXT_LIMIT:
        spans = (Span(reader.clause_label(clause), Style.BOLD), Span(f"\n\n{notice}" if notice else ""))
        screen = Screen(spans, ((reader.clause_button(clause),),))
    return screen.with_rows((*screen.rows, (reader.action_button(reader.say("button.daily"), "open.daily"),)))


def notice(reader: Reader, number: int) -> Notice:
    """Return the neutral sentence that a subscriber with discreet delivery gets in place of clause `number`."""
    return Notice(reader.say("push.discreet"), CallbackButton(reader.say("push.show"), f"dc:{number}"))


def press(event: ButtonPress, reader: Reader) -> CallbackReplies | None:
    """Answer a press that opens or hides a discreet daily clause; return None for any other button."""
    match = _DATA.fullmatch(event.data) if event.is_private else None
    number = int(match[2]) if match else 0
    clause = next((clause for clause in reader.campaign.clauses if number and clause.number == number), None)
    if match is None or clause is None:
        return None
    if match[1] == "c":
        return (Toast(), EditMessage(_opened(reader, clause)))
    sentence = notice(reader, number)
    return (Toast(), ReplaceText(Piece(sentence.text), ((sentence.button,),)))


def _opened(reader: Reader, clause: Clause) -> Screen:
    """Return the daily message with the clause shown, and a first button that hides the clause again."""
    screen = daily_clause(reader, clause)
    return screen.with_rows(((CallbackButton(reader.say("button.hide"), f"dh:{clause.number}"),), *screen.rows))


def last_clause(reader: Reader) -> Screen:
    """Return the daily message with the last numbered clause of the declaration."""
    campaign = reader.campaign
    return daily_clause(
        reader, next(clause for clause in campaign.clauses if clause.number == campaign.numbered_clause_count)
    )
