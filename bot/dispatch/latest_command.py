"""For supporters: the last announcements for whoever missed one, and the one behind a discreet notice."""

from collections.abc import Iterable
from dataclasses import replace

from bot.broadcast.delivery.service import BroadcastService
from bot.model.announcement import Announcement, Piece, named_in
from bot.model.audience import EVERYONE
from bot.model.events import Command, Event, Pressed, TextMessage
from bot.model.replies import ReplaceText, Replies, Sample, SendText, Toast
from content.invisible import is_blank
from content.screens.reader import Reader
from content.screens.screen import Screen, Span, Style
from storage.deliveries.broadcast_state import Work
from storage.subscriptions.subscriber import Subscriber

COMMAND = "latest"
_MANY = 3
_LOOKED_AT = 20  # of the newest broadcasts: those of other topics are passed over


class Latest:
    def __init__(self, service: BroadcastService) -> None:
        self._service = service

    async def replies(self, event: Event, reader: Reader, one: Subscriber | None) -> Replies | None:
        """None for what is not asked here."""
        match event:
            case TextMessage(command=Command() as command) if command.name == COMMAND:
                if not event.private:
                    return (SendText(_plain(reader.say("group.private_only"))),)
                return await self._latest(reader, one)
            case Pressed(data=data, private=True) if name := named_in(data):
                return await self._behind(name, reader, one)
            case _:
                return None

    async def _latest(self, reader: Reader, one: Subscriber | None) -> Replies:
        """The newest last, as a chat reads."""
        shown: list[Sample] = []
        for number in reversed(self._service.numbers()[-_LOOKED_AT:]):
            said = await self._said(number) if self._service.progress(number).sent else None
            if said is not None and _is_for(said, one) and len(shown) < _MANY:
                shown.append(_sample(said.piece(str(reader.lang)), one))
        if not shown:
            return (SendText(_plain(reader.say("latest.none"))),)
        return (SendText(Screen((Span(reader.say("latest.title"), Style.BOLD),))), *reversed(shown))

    async def _behind(self, name: str, reader: Reader, one: Subscriber | None) -> Replies:
        """In the place of the notice, so that it is deleted when the notice would be."""
        number = self._service.number_of(name)
        if number is None:
            return (Toast(reader.say("toast.old_button")),)
        said = await self._said(number)
        if said is None or not _is_for(said, one):
            return (Toast(reader.say("toast.gone")),)
        piece = said.piece(one.language if one else str(reader.lang))
        return (Toast(), ReplaceText(_words(piece, reader)))

    async def _said(self, number: int) -> Announcement | None:
        """What was begun, and not taken back."""
        progress = self._service.progress(number)
        if progress.begun is None or Work.RECALL in progress.jobs:
            return None
        return await self._service.announcement(number)


def _is_for(said: Announcement, one: Subscriber | None) -> bool:
    return said.audience == EVERYONE if one is None else said.audience.wants(one)


def _sample(piece: Piece, one: Subscriber | None) -> Sample:
    if one and one.text_only and not is_blank(piece.text):
        piece = piece.without_media()
    return Sample(piece, silent=bool(one and (one.quiet or one.discreet)))


def _words(piece: Piece, reader: Reader) -> Piece:
    hint = reader.say("latest.media") if piece.media else ""
    return replace(piece.without_media(), text="\n\n".join(_filled(piece.text, hint)))


def _filled(*texts: str) -> Iterable[str]:
    return [text for text in texts if not is_blank(text)]


def _plain(text: str) -> Screen:
    return Screen((Span(text),))
