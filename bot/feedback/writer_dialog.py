"""Let a person write to the admins: warn, show exactly what will be sent, and send it after they confirm."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

from bot.feedback import plain_text, writer_screens
from bot.feedback.composition import Composition, Compositions
from bot.feedback.conversation import Conversation, random_number
from bot.feedback.conversation_store import ConversationStore
from bot.feedback.limits import Limit, Limits
from bot.feedback.writer_screens import AGAIN, ASK, COMMAND, DROP, ONLY, PREFIX
from bot.flows.reading import reader_of
from bot.model.events import ButtonPress, Event, OtherMessage, SignedPress, TextMessage, is_edit, is_public
from bot.model.replies import EditMessage, Replies, SendText, Toast
from content.invisible import is_blank
from content.screens.navigation.button_data import from_data
from content.screens.navigation.deep_links import from_link
from content.screens.navigation.places import AtCommand
from content.screens.reader import Reader
from content.screens.screen import Screen

log = logging.getLogger(__name__)

Send = Callable[[Event, Replies], Awaitable[None]]


class Delivery(Protocol):
    """An object that delivers feedback to the admins. `TeamDialog` is the implementation."""

    async def deliver(self, number: int, text: str, conversation: Conversation | None, /) -> bool:
        """Send a person's message to the admins; return whether at least one of them got it.

        The admins see `number` in place of a name. `conversation` is None if the person wants no answer.
        """
        ...


class WriterDialog:
    """The dialog in which a person writes to the admins. `is_closed` returns True while the bot accepts no feedback.

    `send(event, replies)` sends replies to an event at once. They arrive before the replies that the method `replies`
    returns. `now` returns Unix time.
    """

    def __init__(
        self,
        conversations: ConversationStore,
        limits: Limits,
        team: Delivery,
        *,
        is_closed: Callable[[], bool],
        send: Send,
        now: Callable[[], float],
    ) -> None:
        self._conversations = conversations
        self._limits = limits
        self._team = team
        self._is_closed = is_closed
        self._send = send
        self._now = now
        self._compositions = Compositions()

    async def replies(self, event: Event, reader: Reader) -> Replies | None:
        """Return the replies to an event in a private chat that belongs to the dialog; None for any other event."""
        if is_public(event) or is_edit(event):
            return None
        if isinstance(event, SignedPress) and event.action.startswith(PREFIX):
            return await self._press(event, reader)
        if isinstance(event, TextMessage | OtherMessage) and not _is_command(event):
            received = self._receive(event, reader)
            return self._open(event, reader) if received is None and _opens(event) else received
        if _opens(event):
            return self._open(event, reader)
        self._compositions.pause(event.sender.id)
        return None

    def pause(self, user: int) -> None:
        """Stop waiting for feedback from `user`, so that their next message is handled like any other."""
        self._compositions.pause(user)

    def forget(self, user: int) -> None:
        """Forget what a person was writing."""
        self._compositions.drop(user)

    def drop_expired(self) -> None:
        """Forget the unsent texts that did not change for half an hour."""
        self._compositions.drop_expired(self._now())

    def _open(self, event: Event, reader: Reader) -> Replies:
        if isinstance(event, ButtonPress):
            reader = reader_of(event.data, reader)
        screen = self._refusal(event.sender.id, reader)
        if screen is None:
            self._compositions.put(event.sender.id, Composition(self._now()))
            screen = writer_screens.opening(reader)
        return (Toast(), EditMessage(screen)) if isinstance(event, ButtonPress) else (SendText(screen),)

    def _refusal(self, user: int, reader: Reader) -> Screen | None:
        """Return the screen that says why a person cannot send feedback now; None if they can."""
        if self._is_closed():
            return writer_screens.sentence(reader, reader.say("feedback.closed"))
        conversation = self._conversations.of_chat(user)
        is_muted = conversation is not None and conversation.is_muted
        reached = Limit.MUTED if is_muted else self._limits.reached(user, self._now())
        return writer_screens.limit(reader, reached) if reached else None

    # Writing

    def _receive(self, event: TextMessage | OtherMessage, reader: Reader) -> Replies | None:
        """Add a message to the text of a person who is writing feedback; return None if they are not writing any."""
        before = self._compositions.of(event.sender.id, self._now())
        if before is None or not before.is_writing:
            return None
        text = plain_text.typed_text(event)
        if is_blank(text):
            return (SendText(writer_screens.only_text(reader)),)
        whole = plain_text.joined(before.text, text)
        if whole is None:
            return (SendText(writer_screens.too_long(reader)),)
        after = Composition(self._now(), whole)
        self._compositions.put(event.sender.id, after)
        return (SendText(writer_screens.preview(reader, after.text, after.digest)),)

    # Buttons

    async def _press(self, event: SignedPress, reader: Reader) -> Replies:
        name, _, digest = event.action.removeprefix(PREFIX).partition(".")
        user = event.sender.id
        if name == DROP:
            self._compositions.drop(user)
            return (Toast(), EditMessage(writer_screens.sentence(reader, reader.say("feedback.dropped"))))
        if name == AGAIN and self._refusal(user, reader) is None:
            self._compositions.put(user, Composition(self._now()))
            return (Toast(), EditMessage(writer_screens.opening(reader)))
        if refusal := self._refusal(user, reader):
            return (Toast(), SendText(refusal))
        return await self._confirm(event, name, digest, reader)

    async def _confirm(self, event: SignedPress, name: str, digest: str, reader: Reader) -> Replies:
        composition = self._compositions.of(event.sender.id, self._now())
        if composition is None or event.is_expired or name not in (ASK, ONLY):
            return (Toast(), EditMessage(writer_screens.sentence(reader, reader.say("feedback.gone"))))
        if composition.digest != digest:
            return (Toast(reader.say("feedback.toast_older")),)
        is_new = self._conversations.of_chat(event.chat) is None
        conversation = await self._conversations.begin(event.chat, str(reader.lang)) if name == ASK else None
        if name == ASK and conversation is None:
            return (Toast(reader.say("feedback.toast_full")),)
        self._limits.count(event.sender.id, self._now())
        await self._send(event, (Toast(reader.say("feedback.toast_sending")),))
        replies = await self._deliver(composition, conversation, reader)
        if replies is not None:
            self._compositions.drop(event.sender.id)
            return replies
        if conversation and is_new:
            await self._conversations.forget(event.chat)
        return self._ask_again(event.sender.id, composition, reader)

    async def _deliver(
        self, composition: Composition, conversation: Conversation | None, reader: Reader
    ) -> Replies | None:
        """Deliver the message in `composition` to the admins. Return the confirmation; None if no admin got it.

        The text is never stored. If the bot is killed during the delivery, the person gets no confirmation. Another
        press of the button then shows that the text is gone.
        """
        number = conversation.number if conversation else random_number()
        if not await self._team.deliver(number, composition.text, conversation):
            return None
        return (EditMessage(writer_screens.sent(reader, number, conversation)),)

    def _ask_again(self, user: int, composition: Composition, reader: Reader) -> Replies:
        log.warning("A message of feedback reached no admin: the person is asked to try again")
        if self._compositions.of(user, self._now()):  # not forgotten meanwhile
            self._compositions.put(user, replace(composition, changed_at=self._now()))
        headline = reader.say("feedback.not_delivered")
        return (SendText(writer_screens.preview(reader, composition.text, composition.digest, headline)),)


def _is_command(event: TextMessage | OtherMessage) -> bool:
    return isinstance(event, TextMessage) and event.command is not None


def _opens(event: Event) -> bool:
    """Return whether an event opens the dialog: a command, a deep link, a button, or words such as "contact"."""
    match event:
        case TextMessage():
            return _asked_command(event) == COMMAND
        case ButtonPress(data=data):
            target = from_data(data)
            return target is not None and target[0] == AtCommand(COMMAND)
        case _:
            return False


def _asked_command(event: TextMessage) -> str:
    """Return the name of the command that a text message asks for; "" if it asks for none."""
    if event.command is not None and event.command.name == "start":
        target = from_link(event.command.rest)
        return target.name if isinstance(target, AtCommand) else ""
    if event.command is not None:
        return event.command.name
    return event.request.command if event.request else ""
