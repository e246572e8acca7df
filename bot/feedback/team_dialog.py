"""Deliver feedback of people to the admins with the right to read it, and let these admins answer."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace

from bot.broadcast.authoring.admins import Admins, phrase_screen
from bot.feedback import plain_text, team_screens, writer_screens
from bot.feedback.composition import Composition, Compositions
from bot.feedback.conversation import LIFETIME, Conversation
from bot.feedback.conversation_store import ConversationStore
from bot.feedback.limits import Limits
from bot.feedback.team_screens import AGAIN, ANSWER, DROP, MAX_ANSWER, MUTE, PREFIX, SEND
from bot.model.events import Event, OtherMessage, SignedPress, TextMessage, is_edit, is_public
from bot.model.replies import EditMessage, Replies, SendText, Toast
from bot.model.roles import Permission
from bot.telegram_api.sending.quiet_sender import QuietResult
from content.invisible import is_blank
from content.screens.reader import Reader
from content.screens.screen import Screen, units

_PATIENCE = 30.0  # seconds in which admins must have got a message, so that its writer reads that it was sent

SendQuietly = Callable[[int, Screen], Awaitable[QuietResult]]
PostNotice = Callable[[str, Callable[[Reader], Screen], Collection[int]], None]


class TeamDialog:
    """The dialog in which admins read and answer feedback.

    `is_closed` returns True while the bot accepts no feedback. `name_of` returns the role and name of an admin.
    `post` queues a notice to admins. `now` returns Unix time.
    """

    def __init__(
        self,
        conversations: ConversationStore,
        limits: Limits,
        admins: Admins,
        *,
        send_quietly: SendQuietly,
        post: PostNotice,
        name_of: Callable[[Reader, int], str],
        default_language: str,
        is_closed: Callable[[], bool],
        now: Callable[[], float],
    ) -> None:
        self._conversations = conversations
        self._limits = limits
        self._admins = admins
        self._send_quietly = send_quietly
        self._post = post
        self._name_of = name_of
        self._default_language = default_language
        self._is_closed = is_closed
        self._now = now
        self._compositions = Compositions()

    @property
    def recipients(self) -> list[int]:
        """Return the user ids of the admins who get feedback."""
        return self._admins.team.with_permission(Permission.FEEDBACK)

    # Messages of people

    async def deliver(self, number: int, text: str, conversation: Conversation | None, /) -> bool:
        """Send a person's message to all admins who may read feedback; return whether at least one of them got it.

        The admins see `number` in place of a name. `conversation` is None if the person wants no answer.
        """
        readers = {admin: await self._admins.reader(admin, self._default_language) for admin in self.recipients}
        if not readers:
            return False
        tasks = [
            asyncio.create_task(
                self._admins.notify(admin, (SendText(team_screens.message(reader, number, text, conversation)),))
            )
            for admin, reader in readers.items()
        ]
        done, late = await asyncio.wait(tasks, timeout=_PATIENCE)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return any(task.result() for task in done)

    # Answers

    async def replies(self, event: Event, reader: Reader) -> Replies | None:
        """Return the replies to an admin's event that concerns feedback; None for any other event.

        The caller has checked that the admin may read feedback.
        """
        if is_public(event) or is_edit(event):
            return None
        if isinstance(event, SignedPress) and event.action.startswith(PREFIX):
            return await self._press(event, reader)
        if isinstance(event, OtherMessage) or (isinstance(event, TextMessage) and event.command is None):
            return self._receive(event, reader)
        self._compositions.pause(event.sender.id)
        return None

    def pause(self, admin: int) -> None:
        """Stop adding the messages of an admin to their answer."""
        self._compositions.pause(admin)

    def forget(self, admin: int) -> None:
        """Forget the answer that an admin was writing."""
        self._compositions.drop(admin)

    def drop_expired(self) -> None:
        """Forget the unsent answers that did not change for half an hour."""
        self._compositions.drop_expired(self._now())

    def _receive(self, event: TextMessage | OtherMessage, reader: Reader) -> Replies | None:
        before = self._compositions.of(event.sender.id, self._now())
        if before is None or not before.is_writing:
            return None
        text = plain_text.typed_text(event)
        if is_blank(text):
            return (SendText(team_screens.writing(reader, before.number, "only_text")),)
        whole = plain_text.joined(before.text, text)
        if whole is None or units(whole) > MAX_ANSWER:
            return (SendText(team_screens.writing(reader, before.number, "too_long")),)
        after = replace(before, changed_at=self._now(), text=whole)
        self._compositions.put(event.sender.id, after)
        return (SendText(_preview(reader, after)),)

    async def _press(self, event: SignedPress, reader: Reader) -> Replies:
        name, _, argument = event.action.removeprefix(PREFIX).partition(".")
        admin = event.sender.id
        match name:
            case _ if name == DROP:
                self._compositions.drop(admin)
                return (Toast(), EditMessage(phrase_screen(reader, "feedback_team.dropped")))
            case _ if self._is_closed():
                return (Toast(reader.say("feedback_team.toast_closed")),)
            case _ if name in (ANSWER, MUTE):
                return await self._act_on(event, name, argument, reader)
            case _:
                return await self._finish(admin, name, argument, reader)

    async def _act_on(self, event: SignedPress, name: str, argument: str, reader: Reader) -> Replies:
        conversation = self._conversations.of_number(int(argument)) if argument.isdecimal() else None
        if conversation is None or event.is_expired:
            return (Toast(reader.say("feedback_team.toast_over")),)
        if name == MUTE:
            return await self._mute(event.sender.id, conversation, reader)
        begun = Composition(self._now(), number=conversation.number, answers=conversation.answers)
        self._compositions.put(event.sender.id, begun)
        return (Toast(), SendText(team_screens.writing(reader, conversation.number)))

    async def _mute(self, admin: int, conversation: Conversation, reader: Reader) -> Replies:
        await self._conversations.mute(conversation, admin)
        self._limits.mute(conversation.chat, self._now() + LIFETIME)

        def notice(other: Reader) -> Screen:
            return team_screens.sentence(other, "notice_muted", conversation.number, who=self._name_of(other, admin))

        self._notify_others(admin, f"muted {conversation.number}", notice)
        return (Toast(), SendText(team_screens.sentence(reader, "muted", conversation.number)))

    async def _finish(self, admin: int, name: str, digest: str, reader: Reader) -> Replies:
        composition = self._compositions.of(admin, self._now())
        if composition is None:
            return (Toast(reader.say("feedback_team.toast_gone")),)
        conversation = self._conversations.of_number(composition.number)
        if conversation is None:
            self._compositions.drop(admin)
            return (Toast(), EditMessage(team_screens.sentence(reader, "over", composition.number)))
        if name == AGAIN:
            self._compositions.put(admin, replace(composition, changed_at=self._now(), text="", is_writing=True))
            return (Toast(), EditMessage(team_screens.writing(reader, composition.number)))
        if name != SEND or composition.digest != digest:
            return (Toast(reader.say("feedback_team.toast_older")),)
        if conversation.answers != composition.answers:
            return self._ask_again(admin, composition, conversation, reader)
        return await self._answer(admin, composition, conversation, reader)

    def _ask_again(self, admin: int, composition: Composition, conversation: Conversation, reader: Reader) -> Replies:
        """Show the admin the unsent answer in `composition` again, because another admin has answered meanwhile."""
        current = replace(composition, changed_at=self._now(), answers=conversation.answers)
        self._compositions.put(admin, current)
        return (Toast(), EditMessage(_preview(reader, current, reader.say("feedback_team.answered_meanwhile"))))

    async def _answer(
        self, admin: int, composition: Composition, conversation: Conversation, reader: Reader
    ) -> Replies:
        """Record in the audit log that `admin` answers; send the answer to the person; notify the other admins."""
        await self._conversations.count_answer(conversation, admin)
        self._compositions.drop(admin)
        result = await self._send_quietly(conversation.chat, _screen_for_writer(reader, composition, conversation))
        if result is QuietResult.GONE:
            await self._conversations.forget(conversation.chat)

        def notice(other: Reader) -> Screen:
            name = self._name_of(other, admin)
            return team_screens.notice_of_answer(other, conversation.number, name, composition.text)

        self._notify_others(admin, f"answer {conversation.number} {conversation.answers}", notice)
        shown = team_screens.sentence(reader, f"answer_{result.value}", conversation.number)
        return (Toast(), EditMessage(shown))

    def _notify_others(self, admin: int, name: str, text: Callable[[Reader], Screen]) -> None:
        self._post(f"feedback {name}", text, [other for other in self.recipients if other != admin])


def _screen_for_writer(reader: Reader, composition: Composition, conversation: Conversation) -> Screen:
    """Return the message that brings the answer in `composition` to the person, with headings in their language."""
    return writer_screens.answer(reader.speaking_if_known(conversation.language), composition.text, conversation)


def _preview(reader: Reader, composition: Composition, headline: str = "") -> Screen:
    return team_screens.preview(reader, composition.number, composition.text, composition.digest, headline)
