"""Open the discreet notice of an announcement, and close it again.

A discreet notice is a message with a neutral sentence and a button. To open it, the bot edits this message to show
the announcement; to close it, the bot edits the message back. If the bot later deletes the message, nothing of the
announcement stays in the chat.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.model.announcement import SETTINGS_DATA, Piece, hide_callback_data, notice_callback_data
from bot.model.replies import ReplaceText
from content.invisible import is_blank
from content.screens.reader import Reader
from content.screens.screen import TEXT_LIMIT, CallbackButton, Style, units

_MOST_ENTITIES = 100  # in one message
_BETWEEN = "\n\n· · ·\n\n"  # the line between two announcements


def opened(pieces: Sequence[Piece], name: str, reader: Reader) -> ReplaceText:
    """Return the reply that opens the notice of broadcast `name`: it shows the announcement in place of the notice.

    `pieces` are the texts to show, in the reader's language: first that of the broadcast, then those of other recent
    announcements. Leave out those others that do not fit into the same message. Also leave out media, with a hint how
    to see them. Below are the buttons *Hide* and *Settings*.
    """
    first, *others = (_text_only(piece, reader) for piece in pieces)
    shown = first
    for piece in others:
        joined = _joined(shown, _heading(reader) if shown is first else Piece(_BETWEEN), piece)
        if _fits(joined):
            shown = joined
    return ReplaceText(shown, (_footer(reader, hide_callback_data(name)),))


def closed(name: str, reader: Reader) -> ReplaceText:
    """Return the reply that shows the notice of broadcast `name` again, with the button that opens it."""
    button = CallbackButton(reader.say("button.notice"), notice_callback_data(name))
    return ReplaceText(Piece(reader.say("broadcast.notice")), ((button,),))


def _footer(reader: Reader, hide_data: str) -> tuple[CallbackButton, ...]:
    hide = CallbackButton(reader.say("button.hide"), hide_data)
    settings = CallbackButton(reader.say("button.settings"), SETTINGS_DATA)
    return (settings, hide) if reader.book.language.rtl else (hide, settings)


def _heading(reader: Reader) -> Piece:
    """Return the heading "other announcements", which follows the opened announcement."""
    text = reader.say("latest.others")
    bold = {"type": Style.BOLD.value, "offset": 2, "length": units(text)}
    return Piece(f"\n\n{text}\n\n", (bold,))


def _joined(*pieces: Piece) -> Piece:
    """Return one piece with the texts of all `pieces`, their formatting and their link buttons."""
    text, entities = "", list[Mapping[str, Any]]()
    for piece in pieces:
        start = units(text)
        entities += [{**entity, "offset": entity["offset"] + start} for entity in piece.entities]
        text += piece.text
    rows = tuple(row for piece in pieces for row in piece.buttons)
    return replace(pieces[0], text=text, entities=tuple(entities), buttons=rows)


def _fits(piece: Piece) -> bool:
    return units(piece.text) <= TEXT_LIMIT and len(piece.entities) <= _MOST_ENTITIES


def _text_only(piece: Piece, reader: Reader) -> Piece:
    """Return a copy of the piece without media, with a hint how to see them if it has any."""
    hint = reader.say("latest.media") if piece.media else ""
    paragraphs = [text for text in (piece.text, hint) if not is_blank(text)]
    return replace(piece.without_media(), text="\n\n".join(paragraphs))
