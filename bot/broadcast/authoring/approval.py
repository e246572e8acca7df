"""Have drafts of announcements approved before they are sent.

Another admin must approve a draft. If the author is the only admin, they get a minute to cancel it instead.
"""

import asyncio
import logging
import math
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from bot.audit.denials import Denial
from bot.audit.trail import BOT
from bot.broadcast.authoring import draft as draft_model
from bot.broadcast.authoring import editor_screens, review_screens
from bot.broadcast.authoring.admins import Admins, phrase_screen
from bot.broadcast.authoring.draft import Draft, Stage
from bot.broadcast.authoring.draft_store import DraftStore
from bot.broadcast.authoring.handover import Handover
from bot.broadcast.authoring.preview import Preview
from bot.broadcast.delivery.pricing import FREE_OFFER
from bot.model.replies import EditMessage, Replies, SendText, Toast
from bot.runtime.loop_guard import LoopGuard
from bot.runtime.waiting import wait_at_most
from bot.team.approval_rights import ApprovalRights
from content.screens.reader import Reader
from content.screens.screen import Screen

CANCEL_DELAY = 60.0  # seconds in which an only admin may cancel
CONFIRM_WITHIN = 24 * 3600.0  # seconds in which another admin may approve
_MAX_LATE = 120.0  # seconds after the delay; if the bot was down for longer, an admin should check again
_POLL_EVERY = 1.0  # seconds
_COUNT_EVERY = 5  # seconds; Telegram refuses some tens of edits of one message

_DISCARDED = "broadcast.dropped"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _ClosedRequest:
    """A request to send a draft, which ended without the draft being sent. `Approval.run` tells the author why."""

    owner: int
    draft: Draft  # as it was during the request
    key: str  # of the phrase that says why; "" if the author ended it with an edit


