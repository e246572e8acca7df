"""Build the screens on which a person writes to the campaign and reads answers. Pure."""

from bot.feedback.conversation import Conversation
from bot.feedback.limits import IN_ALL, PER_PERSON, Limit
from bot.flows.time_format import format_moment, suggested_zone, zone_name_at
from content.screens.frame import ways_out
from content.screens.navigation.places import AtCommand
from content.screens.reader import Reader
from content.screens.screen import TEXT_LIMIT, ActionButton, Row, Screen, Span, Style

PREFIX = "fb."  # of the actions of these screens
COMMAND = "feedback"
ASK, ONLY, AGAIN, DROP = "ask", "only", "again", "drop"  # parts of buttons in existing chats: never change one


def opening(reader: Reader) -> Screen:
    """Return the screen that warns of the risks and asks the person to write."""
    spans = (_title(reader), Span(reader.say("feedback.about")))
    return Screen(spans, (ways_out(reader, _button(reader, DROP)),), AtCommand(COMMAND))


def preview(reader: Reader, text: str, digest: str, headline: str = "") -> Screen:
    """Return the screen that shows exactly what will be sent, with the buttons that send it.

    `digest` is the hash of the text, which these buttons contain. `headline` is a line above it.
    """
    heading = Span(
        (headline + "\n\n" if headline else "") + reader.say("feedback.preview_title") + "\n\n", Style.BOLD
    )
    rows: tuple[Row, ...] = (
        (_button(reader, ASK, digest),),
        (_button(reader, ONLY, digest),),
        reader.directed_row((_button(reader, AGAIN), _button(reader, DROP))),
    )
    return Screen((heading, plain(text), Span("\n\n" + reader.say("feedback.preview"))), rows)


def plain(text: str) -> Span:
    """Return a typed text in the style of code, in which Telegram turns no words into links, mentions or commands."""
    return Span(text, Style.CODE)


def sent(reader: Reader, number: int, conversation: Conversation | None) -> Screen:
    """Return the screen that confirms that admins got a message. If `conversation` is None, no answer is wanted."""
    key = "feedback.sent_asking" if conversation else "feedback.sent_only"
    values = _until(reader, conversation) if conversation else {}
    return sentence(reader, reader.say(key, name=shown_number(reader, number), **values))


def limit(reader: Reader, reached: Limit) -> Screen:
    """Return the screen that says which limit keeps the person from writing now, and when they can write again."""
    numbers = {Limit.PERSON: PER_PERSON, Limit.ALL: IN_ALL}
    values = {"number": numbers[reached]} if reached in numbers else {}
    return sentence(reader, reader.say(f"feedback.limit_{reached.value}", **values))


def too_long(reader: Reader) -> Screen:
    """Return the screen that says that a text is too long, and how long it may be."""
    return _while_writing(reader, reader.say("feedback.too_long", most=TEXT_LIMIT))


def only_text(reader: Reader) -> Screen:
    """Return the screen that says that photos, files and forwarded messages are not accepted."""
    return _while_writing(reader, reader.say("feedback.only_text"))


def answer(reader: Reader, text: str, conversation: Conversation) -> Screen:
    """Return the message with which a person gets an admin's answer."""
    hint = reader.say("feedback.answer_hint", **_until(reader, conversation))
    title = Span(reader.say("feedback.answer_title") + "\n\n", Style.BOLD)
    return Screen((title, plain(text), Span("\n\n" + hint)))


def data_lines(reader: Reader, conversation: Conversation) -> tuple[str, ...]:
    """Return what /mydata says about a conversation, as lines of text."""
    stored = reader.say(
        "feedback.stored",
        name=shown_number(reader, conversation.number),
        language=reader.language_name(conversation.language),
        answers=reader.book.language.number(conversation.answers),
        **_until(reader, conversation),
    )
    return (stored, reader.say("feedback.stored_muted")) if conversation.is_muted else (stored,)


def sentence(reader: Reader, text: str) -> Screen:
    """Return a screen with `text` and a button to the menu."""
    return Screen((Span(text),), (ways_out(reader),))


def shown_number(reader: Reader, number: int) -> str:
    """Return the number of a conversation in the reader's digits."""
    return reader.book.language.number(number)


def _until(reader: Reader, conversation: Conversation) -> dict[str, str]:
    zone = suggested_zone(reader)
    return {
        "moment": format_moment(reader, conversation.until, zone),
        "zone": zone_name_at(reader, zone),
    }


def _while_writing(reader: Reader, text: str) -> Screen:
    return Screen((Span(text),), (ways_out(reader, _button(reader, DROP)),))


def _title(reader: Reader) -> Span:
    return Span(reader.say("feedback.title") + "\n\n", Style.BOLD)


def _button(reader: Reader, name: str, digest: str = "") -> ActionButton:
    return reader.action_button(
        reader.say(f"feedback.button_{name}"), f"{PREFIX}{name}" + (f".{digest}" if digest else "")
    )
