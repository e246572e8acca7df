"""Answer readers' requests that need data or pictures, which flows do not get."""

import logging

from bot.cards.card_pictures import CardPictures
from bot.dispatch.guide_pictures import GuidePictures
from bot.dispatch.latest_command import LatestCommand
from bot.dispatch.verifying.verification import Verification
from bot.flows import router
from bot.model.events import Event
from bot.model.replies import Replies
from content.screens.reader import Reader
from storage.errors import StorageTrouble
from storage.subscriptions.subscriber import Subscriber

log = logging.getLogger(__name__)


class Responders:
    """Answer requests for past announcements and their verification, for pictures of settings and for cards."""

    def __init__(
        self,
        latest: LatestCommand,
        guide_pictures: GuidePictures,
        *,
        card_pictures: CardPictures,
        verification: Verification,
    ) -> None:
        self._latest = latest
        self._guide_pictures = guide_pictures
        self._card_pictures = card_pictures
        self._verification = verification

    async def replies(self, event: Event, reader: Reader, subscriber: Subscriber | None) -> Replies | None:
        """Return the replies to such a request; None when a flow answers `event`."""
        pictures = await self._guide_pictures.replies(event, reader)
        if pictures is None:
            pictures = await self._card_pictures.replies(event, reader)
        if pictures is not None:
            return pictures
        try:
            replies = await self._verification.replies(event, reader, subscriber)
            return await self._latest.replies(event, reader, subscriber) if replies is None else replies
        except StorageTrouble as error:
            log.warning("Looking up announcements failed (%s): the person is notified", type(error).__name__)
            return router.not_saved(event, reader)
