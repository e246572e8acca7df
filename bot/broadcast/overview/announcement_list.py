"""Answer the command /announcements with a list of announcements, and handle the buttons of the list."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.audit.head_spans import head_spans
from bot.audit.trail import AuditTrail
from bot.broadcast.authoring.approval import Approval
from bot.broadcast.authoring.draft import Stage, approval_code
from bot.broadcast.authoring.draft_store import DraftStore
from bot.broadcast.authoring.editor import Editor
from bot.broadcast.authoring.framing import LIST_PREFIX, NEW_LIST
from bot.broadcast.authoring.preview import announcement_samples
from bot.broadcast.delivery.service import BroadcastService
from bot.broadcast.overview import entries, list_screen
from bot.broadcast.overview.entries import Entry, Section
from bot.broadcast.progress.monitor import ProgressMonitor
from bot.model.announcement import Announcement
from bot.model.events import SignedPress
from bot.model.replies import EditMessage, MessageReplies, Replies, SendText, Toast
from content.screens.reader import Reader
from content.screens.screen import Screen


class AnnouncementList:
    """Show admins the list of announcements, and open an announcement when its button is pressed.

    `now` returns Unix time.
    """

    def __init__(
        self,
        drafts: DraftStore,
        service: BroadcastService,
        *,
        monitor: ProgressMonitor,
        editor: Editor,
        approval: Approval,
        trail: AuditTrail,
        now: Callable[[], float],
    ) -> None:
        self._drafts = drafts
        self._service = service
        self._monitor = monitor
        self._editor = editor
        self._approval = approval
        self._trail = trail
        self._now = now

    async def replies(self, admin: int, reader: Reader) -> MessageReplies:
        """Return a new message with the list of announcements.

        It has the draft of `admin`, the drafts of others that wait for approval, and the broadcasts.
        """
        return (SendText(await self._screen(admin, reader)),)

    async def press(self, event: SignedPress, reader: Reader) -> Replies:
        """Handle a press of a button whose action begins with LIST_PREFIX."""
        admin = event.sender.id
        if event.is_expired:
            return (Toast(reader.say("toast.expired")), EditMessage(await self._screen(admin, reader)))
        match event.action.removeprefix(LIST_PREFIX).split(".", 1):
            case ["new"]:
                return (Toast(), *await self.replies(admin, reader))
            case ["list", page] if page.isdecimal():
                return (Toast(), EditMessage(await self._screen(admin, reader, int(page))))
            case ["write" | "draft"]:
                return await self._editor.show_panel(admin, reader)
            case ["ask", code]:
                return await self._approval.question(admin, code, reader)
            case [("open" | "text") as what, name] if number := self._number_of(name):
                return await (self._open if what == "open" else self._texts)(event, number, reader)
            case _:
                return (Toast(reader.say("toast.old_button")), EditMessage(await self._screen(admin, reader)))

    def _number_of(self, name: str) -> int:
        return (self._service.number_of(name) or 0) if name.split(".")[0].isdecimal() else 0

    async def _open(self, event: SignedPress, number: int, reader: Reader) -> Replies:
        """Show the progress screen of broadcast `number` in place of the list.

        The screen is kept up to date until the broadcast is over.
        """
        if self._monitor.show_in(number, event.sender.id, event.message):
            return (Toast(),)
        screen = await self._monitor.report_screen(number, reader, f"{LIST_PREFIX}list.0")
        return (Toast(), EditMessage(screen))

    async def _texts(self, event: SignedPress, number: int, reader: Reader) -> Replies:
        """Send the admin the texts of broadcast `number`, and its progress screen below them."""
        announcement = await self._service.announcement(number)
        if announcement is None:
            return (Toast(reader.say("toast.gone")),)
        samples = announcement_samples(announcement, announcement.pieces, reader)
        if self._monitor.show_in(number, event.sender.id, None):
            return (Toast(), *samples)
        return (Toast(), *samples, SendText(await self._monitor.report_screen(number, reader, NEW_LIST)))

    async def _screen(self, admin: int, reader: Reader, page: int = 0) -> Screen:
        sections = entries.in_sections([*self._draft_entries(admin), *self._broadcast_entries()])
        page = min(page, max(0, len(sections[Section.SENT]) - 1) // list_screen.PAGE)
        shown = list_screen.page_of(sections, page)
        words = {entry.action: await self._words(entry, reader) for entry in shown}
        shown_list = list_screen.screen(reader, sections, words, page)
        return replace(shown_list, spans=(*shown_list.spans, *head_spans(reader, self._trail.head)))

    def _draft_entries(self, admin: int) -> Iterator[Entry]:
        yield from entries.own_draft(self._drafts.get(admin), "draft")
        for owner in self._drafts.owners():
            draft = self._drafts.get(owner)
            if draft and owner != admin and draft.stage is Stage.ASKED and draft.deadline >= self._now():
                action = f"ask.{approval_code(draft, owner)}"
                yield Entry(Section.WAITING, action, at=draft.send_at, zone=draft.zone, draft=draft)

    def _broadcast_entries(self) -> Iterator[Entry]:
        for number in self._service.numbers():
            progress = self._service.progress(number)
            section = entries.broadcast_section(progress, self._now())
            at = max((job.at for job in progress.jobs.values()), default=None)
            yield Entry(section, f"open.{progress.name}", number, at, self._monitor.zone_of(number))

    async def _words(self, entry: Entry, reader: Reader) -> str:
        if entry.draft is not None:
            piece = entry.draft.pieces.get(str(reader.lang)) or next(iter(entry.draft.pieces.values()))
            return list_screen.first_words(reader, piece)
        announcement = await self._service.announcement(entry.number)
        return _words_of(announcement, reader)


def _words_of(announcement: Announcement | None, reader: Reader) -> str:
    if announcement is None or not announcement.pieces:
        return reader.say("toast.gone")
    return list_screen.first_words(reader, announcement.piece(str(reader.lang)))
