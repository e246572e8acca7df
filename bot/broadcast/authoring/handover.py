"""Turn approved drafts into broadcasts, and notify every admin. Even after a crash, no broadcast is created twice."""

from dataclasses import dataclass, replace
from typing import Protocol

from bot.audit.head_spans import head_spans
from bot.audit.trail import BOT, AuditTrail
from bot.broadcast.authoring.admins import Admins, phrase_screen
from bot.broadcast.authoring.confirmations import Confirmations
from bot.broadcast.authoring.draft import Draft, Stage, changes_only_time
from bot.broadcast.authoring.draft_store import DraftStore
from bot.broadcast.authoring.draft_text import content_summary, moment_values
from bot.broadcast.authoring.preview import Preview
from bot.model.announcement import Announcement
from bot.model.replies import SendText
from content.screens.reader import Reader
from content.screens.screen import Screen, Span
from storage.errors import StorageTrouble

_RECENT = 3  # newest broadcasts; a draft may have become one of them before a crash


class AnnouncementService(Protocol):
    """Create, change and read broadcasts. Implemented in `delivery.service`."""

    async def create(self, announcement: Announcement, send_at: float | None = None, /, *, by: int) -> int: ...

    async def edit(self, number: int, announcement: Announcement, /, *, by: int) -> bool: ...

    async def reschedule(
        self, number: int, at: float | None, announcement: Announcement | None = None, /, *, by: int
    ) -> bool: ...

    def scheduled_at(self, number: int, /) -> float | None: ...

    async def announcement(self, number: int, /) -> Announcement | None: ...

    def numbers(self) -> list[int]: ...


