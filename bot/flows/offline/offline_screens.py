"""Build the screen on which people choose a file with the whole declaration, and the captions of these files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.model.events import ButtonPress, Event
from bot.model.file_kinds import FileKind, file_name
from content.screens.frame import back_to_origin, hide_button, ways_out
from content.screens.navigation.button_data import from_data
from content.screens.navigation.places import Contents, Offline, Place
from content.screens.reader import Reader
from content.screens.screen import CallbackButton, Screen, Span, Style

_DATA = re.compile(rf"o\.([a-z0-9-]{{2,9}})\.({'|'.join(FileKind)})", re.ASCII)
_KILOBYTE = 1024  # bytes, as Telegram's apps count


@dataclass(frozen=True, slots=True)
class ChoiceRequest:
    """A request to show which files there are, in the language of `reader`.

    `origin` is the screen that "Back" opens.
    """

    reader: Reader
    origin: Place | None


@dataclass(frozen=True, slots=True)
class FileRequest:
    """A request for the file of this `kind`, in the language of `reader`."""

    reader: Reader
    kind: FileKind


Request = ChoiceRequest | FileRequest


def request(event: Event, reader: Reader) -> Request | None:
    """Return the request that a press makes in a private chat; None for any other event."""
    if not isinstance(event, ButtonPress) or not event.is_private:
        return None
    match from_data(event.data):
        case (Offline(origin), lang):
            return ChoiceRequest(reader.speaking_if_known(lang), origin)
    match = _DATA.fullmatch(event.data)
    return FileRequest(reader.speaking_if_known(match[1]), FileKind(match[2])) if match else None


def choice(reader: Reader, sizes: Mapping[FileKind, int], origin: Place | None = None) -> Screen:
    """Return the screen with a button for each kind of file. `sizes` maps kinds to bytes; 0 if unknown.

    "Back" leads to `origin`; if it is None, to the table of contents.
    """
    uses = "\n".join(_use(reader, kind, size) for kind, size in sizes.items())
    names = reader.book.language.join([file_name(kind, reader.lang) for kind in sizes])
    paragraphs = (reader.say("offline.text"), uses, reader.say("offline.traces", names=names))
    spans = (Span(reader.say("offline.title"), Style.BOLD), Span("".join(f"\n\n{text}" for text in paragraphs)))
    rows = tuple((CallbackButton(reader.say(f"offline.{kind}_button"), f"o.{reader.lang}.{kind}"),) for kind in sizes)
    place = Offline(origin)
    back = back_to_origin(reader, place) or (reader.place_button("contents", Contents()),)
    return Screen(spans, (*rows, ways_out(reader, *back)), place)


def caption(reader: Reader, kind: FileKind) -> Screen:
    """Return the caption of a file, which says how to open the file, with a button that deletes the message."""
    return Screen((Span(reader.say(f"offline.{kind}_caption")),), ((hide_button(reader),),))


def _use(reader: Reader, kind: FileKind, size: int) -> str:
    """Return sentences that say for what a kind of file is useful, and its size if it is known."""
    use = reader.say(f"offline.{kind}")
    return f"{use} {reader.say('offline.size', size=max(1, round(size / _KILOBYTE)))}" if size else use
