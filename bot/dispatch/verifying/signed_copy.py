"""Send a copy of an announcement that ends with its signature, so that the signature travels with the text."""

from datetime import date

from bot.broadcast.delivery.service import BroadcastService
from bot.dispatch.latest_command import hide_for_discreet, is_for, shown_announcement
from bot.model.announcement import Announcement, Piece, copied_name_in
from bot.model.events import ButtonPress, Event
from bot.model.replies import CallbackReplies, SendPiece, SendText, Toast
from bot.signing import signature
from bot.signing.signer import AnnouncementSigner
from content.screens.frame import ways_out
from content.screens.reader import Reader
from content.screens.screen import TEXT_LIMIT, Screen, Span, Style, units
from storage.subscriptions.subscriber import Subscriber


class SignedCopies:
    """Answer the *Signed copy* button below announcements."""

    def __init__(self, service: BroadcastService, signer: AnnouncementSigner) -> None:
        self._service = service
        self._signer = signer

    async def replies(self, event: Event, reader: Reader, subscriber: Subscriber | None) -> CallbackReplies | None:
        """Return the replies to a press of a *Signed copy* button; None for any other event.

        They are the copy, in the person's language, and a sentence that says how to use it. People outside the
        audience of the announcement get a notice instead.
        """
        match event:
            case ButtonPress(data=data, is_private=True) if name := copied_name_in(data):
                return await self._copy(self._service.number_of(name), reader, subscriber)
            case _:
                return None

    async def _copy(self, number: int | None, reader: Reader, subscriber: Subscriber | None) -> CallbackReplies:
        if number is None or self._signer.key is None:
            return (Toast(reader.say("toast.old_button")),)
        announcement = await shown_announcement(self._service, number)
        begun = self._service.progress(number).begun
        if announcement is None or begun is None or not is_for(announcement, subscriber):
            return (Toast(reader.say("toast.gone")),)
        language = subscriber.language if subscriber else str(reader.lang)
        text = self._signed(announcement, language, signature.day_of(begun))
        is_silent = bool(subscriber and (subscriber.quiet or subscriber.discreet))
        copy = SendPiece(_with_code_marked(text), is_silent, hide=hide_for_discreet(subscriber, reader))
        return (Toast(), copy, SendText(_explanation(reader, text)))

    def _signed(self, announcement: Announcement, language: str, day: date) -> str:
        shown = language if language in announcement.pieces else announcement.default
        text = self._signer.signed(announcement.piece(shown), shown, day)
        assert text is not None, "the key was checked"
        return text


def _with_code_marked(text: str) -> Piece:
    """Return `text`, which ends with its signature, as a message; only the signature if the text is too long.

    The signature is formatted as code, so that apps copy it when it is tapped and take no part of it for a link.
    """
    code = signature.split(text)[1]
    shown = text if units(text) <= TEXT_LIMIT else code
    marked = {"type": Style.CODE.value, "offset": units(shown) - units(code), "length": units(code)}
    return Piece(shown, (marked,))


def _explanation(reader: Reader, text: str) -> Screen:
    key = "signing.copy" if units(text) <= TEXT_LIMIT else "signing.copy_of_code"
    return Screen((Span(reader.say(key)),), (ways_out(reader),))
