"""The desk on which admins write announcements: what they type and press there, and what comes of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.broadcast.authoring import draft, editor_actions, editor_screens, split_messages
from bot.broadcast.authoring.admins import sentence
from bot.broadcast.authoring.approval import Approval
from bot.broadcast.authoring.draft import Draft, Source, Stage
from bot.broadcast.authoring.draft_store import Drafts
from bot.broadcast.authoring.editor_actions import PREFIX, Deed, Step
from bot.broadcast.authoring.handover import Service
from bot.broadcast.authoring.message_import import captured
from bot.broadcast.authoring.preview import Preview
from bot.flows.commands import Responder, responder_of
from bot.model.events import Event, OtherMessage, ParsedCommand, SignedPress, TextMessage
from bot.model.replies import EditMessage, Replies, SendText, Toast
from content.screens.reader import Reader

_LOOKED_AT = 20  # of the newest broadcasts, for one that an edited message was sent as


class Editor:
    """Answer what admins write and press there. Keep `run` running."""

    def __init__(
        self, drafts: Drafts, service: Service, *, preview: Preview, approval: Approval, now: Callable[[], float]
    ) -> None:
        self._drafts = drafts
        self._service = service
        self._now = now
        self._showing = preview
        self._confirming = approval
        self._albums: dict[int, str] = {}  # by admin, the one whose first message was answered last

    async def run(self) -> None:
        """Until it is cancelled."""
        await self._confirming.run()

    async def replies(self, event: Event, reader: Reader, message: Mapping[str, Any]) -> Replies | None:
        """The answer to an admin in private; None for what does not concern the desk. `message` is Telegram's."""
        async with self._drafts.turn:
            if isinstance(event, (TextMessage, OtherMessage)):
                if event.is_edited:
                    return await self._corrected(event, reader, message)
                replies = await self._rest_of_text(event, reader, message)
                if replies is not None:
                    return replies
            match event:
                case SignedPress(action=action) if action.startswith(PREFIX):
                    return await self._acted(event, action.removeprefix(PREFIX), reader)
                case TextMessage(command=ParsedCommand()):
                    is_editor = responder_of(event) is Responder.EDITOR
                    return await self._opened(event.sender.id, reader) if is_editor else None
                case TextMessage() | OtherMessage() if self._drafts.at_hand(event.sender.id, reader).waits:
                    return await self._received(event, reader, message)
                case _:
                    return None

    def draft(self, owner: int) -> Draft | None:
        return self._drafts.of(owner)

    async def forget(self, owner: int) -> None:
        """Erases their draft; what waits for a confirmation is void."""
        async with self._drafts.turn:
            before = self._drafts.of(owner)
            await self._drafts.keep(owner, None)
            self._confirming.close(owner, before, None)

    async def begin_edit(self, owner: int, number: int, reader: Reader) -> Replies:
        """Opens what was sent as a draft, in the place of any other; sending it changes broadcast `number`."""
        async with self._drafts.turn:
            said = await self._service.announcement(number)
            if said is None:
                return (Toast(reader.say("toast.old_button")),)
            one, before = draft.of_announcement(said, reader.lang, number), self._drafts.of(owner)
            await self._drafts.keep(owner, one)
            self._confirming.close(owner, before, one)
            return (Toast(), SendText(editor_screens.main(reader, one)))

    async def _opened(self, owner: int, reader: Reader) -> Replies:
        one = replace(self._drafts.at_hand(owner, reader), waits="")
        await self._drafts.keep(owner, one)
        return (SendText(editor_screens.main(reader, one)),)

    async def _acted(self, event: SignedPress, action: str, reader: Reader) -> Replies:
        owner, one = event.sender.id, self._drafts.at_hand(event.sender.id, reader)
        if event.is_expired:
            return (Toast(reader.say("toast.expired")), EditMessage(editor_screens.main(reader, one)))
        match action.split("."):
            case ["yes" | "no" as answer, code]:
                return await self._confirming.answered(owner, code, answer == "yes", reader)
        return await self._stepped(owner, editor_actions.acted(action, one, reader), reader, event.message)

    async def _received(
        self, event: TextMessage | OtherMessage, reader: Reader, message: Mapping[str, Any]
    ) -> Replies:
        album = str(message.get("media_group_id", ""))
        if album and album == self._albums.get(event.sender.id):
            return ()  # its first message was answered
        self._albums[event.sender.id] = album
        one, source = (
            self._drafts.at_hand(event.sender.id, reader),
            Source(event.message, split_messages.date_of(message)),
        )
        step = editor_actions.received(captured(message), source, one, reader, self._now())
        return await self._stepped(event.sender.id, step, reader)

    async def _rest_of_text(
        self, event: TextMessage | OtherMessage, reader: Reader, message: Mapping[str, Any]
    ) -> Replies | None:
        """The answer to the rest of a text which the admin's app has split; None for any other message."""
        one = self._drafts.at_hand(event.sender.id, reader)
        part = split_messages.continued(one, event.message, message)
        if not part:
            return None
        before = one.sources[part]
        step = editor_actions.cut(replace(before, date=split_messages.date_of(message)), part, one, reader)
        replies = await self._stepped(event.sender.id, step, reader)
        return () if before.is_cut else replies  # the admin was told at the second of its messages

    async def _corrected(
        self, event: TextMessage | OtherMessage, reader: Reader, message: Mapping[str, Any]
    ) -> Replies | None:
        """What an edit of one of their messages does; None when nothing was made from it."""
        one = self._drafts.at_hand(event.sender.id, reader)
        part = one.part_of(event.message)
        if part and one.stage is not Stage.HANDED:
            step = editor_actions.corrected(captured(message), part, one, reader, self._now())
            return await self._stepped(event.sender.id, step, reader)
        for number in reversed(self._service.numbers()[-_LOOKED_AT:]):
            said = await self._service.announcement(number)
            if said is not None and event.message in said.sources.values():
                label = reader.say("button.edit")
                return (SendText(sentence(reader, "broadcast.sent_already", number=number, label=label)),)
        return None

    async def _stepped(self, owner: int, step: Step, reader: Reader, message: int = 0) -> Replies:
        """`message` is where they pressed, and what their replies turn."""
        before = self._drafts.of(owner)
        await self._drafts.keep(owner, step.draft)
        if before and before.panel != message:
            self._confirming.close(owner, before, step.draft)
        if step.draft is None or step.deed is None:
            return step.replies
        match step.deed:
            case Deed.PREVIEW:
                return (
                    Toast(),
                    *self._showing.samples(step.draft, reader),
                    SendText(editor_screens.main(reader, step.draft)),
                )
            case Deed.TRY:
                sample = await self._showing.own_sample(owner, step.draft, reader)
                return (Toast(reader.say("toast.tried")), sample, SendText(editor_screens.main(reader, step.draft)))
            case Deed.CHECK:
                return (Toast(), EditMessage(await self._confirming.check(owner, step.draft, reader)))
            case Deed.SEND:
                return await self._confirming.send(owner, step.draft, reader, message)
