"""Agreeing on what is sent: with two admins or more another one confirms, a lone one has a while to cancel it."""

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from bot.broadcast.authoring import draft, editor_screens, review_screens
from bot.broadcast.authoring.admins import Admins, sentence
from bot.broadcast.authoring.draft import Draft, Stage
from bot.broadcast.authoring.draft_store import Drafts
from bot.broadcast.authoring.handover import Handover
from bot.broadcast.authoring.preview import Preview
from bot.broadcast.delivery.pricing import FREE_OFFER
from bot.model.replies import EditMessage, Replies, SendText, Toast
from bot.runtime.loop_guard import LoopGuard
from content.screens.reader import Reader
from content.screens.screen import Screen

DELAY = 60.0  # seconds in which a lone admin may cancel
TO_CONFIRM = 24 * 3600.0  # seconds for another admin
_LATE = 120.0  # seconds over the delay: the bot stood still, so it is not sent, and an admin should look again
_LOOK = 1.0  # seconds

log = logging.getLogger(__name__)


class Approval:
    """Keep `run` running. What answers somebody is called while `drafts.turn` is held."""

    def __init__(
        self,
        drafts: Drafts,
        showing: Preview,
        admins: Admins,
        handing: Handover,
        now: Callable[[], float],
        delay: float = DELAY,
    ) -> None:
        self._drafts = drafts
        self._showing = showing
        self._admins = admins
        self._handing = handing
        self._now = now
        self._delay = delay
        self._asked: set[str] = set()
        self._closed: list[tuple[int, Draft, str]] = []  # owner, draft as it waited, what they are told
        self._wake = asyncio.Event()

    async def check(self, owner: int, one: Draft, reader: Reader) -> Screen:
        """The last look before `send`, which sends for the Stars that are shown here."""
        reach = await self._showing.reach(one.audience)
        offer = FREE_OFFER if one.edits else await self._showing.offer(reach)
        if one.stage is Stage.WRITING:
            one = replace(one, stars=offer.stars)
            await self._drafts.keep(owner, one)
        others = len(self._admins.others(owner))
        return review_screens.check(reader, one, reach, offer, self._showing.findings(one), others)

    async def send(self, owner: int, one: Draft, reader: Reader, message: int) -> Replies:
        """Begins to wait; `message` will show it."""
        now = self._now()
        if any(finding.forbids for finding in self._showing.findings(one)):
            return (Toast(), EditMessage(await self.check(owner, one, reader)))
        if one.at is not None and one.at <= now:
            after = replace(one, waits="time")
            await self._drafts.keep(owner, after)
            return (Toast(), EditMessage(editor_screens.when(reader, after, reader.say("broadcast.moment_past"))))
        if one.stage is not Stage.WRITING:
            return (Toast(), EditMessage(self._pending(owner, one, reader)))
        alone = not self._admins.others(owner)
        after = replace(
            one,
            stage=Stage.DELAYED if alone else Stage.ASKED,
            until=now + self._delay if alone else min(now + TO_CONFIRM, one.at or now + TO_CONFIRM),
            nonce=os.urandom(12).hex(),
            panel=message,
        )
        await self._drafts.keep(owner, after)
        self._wake.set()
        return (Toast(), EditMessage(self._pending(owner, after, reader)))

    def _pending(self, owner: int, one: Draft, reader: Reader) -> Screen:
        if one.stage is Stage.ASKED:
            return review_screens.asked(reader, one, len(self._admins.others(owner)))
        return review_screens.delayed(reader, one, max(1, round(one.until - self._now())))

    async def answered(self, admin: int, code: str, agrees: bool, reader: Reader) -> Replies:
        """What another admin said to the question with this code."""
        asked = ((owner, one) for owner in self._drafts.owners() if (one := self._drafts.of(owner)))
        found = [(owner, one) for owner, one in asked if _is_meant(code, owner, one)]
        if not found or found[0][1].until < self._now():
            log.info("A confirmation was refused: what it was for is changed, cancelled, sent or too old")
            return (Toast(), EditMessage(sentence(reader, "broadcast.void")))
        owner, one = found[0]
        if owner == admin:
            log.info("A confirmation was refused: it came from the admin who wrote the announcement")
            return (Toast(reader.say("toast.own_confirmation")),)
        if not agrees:
            await self._give_back(owner, one, "broadcast.refused")
            return (Toast(), EditMessage(sentence(reader, "broadcast.you_refused")))
        await self._handing.hand(owner, admin, one)
        self._wake.set()
        return (Toast(), EditMessage(sentence(reader, "broadcast.you_confirmed")))

    def close(self, owner: int, before: Draft | None, after: Draft | None) -> None:
        """They changed or discarded what waited: the message that shows it says so."""
        if before and before.panel and (after is None or after.panel != before.panel):
            self._closed.append((owner, before, "broadcast.dropped" if after is None else ""))
            self._wake.set()

    async def _give_back(self, owner: int, one: Draft, why: str) -> None:
        await self._drafts.keep(owner, one.edited())
        self._closed.append((owner, one, why))
        self._wake.set()

    async def _tell_closed(self, owner: int, one: Draft, why: str) -> None:
        reader = await self._admins.reader(owner, one.lang)
        if one.panel:
            shown = why if why == "broadcast.dropped" else "broadcast.closed"
            await self._admins.put(owner, sentence(reader, shown), one.panel)
        if why not in ("", "broadcast.dropped"):
            await self._admins.tell(owner, (SendText(sentence(reader, why)),))

    async def run(self) -> None:
        """Asks the other admins, ends delays and waiting; until it is cancelled."""
        bearing = LoopGuard("A draft")
        while True:
            self._wake.clear()
            for owner in self._drafts.owners():
                with bearing.guard():
                    await self._look(owner)
            with bearing.guard():
                await self._handing.announce()
            while self._closed:
                with bearing.guard():
                    await self._tell_closed(*self._closed.pop(0))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _LOOK)

    async def _look(self, owner: int) -> None:
        async with self._drafts.turn:
            one, now = self._drafts.of(owner), self._now()
            if one is None or one.stage is Stage.WRITING:
                return
            if one.stage is Stage.HANDED:
                await self._handing.resolve(owner, one)
                return
            if one.until > now:
                ask = one.stage is Stage.ASKED and one.nonce not in self._asked
            elif one.stage is Stage.DELAYED and now - one.until < _LATE:
                await self._handing.hand(owner, owner, one)
                return
            else:
                await self._give_back(owner, one, "broadcast.not_sent")
                return
        if ask:
            await self._ask(owner, one)

    async def _ask(self, owner: int, one: Draft) -> None:
        self._asked.add(one.nonce)
        reach, code, told = await self._showing.reach(one.audience), draft.digest(one, owner), 0
        for admin in self._admins.others(owner):
            reader = await self._admins.reader(admin, one.lang)
            question = SendText(review_screens.question(reader, one, reach, code))
            told += await self._admins.tell(admin, (*self._showing.samples(one, reader), question))
        if not told:
            async with self._drafts.turn:
                if self._drafts.of(owner) == one:
                    await self._give_back(owner, one, "broadcast.nobody_to_ask")


def _is_meant(code: str, owner: int, one: Draft) -> bool:
    return one.stage is Stage.ASKED and draft.digest(one, owner) == code