class Approval:
    """Handle requests to send a draft, from the author's request until it is approved, refused or closed.

    `run` must run as a task as long as the bot runs. Call `check`, `send` and `answer` only while holding
    `DraftStore.lock`. In all methods, `owner` is the id of the admin who wrote the draft.
    """

    def __init__(
        self,
        drafts: DraftStore,
        preview: Preview,
        admins: Admins,
        handover: Handover,
        rights: ApprovalRights,
        now: Callable[[], float],
    ) -> None:
        self._drafts = drafts
        self._preview = preview
        self._admins = admins
        self._handover = handover
        self._rights = rights
        self._now = now
        self._asked: set[str] = set()  # nonces of the requests that other admins received
        self._counted: dict[str, int] = {}  # by nonce: the seconds that were shown last
        self._closed: list[_ClosedRequest] = []
        self._wake = asyncio.Event()

    async def check(self, owner: int, draft: Draft, reader: Reader) -> Screen:
        """Return the screen on which an admin checks a draft before sending it.

        The screen shows the price in Stars of fast sending. The price is also stored in the draft, as a limit:
        sending will not cost more.
        """
        reach = await self._preview.reach(draft.audience)
        offer = FREE_OFFER if draft.edited_broadcast else await self._preview.offer(reach)
        if draft.stage is Stage.WRITING:
            draft = replace(draft, stars=offer.stars)
            await self._drafts.save(owner, draft)
        return review_screens.check(
            reader,
            draft,
            reach=reach,
            offer=offer,
            problems=self._preview.problems(draft),
            other_admins=len(self._admins.others(owner)),
        )

    async def send(self, owner: int, draft: Draft, reader: Reader, message: int) -> Replies:
        """Request that a draft be sent. From then on, `message` shows that the draft waits for approval.

        If a problem forbids sending, show the check screen again. If the chosen time has passed, ask for another
        time.
        """
        if any(problem.forbids_sending for problem in self._preview.problems(draft)):
            return (Toast(), EditMessage(await self.check(owner, draft, reader)))
        if draft.send_at is not None and draft.send_at <= self._now():
            draft = replace(draft, awaiting="time")
            await self._drafts.save(owner, draft)
            headline = reader.say("broadcast.moment_past")
            return (Toast(), EditMessage(editor_screens.sending_time(reader, draft, self._now(), headline)))
        if refusal := self._send_refusal(owner, draft, reader):
            return (Toast(), EditMessage(editor_screens.main(reader, draft, refusal)))
        if draft.stage is Stage.WRITING:
            draft = self._requested(owner, draft, message)
            await self._drafts.save(owner, draft)
            self._wake.set()
        return (Toast(), EditMessage(self._pending(owner, draft, reader)))

    def _send_refusal(self, owner: int, draft: Draft, reader: Reader) -> str | None:
        """Return the sentence that says why the draft cannot be sent now; None if it can."""
        is_alone = not self._admins.others(owner)
        if is_alone and draft.urgent and draft.can_become_urgent:
            return reader.say("urgent.needs_admin")
        return self._rights.send_refusal(owner, reader, is_alone=is_alone)

    def _requested(self, owner: int, draft: Draft, message: int) -> Draft:
        now = self._now()
        is_alone = not self._admins.others(owner)
        times = filter(None, (draft.send_at, draft.scheduled_at))  # approval must come before both
        confirm_until = min([now + CONFIRM_WITHIN, *times])
        return replace(
            draft,
            stage=Stage.DELAYED if is_alone else Stage.ASKED,
            deadline=now + CANCEL_DELAY if is_alone else confirm_until,
            nonce=os.urandom(12).hex(),
            status_message=message,
        )

    def _pending(self, owner: int, draft: Draft, reader: Reader) -> Screen:
        if draft.stage is Stage.ASKED:
            return review_screens.asked(reader, draft, len(self._admins.others(owner)))
        return review_screens.delayed(reader, draft, max(1, round(draft.deadline - self._now())))

    async def answer(self, admin: int, code: str, is_approved: bool, reader: Reader) -> Replies:
        """Let `admin` approve (`is_approved`) or refuse the draft of the request `code`; return replies to them."""
        request = self._request(code)
        if request is None:
            log.info("A confirmation was refused: its draft was changed, cancelled or sent, or is too old")
            self._rights.denials.add(Denial.VOID, admin)
            return (Toast(), EditMessage(phrase_screen(reader, "broadcast.void")))
        owner, draft = request
        if owner == admin:
            log.info("A confirmation was refused: it came from the admin who wrote the announcement")
            self._rights.denials.add(Denial.OWN, admin)
            return (Toast(reader.say("toast.own_confirmation")),)
        if refusal := self._rights.confirm_refusal(admin, reader, is_approved=is_approved):
            return (Toast(refusal),)
        if not is_approved:
            await self._return_to_owner(owner, draft, f"broadcast.refused{draft.key_suffix}", by=admin)
            key = f"broadcast.you_refused{draft.key_suffix}"
            return (Toast(), EditMessage(phrase_screen(reader, key, number=draft.edited_broadcast)))
        await self._handover.hand_over(owner, admin, draft)
        self._wake.set()
        return (Toast(), EditMessage(phrase_screen(reader, "broadcast.you_confirmed")))

    async def question(self, admin: int, code: str, reader: Reader) -> Replies:
        """Return the texts of the draft of the request `code`, then the question whether `admin` approves them."""
        request = self._request(code)
        if request is None:
            return (Toast(reader.say("toast.nothing_to_do")),)
        owner, draft = request
        if owner == admin:
            return (Toast(reader.say("toast.own_confirmation")),)
        return (Toast(), *await self._question(draft, code, reader))

    async def _question(self, draft: Draft, code: str, reader: Reader) -> Replies:
        reach = await self._preview.reach(draft.audience)
        before = await self._handover.current(draft)
        question = review_screens.question(reader, draft, reach, code, before)
        return (*self._preview.samples(draft, reader), SendText(question))

    def _request(self, code: str) -> tuple[int, Draft] | None:
        """Return the author's id and the draft of the request with this approval code; None if it has ended."""
        for owner in self._drafts.owners():
            draft = self._drafts.get(owner)
            if draft and draft.stage is Stage.ASKED and draft_model.approval_code(draft, owner) == code:
                return (owner, draft) if draft.deadline >= self._now() else None
        return None

    def close(self, owner: int, before: Draft | None, after: Draft | None) -> None:
        """End the request to send a draft, because its author has changed or discarded the draft.

        `run` then edits the message in which the author sees the request. `before` is the draft with the request.
        `after` is the changed draft, or None if it was discarded.
        """
        if before and before.status_message and (after is None or after.status_message != before.status_message):
            self._closed.append(_ClosedRequest(owner, before, _DISCARDED if after is None else ""))
            self._wake.set()

    async def on_rights_lost(self, admin: int) -> None:
        """Cancel the pending request of an admin who has lost the right to make it. The draft stays."""
        async with self._drafts.lock:
            draft = self._drafts.get(admin)
            if draft is None or not self._rights.is_request_void(admin, is_alone=draft.stage is Stage.DELAYED):
                return
            await self._drafts.save(admin, draft.edited(), by=BOT)
            self.close(admin, draft, draft.edited())

    async def _return_to_owner(self, owner: int, draft: Draft, key: str, *, by: int = BOT) -> None:
        await self._drafts.save(owner, draft.edited(), by=by)
        self._closed.append(_ClosedRequest(owner, draft, key))
        self._wake.set()

    async def _report_closed(self, request: _ClosedRequest) -> None:
        reader = await self._admins.reader(request.owner, request.draft.admin_language)
        if request.draft.status_message:
            key = _DISCARDED if request.key == _DISCARDED else f"broadcast.closed{request.draft.key_suffix}"
            await self._admins.show(request.owner, phrase_screen(reader, key), request.draft.status_message)
        if request.key not in ("", _DISCARDED):
            notice = phrase_screen(reader, request.key, number=request.draft.edited_broadcast)
            await self._admins.notify(request.owner, (SendText(notice),))

    async def run(self) -> None:
        """Process all requests to send drafts, until cancelled.

        Ask other admins for approval, close expired requests, and report the results. If the author is the only
        admin, send the draft after the minute in which they can cancel.
        """
        guard = LoopGuard("A draft")
        while True:
            self._wake.clear()
            for owner in self._drafts.owners():
                with guard.guard():
                    await self._advance(owner)
            with guard.guard():
                await self._handover.announce()
            while self._closed:
                with guard.guard():
                    await self._report_closed(self._closed.pop(0))
            await wait_at_most(self._wake, _POLL_EVERY)

    async def _advance(self, owner: int) -> None:
        """Do what is due for the draft of `owner`: ask for approval, send it or close the request."""
        async with self._drafts.lock:
            draft = self._drafts.get(owner)
            must_ask = draft is not None and await self._advance_locked(owner, draft)
        # Release the lock first, because these wait for Telegram.
        if draft is not None and must_ask:
            await self._ask(owner, draft)
        elif draft is not None and draft.stage is Stage.DELAYED:
            await self._count_down(owner, draft)

    async def _count_down(self, owner: int, draft: Draft) -> None:
        """Show the only admin, every few seconds, how many seconds remain in which they can cancel."""
        left = math.ceil((draft.deadline - self._now()) / _COUNT_EVERY) * _COUNT_EVERY
        if not 0 < left < self._counted.get(draft.nonce, CANCEL_DELAY) or not draft.status_message:
            return
        self._counted = {draft.nonce: left}
        reader = await self._admins.reader(owner, draft.admin_language)
        await self._admins.show(owner, review_screens.delayed(reader, draft, left), draft.status_message)
        after = self._drafts.get(owner)
        if after is not None and after.stage is Stage.WRITING:  # cancelled meanwhile
            await self._admins.show(owner, editor_screens.main(reader, after), draft.status_message)

    async def _advance_locked(self, owner: int, draft: Draft) -> bool:
        """Do what is due for a draft; return whether to ask other admins. The caller must hold `DraftStore.lock`."""
        seconds_left = draft.deadline - self._now()
        match draft.stage:
            case Stage.WRITING:
                return False
            case Stage.ASKED | Stage.DELAYED if self._rights.is_frozen():
                await self._return_to_owner(owner, draft, "panic.request_closed")
                return False
            case Stage.HANDED:
                await self._handover.resolve(owner, draft)
                return False
            case Stage.ASKED if seconds_left > 0:
                return draft.nonce not in self._asked
            case Stage.DELAYED if seconds_left > 0:
                return False
            case Stage.DELAYED if seconds_left > -_MAX_LATE and self._rights.may_send_alone(owner):
                await self._handover.hand_over(owner, owner, draft)
                return False
            case Stage.ASKED | Stage.DELAYED:
                await self._return_to_owner(owner, draft, f"broadcast.not_sent{draft.key_suffix}")
                return False
            case stage:
                assert_never(stage)

    async def _ask(self, owner: int, draft: Draft) -> None:
        self._asked.add(draft.nonce)
        code, asked = draft_model.approval_code(draft, owner), 0
        for admin in self._admins.others(owner):
            reader = await self._admins.reader(admin, draft.admin_language)
            asked += await self._admins.notify(admin, await self._question(draft, code, reader))
        if not asked:
            async with self._drafts.lock:
                if self._drafts.get(owner) == draft:
                    await self._return_to_owner(owner, draft, "broadcast.nobody_to_ask")
