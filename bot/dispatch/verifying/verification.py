"""Answer /verify: say whether a forwarded or pasted message is an announcement of the campaign."""

import time
from collections.abc import Callable, Sequence

from bot.broadcast.delivery.service import BroadcastService
from bot.dispatch.verifying.awaited import AwaitedMessages
from bot.dispatch.verifying.signed_copy import SignedCopies
from bot.flows.commands import Responder, responder_of
from bot.flows.reading import reader_of
from bot.flows.time_format import format_day
from bot.model.command_parsing import LEAVING
from bot.model.events import ButtonPress, Event, OtherMessage, SignedPress, TextMessage, is_edit, is_public
from bot.model.replies import MessageReplies, Replies, SendText, Toast
from bot.signing import signature
from bot.signing.signer import AnnouncementSigner
from bot.signing.verdict import SentAnnouncement, Verdict, judge
from content.screens.frame import ways_out
from content.screens.navigation.places import AtCommand
from content.screens.reader import Reader
from content.screens.screen import Row, Screen, Span
from storage.deliveries.broadcast_state import Work
from storage.subscriptions.subscriber import Subscriber

_MAX_SEARCHED = 100  # of the newest broadcasts; decoding all of a thousand would keep others waiting
_LONGEST_REQUEST = 40  # characters; a longer text is to be verified even if it reads like "unsubscribe"


class Verification:
    """Ask for a message after /verify, and compare it with the announcements that the bot has sent."""

    def __init__(
        self,
        service: BroadcastService,
        signer: AnnouncementSigner,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._campaign = signer.campaign
        self._copies = SignedCopies(service, signer)
        self._awaited = AwaitedMessages()
        self._clock = clock

    def awaits(self, event: Event) -> bool:
        """Return whether `event` is the message after /verify, which is to be verified.

        If the person does something else in private instead, such as pressing a button, stop waiting for that
        message. So a later message is not verified by surprise.
        """
        user = event.sender.id
        if is_public(event) or is_edit(event) or not self._awaited.is_awaited(user, self._clock()):
            return False
        match event:
            case OtherMessage():
                return True
            case TextMessage() if not _asks_for_something_else(event):
                return True
            case TextMessage() | ButtonPress() | SignedPress():
                self._awaited.end(user)
        return False

    async def replies(self, event: Event, reader: Reader, subscriber: Subscriber | None) -> Replies | None:
        """Return the replies to /verify, to the message after it, and to *Signed copy* buttons; otherwise None."""
        if responder_of(event) is Responder.VERIFY:
            self._awaited.begin(event.sender.id, self._clock())
            return _prompt(event, reader)
        if not self.awaits(event):
            return await self._copies.replies(event, reader, subscriber)
        if not isinstance(event, TextMessage):
            return (SendText(_screen(reader, "signing.no_text")),)
        self._awaited.end(event.sender.id)
        return await self._verdict_on(event, reader)

    async def _verdict_on(self, event: TextMessage, reader: Reader) -> MessageReplies:
        if event.content is None:
            return (SendText(_screen(reader, "signing.no_text")),)
        verdict = judge(event.content, await self._sent_announcements(), self._campaign)
        return (SendText(_verdict_screen(verdict, reader)),)

    async def _sent_announcements(self) -> Sequence[SentAnnouncement]:
        """Return the last announcements whose sending has begun, the newest first, at most _MAX_SEARCHED."""
        sent = list[SentAnnouncement]()
        for number in reversed(self._service.numbers()[-_MAX_SEARCHED:]):
            progress = self._service.progress(number)
            content = await self._service.announcement(number) if progress.begun is not None else None
            if content is not None and progress.begun is not None:
                day = signature.day_of(progress.begun)
                sent.append(SentAnnouncement(content, day, is_withdrawn=Work.RECALL in progress.jobs))
        return sent


def _asks_for_something_else(event: TextMessage) -> bool:
    """Return whether the message is not to be verified: it is a command, or a short request to unsubscribe."""
    asks_to_leave = event.request is not None and event.request.command in LEAVING
    return event.command is not None or (asks_to_leave and len(event.text) <= _LONGEST_REQUEST)


def _prompt(event: Event, reader: Reader) -> Replies:
    if isinstance(event, ButtonPress):
        reader = reader_of(event.data, reader)
        return (Toast(), SendText(_screen(reader, "signing.prompt")))
    return (SendText(_screen(reader, "signing.prompt")),)


def _verdict_screen(verdict: Verdict, reader: Reader) -> Screen:
    key = f"signing.{verdict.standing.value}"
    sentence = reader.say(key, day=format_day(reader, verdict.day)) if verdict.day else reader.say(key)
    again = (reader.place_button("verify_again", AtCommand("verify")),)
    return _screen_with(reader, sentence, again)


def _screen(reader: Reader, phrase: str) -> Screen:
    return _screen_with(reader, reader.say(phrase))


def _screen_with(reader: Reader, sentence: str, *rows: Row) -> Screen:
    return Screen((Span(sentence),), (*rows, ways_out(reader)), AtCommand("verify"))
