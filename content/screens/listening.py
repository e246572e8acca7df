"""Make the buttons that play recordings of the declaration.

Their callback data are `v.LANG.PART`; for the recording of the original, `v.LANG.PART.original`.
"""

import re
from dataclasses import dataclass

from content.model import WHOLE, ClauseId, Lang, Recording
from content.screens.navigation.button_data import LANG_PATTERN
from content.screens.navigation.places import AtClause
from content.screens.reader import Reader
from content.screens.screen import CAPTION_LIMIT, CallbackButton, Screen, Span, Style, units

_DATA = re.compile(rf"v\.({LANG_PATTERN})\.([a-z0-9-]{{1,40}})(\.original)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ListenRequest:
    """A request for a recording in the reader's language or in the original. `part` is a clause's id, or WHOLE."""

    part: str
    in_original: bool = False


def listen_button(reader: Reader, request: ListenRequest) -> CallbackButton | None:
    """Return the button that plays a recording; None if there is no such recording."""
    if recording_of(reader, request) is None:
        return None
    data = f"v.{reader.lang}.{request.part}" + (".original" if request.in_original else "")
    return CallbackButton(reader.say("listen.whole" if request.part == WHOLE else "listen.button"), data)


def clause_request(place: AtClause) -> ListenRequest:
    """Return the request for a recording of the clause at `place`, in the language in which `place` shows it."""
    return ListenRequest(place.clause, place.in_original)


def from_listen_data(data: str) -> tuple[ListenRequest, Lang] | None:
    """Return the request and the reader's language that callback data contain, or None for any other data."""
    fields = _DATA.fullmatch(data)
    return (ListenRequest(fields[2], fields[3] is not None), Lang(fields[1])) if fields else None


def recording_of(reader: Reader, request: ListenRequest) -> Recording | None:
    """Return the recording that a request asks for; None if there is none."""
    return reader.campaign.recording(reader.text_language(request.in_original), request.part)


def caption_of(reader: Reader, request: ListenRequest) -> Screen:
    """Return the caption of a recording: the title of what is read, and whether it is the original or a translation.

    If this is longer than Telegram's limit for captions, return the title alone.
    """
    lang = reader.text_language(request.in_original)
    clause = reader.campaign.clause_by_id.get(ClauseId(request.part))
    name = reader.clause_label(clause) if clause else reader.campaign.editions[reader.lang].title
    spans = (Span(name, Style.BOLD), Span("\n"), Span(reader.edition_notice(lang), Style.ITALIC))
    caption = Screen(spans)
    return caption if units(caption.text) <= CAPTION_LIMIT else Screen(spans[:1])
