"""Build the screen that lists all announcements, with a button that opens each of them. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from bot.broadcast.authoring.framing import LIST_PREFIX
from bot.broadcast.overview.entries import Entry, Section
from bot.flows import time_format
from bot.flows.commands import admin_menu_button
from bot.model.announcement import Piece
from content.invisible import is_blank
from content.screens.frame import ways_out
from content.screens.reader import Reader
from content.screens.screen import Row, Screen, Span, Style

PAGE = 8  # sent announcements on a screen
_MAX_WORDS = 40  # characters of an announcement on its button
_MAX_LABEL = 64  # characters

Sections = Mapping[Section, Sequence[Entry]]


def page_of(sections: Sections, page: int) -> list[Entry]:
    """Return the entries that have a button on `page`, counted from 0.

    These are all announcements that are not sent yet, and at most PAGE of the sent ones.
    """
    current = [entry for section, entries in sections.items() if section is not Section.SENT for entry in entries]
    return current + list(sections[Section.SENT][page * PAGE : (page + 1) * PAGE])


def screen(reader: Reader, sections: Sections, words: Mapping[str, str], page: int) -> Screen:
    """Return the screen with the list of announcements and a button for each entry on `page`, counted from 0.

    `words` maps the action of each of these entries to the first words of its announcement.
    """
    title = Span(reader.say("announcements.title") + "\n\n", Style.BOLD)
    lines = "\n".join(_lines(reader, sections)) or reader.say("announcements.none")
    rows: list[Row] = [_entry_row(reader, entry, words[entry.action]) for entry in page_of(sections, page)]
    rows += _page_row(reader, len(sections[Section.SENT]), page)
    rows.append((reader.action_button(reader.say("button.write"), f"{LIST_PREFIX}write"),))
    rows.append(ways_out(reader, admin_menu_button(reader)))
    return Screen((title, Span(lines)), tuple(rows))


def _lines(reader: Reader, sections: Sections) -> Iterator[str]:
    for section, entries in sections.items():
        if entries:
            yield reader.say(f"announcements.{section.value}", number=len(entries))
        if section is Section.SCHEDULED:
            yield from (_scheduled_line(reader, entry) for entry in entries)


def _scheduled_line(reader: Reader, entry: Entry) -> str:
    moment = time_format.format_moment_with_weekday(reader, entry.at or 0.0, entry.zone)
    zone = time_format.zone_name_at(reader, entry.zone)
    return reader.say("announcements.at", number=entry.number, moment=moment, zone=zone)


def _entry_row(reader: Reader, entry: Entry, words: str) -> Row:
    key = f"announcements.entry_{entry.section.value}"
    label = reader.say(key, number=entry.number, words=words) if entry.number else reader.say(key, words=words)
    return (reader.action_button(_cut(label, _MAX_LABEL), f"{LIST_PREFIX}{entry.action}"),)


def _page_row(reader: Reader, sent: int, page: int) -> list[Row]:
    buttons = []
    if page > 0:
        buttons.append(reader.action_button(reader.say("button.newer"), f"{LIST_PREFIX}list.{page - 1}"))
    if sent > (page + 1) * PAGE:
        buttons.append(reader.action_button(reader.say("button.older"), f"{LIST_PREFIX}list.{page + 1}"))
    return [reader.directed_row(buttons)] if buttons else []


def first_words(reader: Reader, piece: Piece) -> str:
    """Return the beginning of an announcement in one line, at most 40 characters.

    If the announcement has no text, return the name of its kind, such as "photo".
    """
    if is_blank(piece.text):
        return reader.say(f"broadcast.kind_{piece.media.value if piece.media else 'text'}")
    return _cut(" ".join(piece.text.split()), _MAX_WORDS)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip(" .,،؛…") + "…"
