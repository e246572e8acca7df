"""Answer the messages and button presses with which an admin writes an announcement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, assert_never

from bot.broadcast.authoring import draft as draft_model
from bot.broadcast.authoring import editor_actions, editor_input, editor_screens
from bot.broadcast.authoring.admins import phrase_screen
from bot.broadcast.authoring.approval import Approval
from bot.broadcast.authoring.cards.card_choice import CardChoice
from bot.broadcast.authoring.channel.channel_choice import ChannelChoice
from bot.broadcast.authoring.draft import Draft, Source, Stage
from bot.broadcast.authoring.draft_store import DraftStore
from bot.broadcast.authoring.editor_actions import Discarded, Step, Task
from bot.broadcast.authoring.editor_screens import PREFIX
from bot.broadcast.authoring.handover import AnnouncementService
from bot.broadcast.authoring.incoming import split_messages, words_about_bot
from bot.broadcast.authoring.incoming.message_import import import_message
from bot.broadcast.authoring.preview import Preview
from bot.flows.commands import Responder, responder_of
from bot.model.events import Event, OtherMessage, ParsedCommand, SignedPress, TextMessage
from bot.model.replies import EditMessage, Replies, SendText, Toast, as_panels
from content.model import Language
from content.screens.reader import Reader
from content.screens.screen import Screen

_RECENT = 20  # newest broadcasts that are searched for the one made from an edited message

Message = TextMessage | OtherMessage


class EditKind(Enum):
    """The part of an existing broadcast that an admin wants to change."""

    TEXT = "text"
    TIME = "time"  # when it will be sent
    NOW = "now"  # the same, to be sent at once


@dataclass(frozen=True, slots=True)
class BroadcastEdit:
    """An admin's wish to change broadcast `number`. `zone` is an index in ZONES, for times on the screens."""

    number: int
    kind: EditKind
    zone: int