class ProgressReporter(Protocol):
    """Show admins the progress of a broadcast. Implemented in `progress.monitor`."""

    async def begin(self, number: int, announcement: Announcement, zone: int, language: str, /) -> None: ...

    def show_in(self, number: int, admin: int, message: int | None, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A draft that has become broadcast `number`, or has changed this broadcast.

    `owner` is the admin who wrote the draft. `approver` is the admin who approved it; 0 if unknown, as after a crash.
    """

    number: int
    draft: Draft
    owner: int
    approver: int

    def key_for(self, admin: int) -> str:
        """Return the key of the phrase that tells `admin` that the draft is now a broadcast.

        The phrase depends on whether this admin wrote or approved the draft.
        """
        if admin == self.owner:
            role = "alone" if self.owner == self.approver else "owner"
        else:
            role = "confirmer" if admin == self.approver else "others"
        return f"broadcast.handed_{role}"


class Handover:
    """Turn approved drafts into broadcasts, or apply them to the broadcasts that they edit.

    Call `announce` repeatedly: it notifies the admins of each new or changed broadcast.
    """

    def __init__(
        self,
        drafts: DraftStore,
        preview: Preview,
        admins: Admins,
        service: AnnouncementService,
        progress: ProgressReporter,
        confirmations: Confirmations,
        trail: AuditTrail,
    ) -> None:
        self._drafts = drafts
        self._preview = preview
        self._admins = admins
        self._service = service
        self._progress = progress
        self._confirmations = confirmations
        self._trail = trail
        self._unannounced: list[HandedOver] = []

    async def hand_over(self, owner: int, approver: int, draft: Draft) -> None:
        """Create a broadcast from `draft`, or change the broadcast that the draft edits.

        If the process crashes during this, `resolve` finds out after the restart whether the broadcast exists. So no
        broadcast is created twice.
        """
        await self._drafts.save(owner, replace(draft, stage=Stage.HANDED), by=approver)
        number = (
            await self._change(draft, approver) if draft.edited_broadcast else await self._create(draft, approver)
        )
        if number:
            await self._drafts.erase(owner)
            if draft.send_at is not None or draft.edited_broadcast:  # others begin at once
                await self._confirmations.record(number, owner, approver)
            self._unannounced.append(HandedOver(number, draft, owner, approver))
        else:
            await self._report_too_late(owner, draft)

    async def _create(self, draft: Draft, approver: int) -> int:
        return await self._service.create(self._preview.announcement(draft), draft.send_at, by=approver)

    async def _change(self, draft: Draft, approver: int) -> int:
        """Apply `draft` to the broadcast that it edits; return the broadcast's number, or 0 if it is too late."""
        number, announcement = draft.edited_broadcast, self._preview.announcement(draft)
        if draft.has_new_time:
            text = None if changes_only_time(draft) else announcement
            is_changed = await self._service.reschedule(number, draft.send_at, text, by=approver)
        else:
            is_changed = await self._service.edit(number, announcement, by=approver)
        return number if is_changed else 0

    async def _report_too_late(self, owner: int, draft: Draft) -> None:
        """Tell `owner`, the author of the draft, that it was too late to change the broadcast, and erase the draft.

        If the draft changes both time and content, keep it instead, as an edit of the content.
        """
        keeps_text = draft.has_new_time and not changes_only_time(draft)
        if keeps_text:
            await self._drafts.save(owner, draft.edited(scheduled_at=None, send_at=None))
        else:
            await self._drafts.erase(owner)
        key = f"too_late_{'but_kept' if keeps_text else 'for_time' if draft.has_new_time else 'to_edit'}"
        reader = await self._admins.reader(owner, draft.admin_language)
        screen = phrase_screen(reader, f"broadcast.{key}", number=draft.edited_broadcast)
        if draft.status_message:
            await self._admins.show(owner, screen, draft.status_message)
        await self._admins.notify(owner, (SendText(screen),))

    async def current(self, draft: Draft) -> Announcement | None:
        """Return the announcement of the broadcast that `draft` edits; None if the draft is a new announcement."""
        return await self._service.announcement(draft.edited_broadcast) if draft.edited_broadcast else None

    async def resolve(self, owner: int, draft: Draft) -> None:
        """Finish a call of `hand_over` that a crash or a database error interrupted.

        If that call created or changed the broadcast, erase the draft, and let `announce` notify the admins. The
        approver is then unknown, unless the author (`owner`) is the only admin. If that call did nothing, keep the
        draft, which the author can edit again.
        """
        number = await self._broadcast_of(draft)
        if number:
            await self._drafts.erase(owner)
            approver = 0 if self._admins.others(owner) else owner
            self._unannounced.append(HandedOver(number, draft, owner, approver))
        else:
            await self._drafts.save(owner, draft.edited(), by=BOT)

    async def _broadcast_of(self, draft: Draft) -> int:
        """Return the number of the broadcast that `draft` has become or has changed; 0 if there is none."""
        if draft.edited_broadcast:
            return draft.edited_broadcast if await self._is_changed(draft) else 0
        announcement = self._preview.announcement(draft)
        for number in self._service.numbers()[-_RECENT:]:
            if await self._service.announcement(number) == announcement:
                return number
        return 0

    async def _is_changed(self, draft: Draft) -> bool:
        """Return whether the broadcast that `draft` edits already has the draft's time and text."""
        if draft.has_new_time and self._service.scheduled_at(draft.edited_broadcast) != draft.send_at:
            return False
        stored, announcement = await self.current(draft), self._preview.announcement(draft)
        return changes_only_time(draft) or (stored and replace(stored, paid=announcement.paid)) == announcement

    async def announce(self) -> None:
        """Notify all admins of each draft that has become a broadcast or has changed one, and show the progress."""
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
        if not draft.edited_broadcast or draft.has_new_time:
            await self._progress.begin(
                handed.number, self._preview.announcement(draft), draft.zone, draft.admin_language
            )

    async def _announce_to(self, admin: int, handed: HandedOver) -> None:
        draft, key = handed.draft, handed.key_for(admin)
        reader = await self._admins.reader(admin, draft.admin_language)
        headline = phrase_screen(reader, key, what=_what_happens(reader, handed))
        body = Span("\n\n" + "\n\n".join(content_summary(reader, draft)))
        screen = Screen((*headline.spans, body, *head_spans(reader, self._trail.head)))
        has_message = admin == handed.owner and draft.status_message
        is_shown = has_message and await self._admins.show(admin, screen, draft.status_message)
        if is_shown and not draft.edited_broadcast:
            return  # a message with the progress follows at once
        is_new = admin not in (handed.owner, handed.approver)
        samples = self._preview.samples(draft, reader) if is_new else ()
        await self._admins.notify(admin, (*samples, SendText(screen)))


def _what_happens(reader: Reader, handed: HandedOver) -> str:
    """Return a sentence that says whether the announcement is sent now or later, or edited."""
    draft, number = handed.draft, handed.number
    if draft.edited_broadcast and not draft.has_new_time:
        return reader.say("broadcast.handed_edit", number=number)
    if draft.send_at is None:
        return reader.say("broadcast.handed_now", number=number)
    return reader.say("broadcast.handed_later", number=number, **moment_values(reader, draft.send_at, draft.zone))
