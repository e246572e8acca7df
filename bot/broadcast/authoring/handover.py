"""Pass an approved draft to the engine, and report that to every admin. Even a crash causes no second broadcast."""

from dataclasses import dataclass, replace
from typing import Protocol

from bot.broadcast.authoring.admins import Admins, phrase_screen
from bot.broadcast.authoring.confirmations import Confirmations
from bot.broadcast.authoring.draft import Draft, Stage
from bot.broadcast.authoring.draft_store import DraftStore
from bot.broadcast.authoring.draft_text import summary
from bot.broadcast.authoring.preview import Preview
from bot.flows.time_format import format_moment, zone_name_at
from bot.model import announcement as announcement_model
from bot.model.announcement import Announcement
from bot.model.replies import SendText
from bot.team.acts import Act, ActKind, Acts
from content.screens.reader import Reader
from content.screens.screen import Screen, Span
from storage.errors import StorageTrouble

_RECENT = 3  # of the newest broadcasts, one of which a draft may have become before a crash


class AnnouncementService(Protocol):
    """Create and change broadcasts; see `delivery.service`."""

    async def create(self, announcement: Announcement, send_at: float | None = None, /) -> int: ...

    async def edit(self, number: int, announcement: Announcement, /) -> bool: ...

    async def announcement(self, number: int, /) -> Announcement | None: ...

    def numbers(self) -> list[int]: ...


class ProgressReporter(Protocol):
    """Show the progress of a broadcast to the admins; see `progress.monitor`."""

    async def begin(self, number: int, announcement: Announcement, zone: int, language: str, /) -> None: ...

    def show_in(self, number: int, admin: int, message: int | None, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A draft that has become broadcast `number`, or has changed that broadcast.

    `owner` is the admin who wrote the draft. `approver` is the admin who approved it, or 0 if that is not known.
    """

    number: int
    draft: Draft
    owner: int
    approver: int

    def key_for(self, admin: int) -> str:
        """Return the key of the phrase that tells `admin` that the draft was handed over."""
        if admin == self.owner:
            role = "alone" if self.owner == self.approver else "owner"
        else:
            role = "confirmer" if admin == self.approver else "others"
        return f"broadcast.handed_{role}"


class Handover:
    """Hand approved drafts over to the engine.

    Call `announce` again and again in a loop: it reports each handover to the admins.
    """

    def __init__(
        self,
        drafts: DraftStore,
        preview: Preview,
        admins: Admins,
        service: AnnouncementService,
        progress: ProgressReporter,
        confirmations: Confirmations,
        acts: Acts,
    ) -> None:
        self._drafts = drafts
        self._preview = preview
        self._admins = admins
        self._service = service
        self._progress = progress
        self._confirmations = confirmations
        self._acts = acts
        self._unannounced: list[HandedOver] = []

    async def hand_over(self, owner: int, approver: int, draft: Draft) -> None:
        """Create the broadcast of `draft`. If the draft changes an existing broadcast, edit that one instead.

        If the process crashes meanwhile, `resolve` finds out whether the broadcast exists, so that it is not created
        twice.
        """
        announcement = self._preview.announcement(draft)
        await self._drafts.save(owner, replace(draft, stage=Stage.HANDED))
        if draft.edited_broadcast:
            is_edited = await self._service.edit(draft.edited_broadcast, announcement)
            number = draft.edited_broadcast if is_edited else 0
        else:
            number = await self._service.create(announcement, draft.send_at)
        await self._drafts.erase(owner)
        if number:
            if draft.send_at is not None:  # others begin before anybody could object
                await self._confirmations.record(number, owner, approver)
            self._unannounced.append(HandedOver(number, draft, owner, approver))
            await self._acts.publish(self._act(number, owner, approver, announcement))
        else:
            await self._admins.notify_phrase(owner, "broadcast.too_late_to_edit", draft.admin_language)

    def _act(self, number: int, owner: int, approver: int, announcement: Announcement) -> Act:
        return Act(
            ActKind.HANDED_OVER,
            approver,
            self._admins.team.role_of(approver),
            member=owner,
            broadcast=number,
            digest=announcement_model.digest(announcement),
        )

    async def current(self, draft: Draft) -> Announcement | None:
        """Return the announcement that `draft` would change; None if the draft is a new one."""
        return await self._service.announcement(draft.edited_broadcast) if draft.edited_broadcast else None

    async def resolve(self, owner: int, draft: Draft) -> None:
        """Finish a handover that a crash or a database error interrupted.

        If the broadcast exists, report it to the admins, even if it is no longer known who approved it. Otherwise
        return the draft to its owner.
        """
        number = await self._broadcast_of(draft)
        if number:
            await self._drafts.erase(owner)
            approver = 0 if self._admins.others(owner) else owner
            self._unannounced.append(HandedOver(number, draft, owner, approver))
        else:
            await self._drafts.save(owner, draft.edited())

    async def _broadcast_of(self, draft: Draft) -> int:
        """Return the number of the broadcast whose content is that of `draft`; 0 if there is none."""
        announcement = self._preview.announcement(draft)
        recent = [draft.edited_broadcast] if draft.edited_broadcast else self._service.numbers()[-_RECENT:]
        for number in recent:
            if await self._service.announcement(number) == announcement:
                return number
        return 0

    async def announce(self) -> None:
        """Report each handover to every admin, and show the progress of the broadcast from then on."""
        await self._confirmations.prune()
        while self._unannounced:
            handed = self._unannounced.pop(0)
            try:
                await self._announce(handed)
            except StorageTrouble:
                self._unannounced.append(handed)
                raise

    async def _announce(self, handed: HandedOver) -> None:
        draft = handed.draft
        for admin in self._admins.ids:
            await self._announce_to(admin, handed)
            if draft.edited_broadcast:
                self._progress.show_in(handed.number, admin, None)  # at the end of the chat
        if not draft.edited_broadcast:
            await self._progress.begin(
                handed.number, self._preview.announcement(draft), draft.zone, draft.admin_language
            )

    async def _announce_to(self, admin: int, handed: HandedOver) -> None:
        draft, key = handed.draft, handed.key_for(admin)
        reader = await self._admins.reader(admin, draft.admin_language)
        headline = phrase_screen(reader, key, what=_what_happens(reader, handed))
        screen = Screen((*headline.spans, Span("\n\n" + "\n\n".join(summary(reader, draft)))))
        has_message = admin == handed.owner and draft.status_message
        is_shown = has_message and await self._admins.show(admin, screen, draft.status_message)
        if is_shown and not draft.edited_broadcast:
            return  # the progress follows at once
        is_new = admin not in (handed.owner, handed.approver)
        samples = self._preview.samples(draft, reader) if is_new else ()
        await self._admins.notify(admin, (*samples, SendText(screen)))


def _what_happens(reader: Reader, handed: HandedOver) -> str:
    """Return a sentence that says what happens to the announcement now."""
    draft, number = handed.draft, handed.number
    if draft.edited_broadcast:
        return reader.say("broadcast.handed_edit", number=number)
    if draft.send_at is None:
        return reader.say("broadcast.handed_now", number=number)
    moment, zone = format_moment(reader, draft.send_at, draft.zone), zone_name_at(reader, draft.zone)
    return reader.say("broadcast.handed_later", number=number, moment=moment, zone=zone)
