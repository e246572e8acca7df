"""Answer /latest with the last announcements, and show the announcement behind a discreet notice.

A discreet notice is a neutral sentence with a button, which subscribers can choose to get instead of each
announcement. The button replaces the sentence by the announcement.
"""

from dataclasses import replace

from bot.broadcast.delivery.results.progress import Progress
from bot.broadcast.delivery.service import BroadcastService
from bot.flows import opened_notice
from bot.flows.commands import Responder, responder_of
from bot.flows.reading import reader_of
from bot.model.announcement import (
    Announcement,
    Piece,
    broadcast_name_in,
    copy_callback_data,
    hidden_name_in,
)
from bot.model.audience import EVERYONE
from bot.model.events import ButtonPress, Event
from bot.model.replies import CallbackReplies, MessageReplies, Replies, SendPiece, SendText, Toast
from bot.signing.signer import can_be_signed
from content.invisible import is_blank
from content.screens.frame import hide_button, ways_out
from content.screens.navigation.places import AtCommand
from content.screens.reader import Reader
from content.screens.screen import CallbackButton, Screen, Span
from storage.deliveries.broadcast_state import Work
from storage.deliveries.channel_post import has_any_posted
from storage.subscriptions.subscriber import Subscriber

_MAX_ANNOUNCEMENTS = 3
_MAX_SEARCHED = 20  # of the newest broadcasts; those for other subscribers are skipped


class LatestCommand:
    """Show past announcements to the people in their audience, which can be limited to languages or topics."""

    def __init__(self, service: BroadcastService, *, signs: bool = False) -> None:
        """Create the object. If `signs`, each announcement gets a button that sends a copy with its signature."""
        self._service = service
        self._signs = signs

    async def replies(self, event: Event, reader: Reader, subscriber: Subscriber | None) -> Replies | None:
        """Return the replies to /latest and to the buttons that show or hide an announcement; otherwise None."""
        if responder_of(event) is Responder.LATEST:
            if not isinstance(event, ButtonPress):
                return await self._latest(reader, subscriber)
            return (Toast(), *await self._latest(reader_of(event.data, reader), subscriber))
        match event:
            case ButtonPress(data=data, is_private=True) if name := broadcast_name_in(data):
                return await self._behind_notice(name, reader, subscriber)
            case ButtonPress(data=data, is_private=True) if name := hidden_name_in(data):
                return (Toast(), opened_notice.closed(name, reader))
            case _:
                return None

    async def _latest(self, reader: Reader, subscriber: Subscriber | None) -> MessageReplies:
        """Return the last three announcements for the person, the newest last, then a heading with buttons.

        `subscriber` is None for a person who is not subscribed.
        """
        latest = await self._last_announcements(subscriber, _MAX_ANNOUNCEMENTS)
        if not latest:
            return (SendText(_sentence(reader, "latest.none")),)
        pieces = [
            replace(
                _send_piece(announcement.piece(str(reader.lang)), subscriber, reader),
                signed_copy=self._signed_copy(announcement, reader),
            )
            for announcement in latest
        ]
        return (*reversed(pieces), SendText(_sentence(reader, "latest.title")))

    async def _last_announcements(
        self, subscriber: Subscriber | None, most: int, *, but: int | None = None
    ) -> list[Announcement]:
        """Return the last announcements for this person, at most `most`, the newest first.

        The announcement of the broadcast with the number `but` is left out.
        """
        last: list[Announcement] = []
        for number in reversed(self._service.numbers()[-_MAX_SEARCHED:]):
            is_published = number != but and _is_published(self._service.progress(number))
            announcement = await self._announcement(number) if is_published and len(last) < most else None
            if announcement and is_for(announcement, subscriber):
                last.append(announcement)
        return last

    async def _behind_notice(self, name: str, reader: Reader, subscriber: Subscriber | None) -> CallbackReplies:
        """Replace the text of a discreet notice by the announcement of broadcast `name`, which is hidden behind it.

        Other recent announcements follow in the same message, because their notices might be deleted before the
        person opens them.
        """
        number = self._service.number_of(name)
        if number is None:
            return (Toast(reader.say("toast.old_button")),)
        announcement = await self._announcement(number)
        if announcement is None or not is_for(announcement, subscriber):
            return (Toast(reader.say("toast.gone")),)
        others = await self._last_announcements(subscriber, _MAX_ANNOUNCEMENTS - 1, but=number)
        language = subscriber.language if subscriber else str(reader.lang)
        pieces = [shown.piece(language) for shown in (announcement, *others)]
        return (Toast(), opened_notice.opened(pieces, name, reader))

    async def _announcement(self, number: int) -> Announcement | None:
        return await shown_announcement(self._service, number)

    def _signed_copy(self, announcement: Announcement, reader: Reader) -> CallbackButton | None:
        can_be_copied = self._signs and can_be_signed(announcement.piece(str(reader.lang)))
        return copy_button(announcement, reader) if can_be_copied else None


async def shown_announcement(service: BroadcastService, number: int) -> Announcement | None:
    """Return the announcement of broadcast `number`, with the name of the broadcast.

    Return None if its delivery has not begun, or if it was withdrawn.
    """
    progress = service.progress(number)
    if progress.begun is None or Work.RECALL in progress.jobs:
        return None
    announcement = await service.announcement(number)
    return announcement and replace(announcement, name=progress.name)


def copy_button(announcement: Announcement, reader: Reader) -> CallbackButton:
    """Return a button that sends a copy of the announcement with its signature."""
    return CallbackButton(reader.say("button.signed_copy"), copy_callback_data(announcement.name))


def _is_published(progress: Progress) -> bool:
    """Return whether an announcement reached a subscriber, or was posted in the campaign's channel."""
    return bool(progress.sent) or has_any_posted(progress.posts)


def _sentence(reader: Reader, phrase: str) -> Screen:
    return Screen((Span(reader.say(phrase)),), (ways_out(reader),), AtCommand("latest"))


def is_for(announcement: Announcement, subscriber: Subscriber | None) -> bool:
    """Return whether the audience of the announcement includes the person.

    People who are not subscribed (None) are included only if the announcement is for everyone.
    """
    if subscriber is None:
        return announcement.audience == EVERYONE
    return announcement.audience.includes(subscriber)


def _send_piece(piece: Piece, subscriber: Subscriber | None, reader: Reader) -> SendPiece:
    if subscriber and subscriber.text_only and not is_blank(piece.text):
        piece = piece.without_media()
    is_silent = bool(subscriber and (subscriber.quiet or subscriber.discreet))
    label = reader.say("button.settings") if subscriber else ""
    return SendPiece(piece, is_silent, settings_label=label, hide=hide_for_discreet(subscriber, reader))


def hide_for_discreet(subscriber: Subscriber | None, reader: Reader) -> CallbackButton | None:
    """Return a button that deletes its own message, for a subscriber with discreet delivery; None for others.

    The bot itself deletes the messages of discreet delivery. It does not delete an announcement that the person has
    asked for, so such a message gets this button.
    """
    return hide_button(reader) if subscriber and subscriber.discreet else None
