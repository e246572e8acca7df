"""Build the screens on which admins read messages of people, and answer them. Pure."""

from bot.feedback.conversation import Conversation
from bot.feedback.writer_screens import plain, shown_number
from bot.flows.time_format import format_moment, zone_name_at
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Row, Screen, Span, Style

PREFIX = "fr."  # of the actions of these screens
ANSWER, MUTE, SEND, AGAIN, DROP = "answer", "mute", "send", "again", "drop"
MAX_ANSWER = 3000  # UTF-16 units, so that an answer and the sentences around it are one message
_UTC = 1  # index in ZONES


def message(reader: Reader, number: int, text: str, conversation: Conversation | None) -> Screen:
    """Return a person's message as admins get it. If `conversation` is None, there is no button to answer."""
    title = Span(reader.say("feedback_team.title", name=shown_number(reader, number)) + "\n", Style.BOLD)
    if conversation is None:
        return Screen((title, Span(reader.say("feedback_team.no_answer") + "\n\n"), plain(text)))
    until = format_moment(reader, conversation.until, _UTC)
    hint = reader.say("feedback_team.until", moment=until, zone=zone_name_at(reader, _UTC))
    rows: tuple[Row, ...] = ((_button(reader, ANSWER, number), _button(reader, MUTE, number)),)
    return Screen((title, Span(hint + "\n\n"), plain(text)), rows)


def writing(reader: Reader, number: int, key: str = "write") -> Screen:
    """Return the screen shown while an admin writes an answer in conversation `number`.

    The screen shows the phrase `feedback_team.{key}`.
    """
    text = reader.say(f"feedback_team.{key}", name=shown_number(reader, number), most=MAX_ANSWER)
    return Screen((Span(text),), ((_button(reader, DROP),),))


def preview(reader: Reader, number: int, text: str, digest: str, headline: str = "") -> Screen:
    """Return the screen that shows an unsent answer, with the button that sends it.

    `digest` is the hash of the answer; the button's data contain it. `headline` is a line above the answer; "" for
    none.
    """
    heading = (headline + "\n\n" if headline else "") + reader.say(
        "feedback_team.preview", name=shown_number(reader, number)
    )
    rows: tuple[Row, ...] = (
        (_button(reader, SEND, digest),),
        reader.directed_row((_button(reader, AGAIN), _button(reader, DROP))),
    )
    return Screen((Span(heading + "\n\n", Style.BOLD), plain(text)), rows)


def notice_of_answer(reader: Reader, number: int, admin: str, text: str) -> Screen:
    """Return the notice to the other admins that `admin` has sent the answer `text` in conversation `number`."""
    heading = reader.say("feedback_team.notice_answered", name=shown_number(reader, number), who=admin)
    return Screen((Span(heading + "\n\n"), plain(text)))


def sentence(reader: Reader, key: str, number: int, **values: str) -> Screen:
    """Return a screen with the phrase `feedback_team.KEY`, filled with the conversation's number and `values`."""
    return Screen((Span(reader.say(f"feedback_team.{key}", name=shown_number(reader, number), **values)),))


def _button(reader: Reader, name: str, argument: int | str = "") -> ActionButton:
    label = reader.say(f"feedback_team.button_{name}")
    return reader.action_button(label, f"{PREFIX}{name}" + (f".{argument}" if argument else ""))
