"""Send the replies that a flow decided on: messages, edits, notices on buttons and inline answers, in order.

All calls go through the rate limiter and are retried (see `answer_retry`). A reply that does not fit its event raises
TypeError.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import assert_never

from telegram import Bot, InlineKeyboardMarkup, InlineQueryResultsButton, Message, ReplyParameters
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.model.events import (
    ChatId,
    ChatStatusChanged,
    Event,
    InlineQuery,
    OtherMessage,
    Sender,
    TextMessage,
    UserId,
    is_public,
)
from bot.model.replies import (
    UNCERTAIN,
    AnswerInline,
    Choose,
    EditMessage,
    Join,
    Leave,
    ReplaceText,
    Replies,
    Reply,
    SendPhoto,
    SendPiece,
    SendText,
    SetLanguage,
    Toast,
)
from bot.telegram_api.http.reachability import Reachability
from bot.telegram_api.rate_limiting.group_quota import GroupQuota
from bot.telegram_api.rate_limiting.rate_limited_request import Overtaken, in_lane
from bot.telegram_api.rate_limiting.token_bucket import Lane
from bot.telegram_api.sending import announcement_sender
from bot.telegram_api.sending.answer_retry import HARMLESS, Retrying
from bot.telegram_api.sending.callback_signing import Signer
from bot.telegram_api.sending.event_of_reply import ChatEvent, Press, chat_event, inline_query, press
from bot.telegram_api.sending.formatting import NO_PREVIEW, article, entities, keyboard
from content.screens.screen import CAPTION_LIMIT, Screen, Span, units
from content.screens.split import split_screen

_INLINE_CACHE = 300  # seconds
_MESSAGE_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_CHAT_CLOSED = (
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "topic_closed",
    "thread not found",
    "chat not found",
)

log = logging.getLogger(__name__)


class ReplySender:
    """Send replies to events, and send messages that answer no event, such as notices. `now` returns Unix time."""

    def __init__(
        self,
        bot: Bot,
        signer: Signer,
        now: Callable[[], float] = time.time,
        reachability: Reachability | None = None,
    ) -> None:
        self._retry = Retrying(reachability or Reachability())
        self._bot = bot
        self._signer = signer
        self._now = now
        self.group_quota = GroupQuota()

    async def send_replies(self, event: Event, replies: Replies) -> None:
        """Send all replies to `event`, in order.

        Errors that are expected are logged: a flood wait that is too long, a person who has blocked the bot, or a
        group in which the bot may not write. Raises TypeError for a reply that does not fit the event, and
        TelegramError for all other errors of Telegram.
        """
        try:
            for reply in replies:
                await self._send_reply(event, reply)
        except Overtaken:
            log.info("An answer was dropped: the person has asked to leave meanwhile")
        except RetryAfter as flood:
            log.warning("An answer was not sent: Telegram accepts nothing in this chat for %.0f s", _seconds(flood))
        except Forbidden:
            log.info("An answer was refused: the person or the group has blocked the bot")
        except BadRequest as error:
            if not _mentions(error, _CHAT_CLOSED):
                raise
            log.info("An answer was refused: the bot may not write in the group, or the group is gone")

    async def acknowledge_press(self, query: str) -> None:
        """Answer a button press that cannot be parsed, to stop the button's loading animation."""
        try:
            await self._retry(lambda: self._bot.answer_callback_query(query))
        except TelegramError as error:
            log.info("A press that cannot be parsed was not acknowledged (%s)", type(error).__name__)

    async def notify(self, person: int, replies: Replies) -> bool:
        """Send new messages to a person without an event, and return whether Telegram accepted all of them.

        Raises TypeError for a reply that is not a new message.
        """
        no_event = OtherMessage(ChatId(person), Sender(UserId(person)), 0, is_private=True)
        try:
            for reply in replies:
                await self._send_reply(no_event, reply)
        except TelegramError as error:
            log.warning("An admin could not be notified (%s)", type(error).__name__)
            return False
        return True

    async def show_screen(self, person: int, screen: Screen, message: int | None = None) -> int | None:
        """Show a short screen by editing `message`, or in a new message; return the id of the message.

        Return None when Telegram refuses it, and UNCERTAIN when it is unknown whether Telegram shows the screen.
        There is only one try, and an edit has the lowest priority: the caller tries again later.
        """
        no_event = OtherMessage(ChatId(person), Sender(UserId(person)), message or 0, is_private=True)
        try:
            if message is None:
                return (await self._send_message(no_event, screen)).message_id
            with in_lane(Lane.COURTESY):
                await self._edit_text(no_event, screen)
        except BadRequest as error:
            return message if _mentions(error, HARMLESS) else None
        except (NetworkError, RetryAfter):
            return UNCERTAIN
        except TelegramError:
            return None
        return message

    async def _send_reply(self, event: Event, reply: Reply) -> None:
        match reply:
            case SendText(screen):
                await self._send_text(chat_event(event, reply), screen)
            case SendPhoto():
                await self._send_photo(chat_event(event, reply), reply)
            case SendPiece():
                await self._send_piece(chat_event(event, reply), reply)
            case EditMessage(screen):
                await self._edit_message(press(event, reply), screen)
            case ReplaceText():
                await self._replace_text(press(event, reply), reply)
            case Toast(text):
                await self._answer_press(press(event, reply), text)
            case AnswerInline():
                await self._answer_inline(inline_query(event, reply), reply)
            case SetLanguage() | Join() | Choose() | Leave():
                pass  # the dispatcher has carried these out before
            case _:
                assert_never(reply)

    async def _send_text(self, event: ChatEvent, screen: Screen) -> None:
        for part in split_screen(screen):
            await self._retry(lambda part=part: self._send_message(event, part))  # type: ignore[misc]

    async def _send_photo(self, event: ChatEvent, photo: SendPhoto) -> None:
        """Send a picture with its caption. A caption that is too long for Telegram is sent as a second message."""
        fits = units(photo.caption.text) <= CAPTION_LIMIT
        await self._retry(
            lambda: self._bot.send_photo(
                event.chat,
                photo.png,
                message_thread_id=_thread(event),
                caption=photo.caption.text if fits else None,
                caption_entities=entities(photo.caption) if fits else None,
            )
        )
        if not fits:
            await self._send_text(event, photo.caption)

    async def _send_piece(self, event: ChatEvent, reply: SendPiece) -> None:
        try:
            await self._retry(lambda: announcement_sender.send(self._bot, event.chat, reply))
        except BadRequest as error:
            log.warning("A piece of an announcement was refused by Telegram (%s)", error.message)
            if reply.error_text:
                await self._send_text(event, Screen((Span(reply.error_text),)))

    async def _edit_message(self, event: Press, screen: Screen) -> None:
        """Show `screen` in place of the text of the message whose button was pressed."""
        first, *more = split_screen(screen)
        try:
            await self._retry(lambda: self._edit_text(event, first))
        except BadRequest as error:
            if not _mentions(error, _MESSAGE_GONE):
                raise
            await self._send_text(event, first)
        for part in more:
            await self._send_text(event, part)

    async def _replace_text(self, event: Press, reply: ReplaceText) -> None:
        try:
            await self._retry(lambda: announcement_sender.replace_text(self._bot, event.chat, event.message, reply))
        except BadRequest as error:
            if not _mentions(error, _MESSAGE_GONE):
                raise

    async def _answer_press(self, event: Press, text: str) -> None:
        await self._retry(lambda: self._bot.answer_callback_query(event.query, text or None))

    async def _answer_inline(self, event: InlineQuery, reply: AnswerInline) -> None:
        cards = [article(card) for card in reply.cards]
        cache = _INLINE_CACHE if event.is_public else 0  # a private list must not appear elsewhere
        button = InlineQueryResultsButton(reply.label, start_parameter="inline")
        await self._retry(
            lambda: self._bot.answer_inline_query(
                event.query, cards, cache_time=cache, is_personal=True, next_offset="", button=button
            )
        )

    async def _send_message(self, event: ChatEvent, screen: Screen) -> Message:
        if is_public(event):
            await self._wait_for_group(event.chat)
        return await self._bot.send_message(
            event.chat,
            screen.text,
            entities=entities(screen),
            reply_markup=self._keyboard(event, screen),
            link_preview_options=NO_PREVIEW,
            message_thread_id=_thread(event),
            reply_parameters=_reply_parameters(event),
        )

    async def _edit_text(self, event: Press | OtherMessage, screen: Screen) -> None:
        await self._bot.edit_message_text(
            screen.text,
            event.chat,
            event.message,
            entities=entities(screen),
            reply_markup=self._keyboard(event, screen),
            link_preview_options=NO_PREVIEW,
        )

    async def _wait_for_group(self, group: ChatId) -> None:
        """Wait until the quota of the group allows one more message, and count it."""
        while True:
            wait = self.group_quota.take(group, time.monotonic())
            if not wait:
                return
            await asyncio.sleep(wait)

    def _keyboard(self, event: ChatEvent, screen: Screen) -> InlineKeyboardMarkup | None:
        """Return the buttons of a screen. Action buttons are signed for the person; in a group they are left out."""
        user, now = event.sender.id, self._now()
        if int(event.chat) != int(user):
            return keyboard(screen.rows)
        return keyboard(screen.rows, lambda lang, action: self._signer.sign(user, lang, action, now))


def _thread(event: ChatEvent) -> int | None:
    """Return the id of the forum topic in which `event` happened; None outside a forum."""
    return None if isinstance(event, ChatStatusChanged) else event.thread


def _reply_parameters(event: ChatEvent) -> ReplyParameters | None:
    """Return the parameters that make an answer in a group refer to the question; None for any other event.

    The answer is sent even if the question has been deleted.
    """
    if not isinstance(event, TextMessage) or event.is_private:
        return None
    return ReplyParameters(event.message, allow_sending_without_reply=True)


def _seconds(flood: RetryAfter) -> float:
    retry_after = flood.retry_after
    return retry_after.total_seconds() if isinstance(retry_after, timedelta) else float(retry_after)


def _mentions(error: BadRequest, texts: tuple[str, ...]) -> bool:
    return any(text in error.message.lower() for text in texts)
