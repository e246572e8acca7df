"""Answer requests of readers for which the bot needs stored data, pictures or files.

The flows are pure functions without access to these.
"""

import logging
from collections.abc import Sequence
from typing import Protocol

from bot.dispatch.latest_command import LatestCommand
from bot.dispatch.verifying.verification import Verification
from bot.feedback.feedback import Feedback
from bot.flows import router
from bot.model.events import Event
from bot.model.replies import Replies
from content.screens.reader import Reader
from storage.errors import StorageTrouble
from storage.subscriptions.subscriber import Subscriber

log = logging.getLogger(__name__)


class MediaSource(Protocol):
    """A part of the bot that sends pictures or files on request, such as cards."""

    async def replies(self, event: Event, reader: Reader) -> Replies | None:
        """Return the picture or file that a button press asks for; None for any other event."""


class Responders:
    """Answer requests for announcements, for their verification and for pictures and files, and take feedback."""

    def __init__(
        self,
        latest: LatestCommand,
        *,
        media: Sequence[MediaSource],
        feedback: Feedback,
        verification: Verification,
    ) -> None:
        self._latest = latest
        self._media = tuple(media)
        self._feedback = feedback
        self._verification = verification

    def takes(self, event: Event) -> bool:
        """Return whether `event` is the message that a person sends after /verify, to be verified.

        If it is, the caller passes it to no other part of the bot, such as the draft of an admin.
        """
        return self._verification.awaits(event)

    async def replies(self, event: Event, reader: Reader, subscriber: Subscriber | None) -> Replies | None:
        """Return the replies to a request for announcements, verification, pictures or files, and to feedback.

        Return None for any other event. `subscriber` is None for a person who is not subscribed.
        """
        for source in self._media:
            if (sent := await source.replies(event, reader)) is not None:
                return sent
        try:
            if (taken := await self._feedback.replies(event, reader)) is not None:
                return taken
            if (verdict := await self._verification.replies(event, reader, subscriber)) is not None:
                return verdict
            return await self._latest.replies(event, reader, subscriber)
        except StorageTrouble as error:
            log.warning("Looking up stored data failed (%s): the person is notified", type(error).__name__)
            return router.not_saved(event, reader)