class Editor:
    """The dialog in which admins write announcements. Keep `run` running, and pass admins' events to `replies`."""

    def __init__(
        self,
        drafts: DraftStore,
        service: AnnouncementService,
        *,
        preview: Preview,
        approval: Approval,
        channel_choice: ChannelChoice,
        card_choice: CardChoice,
        now: Callable[[], float],
    ) -> None:
        self._drafts = drafts
        self._service = service
        self._preview = preview
        self._approval = approval
        self._channel_choice = channel_choice
        self._card_choice = card_choice
        self._now = now
        self._albums: dict[int, str] = {}  # by admin: the album whose first message was answered last

    async def run(self) -> None:
        """Process requests to send a draft until cancelled: ask other admins, and send approved drafts."""
        await self._approval.run()

    async def replies(self, event: Event, reader: Reader, message: Mapping[str, Any]) -> Replies | None:
        """Return the replies to an admin's event in a private chat, or None if the event is not for the editor.

        `message` is the event's message as the JSON object that Telegram sent.
        """
        async with self._drafts.lock:
            replies = await self._replies(event, reader, message)
            draft = self._drafts.get(event.sender.id)
        # A message that shows a waiting draft keeps its button that cancels the sending.
        is_writing = draft is not None and draft.stage is Stage.WRITING
        return as_panels(replies) if replies and is_writing else replies

    async def _replies(self, event: Event, reader: Reader, message: Mapping[str, Any]) -> Replies | None:
        if isinstance(event, Message) and event.is_edited:
            return await self._replies_to_edit(event, reader, message)
        if isinstance(event, Message):
            replies = await self._replies_to_rest(event, reader, message)
            if replies is not None:
                return replies
        return await self._replies_to_new(event, reader, message)

    async def _replies_to_new(self, event: Event, reader: Reader, message: Mapping[str, Any]) -> Replies | None:
        awaiting = self._drafts.get_or_new(event.sender.id, reader).awaiting
        match event:
            case SignedPress(action=action) if action.startswith(PREFIX):
                return await self._replies_to_press(event, action.removeprefix(PREFIX), reader)
            case TextMessage() if awaiting and words_about_bot.is_cancelling(event, _languages(reader)):
                return await self._open(event.sender.id, reader, reader.say("broadcast.unchanged"))
            case TextMessage(command=ParsedCommand()):
                is_for_editor = responder_of(event) is Responder.EDITOR
                return await self._open(event.sender.id, reader) if is_for_editor else None
            case TextMessage() | OtherMessage() if awaiting:
                return await self._receive(event, reader, message)
            case _:
                return None

    def draft(self, owner: int) -> Draft | None:
        """Return the draft of an admin; None if there is none."""
        return self._drafts.get(owner)

    async def forget(self, owner: int) -> None:
        """Erase the draft of an admin, and cancel any request to send it."""
        async with self._drafts.lock:
            before = self._drafts.get(owner)
            await self._drafts.erase(owner)
            self._approval.close(owner, before, None)

    async def show_panel(self, owner: int, reader: Reader) -> Replies:
        """Return the replies that show an admin's draft, with its buttons, in the message whose button was pressed.

        If the admin has no draft, store an empty one and show it.
        """
        async with self._drafts.lock:
            draft = replace(self._current_draft(owner, reader), awaiting="")
            await self._drafts.save(owner, draft)
            return as_panels((Toast(), EditMessage(editor_screens.main(reader, draft))))

    async def begin_edit(self, owner: int, edit: BroadcastEdit, reader: Reader, question: Screen | None) -> Replies:
        """Make a broadcast's announcement the draft of an admin. Sending this draft changes the broadcast.

        If the admin has another draft, show `question` instead. If `question` is None, replace the other draft.
        """
        async with self._drafts.lock:
            before = self._drafts.get(owner)
            draft = await self._draft_of(edit, before, reader)
            if draft is None:
                return (Toast(reader.say("toast.nothing_to_do")),)
            if question and before and before.pieces and before.edited_broadcast != edit.number:
                return (Toast(), SendText(question))
            await self._drafts.save(owner, draft)
            self._approval.close(owner, before, draft)
            return as_panels((Toast(), SendText(await self._first_screen(owner, edit, draft, reader))))

    async def _draft_of(self, edit: BroadcastEdit, before: Draft | None, reader: Reader) -> Draft | None:
        """Return the draft with which `edit`, the edit of a broadcast, begins; None if it is too late for the edit.

        `before` is the admin's present draft. If `before` edits the same broadcast, and `edit` changes only the time
        of sending, return `before` with this change. Otherwise begin with the announcement of the broadcast.
        """
        announcement = await self._service.announcement(edit.number)
        at = self._service.scheduled_at(edit.number)
        if announcement is None or (at is None and edit.kind is not EditKind.TEXT):
            return None
        draft = draft_model.from_announcement(announcement, reader.lang, edit.number, scheduled_at=at, zone=edit.zone)
        is_same = before is not None and (before.edited_broadcast, before.scheduled_at) == (edit.number, at)
        base = before.edited() if before and is_same else draft
        match edit.kind:
            case EditKind.TEXT:
                return draft
            case EditKind.TIME:
                return replace(base, awaiting="time")
            case EditKind.NOW:
                return replace(base, awaiting="", send_at=None)
            case _:
                assert_never(edit.kind)

    async def _first_screen(self, owner: int, edit: BroadcastEdit, draft: Draft, reader: Reader) -> Screen:
        match edit.kind:
            case EditKind.TEXT:
                return editor_screens.main(reader, draft)
            case EditKind.TIME:
                return editor_screens.sending_time(reader, draft, self._now())
            case EditKind.NOW:
                return await self._approval.check(owner, draft, reader)
            case _:
                assert_never(edit.kind)

    def _current_draft(self, owner: int, reader: Reader) -> Draft:
        """Return an admin's draft, or an empty one.

        If the draft edits a scheduled broadcast whose sending has begun meanwhile, return it without the new time.
        """
        draft = self._drafts.get_or_new(owner, reader)
        is_scheduled = draft.scheduled_at is not None and draft.stage is Stage.WRITING
        if is_scheduled and self._service.scheduled_at(draft.edited_broadcast) is None:
            return replace(draft, scheduled_at=None, send_at=None)
        return draft

    async def _open(self, owner: int, reader: Reader, headline: str = "") -> Replies:
        draft = replace(self._current_draft(owner, reader), awaiting="")
        await self._drafts.save(owner, draft)
        headline = headline or (reader.say("broadcast.continue") if draft.pieces else "")
        return (SendText(editor_screens.main(reader, draft, headline, is_reopened=bool(draft.pieces))),)

    async def _replies_to_press(self, event: SignedPress, action: str, reader: Reader) -> Replies:
        owner, draft = event.sender.id, self._current_draft(event.sender.id, reader)
        if event.is_expired:
            return (Toast(reader.say("toast.expired")), EditMessage(editor_screens.main(reader, draft)))
        match action.split("."):
            case ["yes" | "no" as answer, code]:
                return await self._approval.answer(owner, code, answer == "yes", reader)
            case ["chan", *choice]:
                step: Step | Discarded = await self._channel_choice.press(choice, draft, reader)
            case ["card", *choice]:
                step = await self._card_choice.press(choice, draft, reader, owner)
            case _:
                step = editor_actions.press(action, draft, reader, self._now())
        return await self._apply(owner, step, reader, event.message)

    async def _receive(self, event: Message, reader: Reader, message: Mapping[str, Any]) -> Replies | None:
        """Fill the awaited part of the draft with an admin's message, and return the replies.

        Ignore all messages of an album but the first. If the draft waits for links or a time, but the message asks
        for a screen of the bot instead, such as "help", return None.
        """
        owner, album = event.sender.id, str(message.get("media_group_id", ""))
        if album and album == self._albums.get(owner):
            return ()
        self._albums[owner] = album
        draft = self._current_draft(owner, reader)
        source = Source(event.message, split_messages.date_of(message))
        step = editor_input.receive(import_message(message), source, draft, reader, self._now())
        is_text = draft.awaiting.startswith("text.")
        if step.draft.awaiting and not is_text and words_about_bot.asks_for_screen(event, _languages(reader)):
            return None
        return await self._apply(owner, step, reader)

    async def _replies_to_rest(self, event: Message, reader: Reader, message: Mapping[str, Any]) -> Replies | None:
        """Return the replies to the rest of a text that the admin's app has split; None for any other message."""
        draft = self._drafts.get_or_new(event.sender.id, reader)
        part = split_messages.continued_part(draft, event.message, message)
        if not part:
            return None
        source = draft.sources[part]
        latest = replace(source, date=split_messages.date_of(message))
        replies = await self._apply(event.sender.id, editor_input.receive_rest(latest, part, draft, reader), reader)
        return () if source.is_cut else replies  # answer only the first of the messages that continue the text

    async def _replies_to_edit(self, event: Message, reader: Reader, message: Mapping[str, Any]) -> Replies | None:
        """Return the replies when an admin edits a message that became part of a draft or broadcast; else None."""
        draft = self._drafts.get_or_new(event.sender.id, reader)
        part = draft.part_from(event.message)
        if part and draft.stage is not Stage.HANDED:
            step = editor_input.receive_edit(import_message(message), part, draft, reader, self._now())
            return await self._apply(event.sender.id, step, reader)
        number = await self._broadcast_made_from(event.message)
        if number is None:
            return None
        label = reader.say("button.edit")
        return (SendText(phrase_screen(reader, "broadcast.sent_already", number=number, label=label)),)

    async def _broadcast_made_from(self, message: int) -> int | None:
        for number in reversed(self._service.numbers()[-_RECENT:]):
            announcement = await self._service.announcement(number)
            if announcement is not None and message in announcement.sources.values():
                return number
        return None

    async def _apply(self, owner: int, step: Step | Discarded, reader: Reader, message: int = 0) -> Replies:
        """Carry out `step`, the result of a press or message: store or erase the draft, and return the replies.

        `message` is the id of the message whose button was pressed; 0 if there is none.
        """
        before = self._drafts.get(owner)
        after = step.draft if isinstance(step, Step) else None
        await (self._drafts.save(owner, after) if after else self._drafts.erase(owner))
        if before and before.status_message != message:
            self._approval.close(owner, before, after)
        if isinstance(step, Discarded) or step.task is None:
            return step.replies
        return await self._do(step.task, owner, step.draft, reader, message)

    async def _do(self, task: Task, owner: int, draft: Draft, reader: Reader, message: int) -> Replies:
        match task:
            case Task.PREVIEW:
                return (Toast(), *self._preview.samples(draft, reader), SendText(editor_screens.main(reader, draft)))
            case Task.SEND_SAMPLE:
                sample = await self._preview.own_sample(owner, draft, reader)
                return (Toast(reader.say("toast.tried")), sample, SendText(editor_screens.main(reader, draft)))
            case Task.CHECK:
                page = await self._approval.check(owner, draft, reader)
                return (Toast(), EditMessage(page)) if message else (SendText(page),)
            case Task.SEND:
                return await self._approval.send(owner, draft, reader, message)
            case _:
                assert_never(task)


def _languages(reader: Reader) -> list[Language]:
    """Return the languages whose words admins may type, such as "cancel" or "tomorrow". The reader's comes first."""
    return [reader.book.language, *reader.campaign.languages.values()]
