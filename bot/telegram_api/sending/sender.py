"""Carrying out what a flow decided: sends, edits, toasts and inline answers, in order, through the limiter.

An answer to a person who waits is tried again; see `answer_retry`.
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
    ButtonPress,
    ChatId,
    ChatStatusChanged,
    Event,
    InlineQuery,
    OtherMessage,
    Sender,
    SignedPress,
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
    SendPhoto,
    SendPiece,
    SendText,
    SetLanguage,
    Toast,
)
from bot.telegram_api.http.reachability import Network
from bot.telegram_api.rate_limiting.group_quota import GroupQuota
from bot.telegram_api.rate_limiting.rate_limited_request import Overtaken, in_lane
from bot.telegram_api.rate_limiting.token_bucket import Lane
from bot.telegram_api.sending import announcement_sender
from bot.telegram_api.sending.answer_retry import HARMLESS, Retrying
from bot.telegram_api.sending.callback_signing import Signer
from bot.telegram_api.sending.formatting import NO_PREVIEW, article, entities, keyboard
from content.screens.screen import CAPTION_LIMIT, Screen, Span, units
from content.screens.split import split_screen

_INLINE_CACHE = 300  # seconds
_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_SHUT = (
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "topic_closed",
    "thread not found",
    "chat not found",
)

Chatting = TextMessage | ButtonPress | SignedPress | OtherMessage | ChatStatusChanged  # what happens in a chat

log = logging.getLogger(__name__)


class Delivery:
    def __init__(
        self, bot: Bot, signer: Signer, now: Callable[[], float] = time.time, network: Network | None = None
    ) -> None:
        self._persist = Retrying(network or Network())
        self._bot = bot
        self._signer = signer
        self._now = now
        self.groups = GroupQuota()

    async def carry_out(self, event: Event, replies: Replies) -> None:
        """All that is to be said to `event`, in order; what is remembered has been done before.

        A person who has blocked the bot is no error.
        """
        try:
            for reply in replies:
                match reply:
                    case Toast(text) if isinstance(event, (ButtonPress, SignedPress)):
                        await self._toast(event, text)
                    case EditMessage(screen) if isinstance(event, (ButtonPress, SignedPress)):
                        await self._turn(event, screen)
                    case AnswerInline() if isinstance(event, InlineQuery):
                        await self._deal(event, reply)
                    case SendText(screen) | EditMessage(screen) if not isinstance(event, InlineQuery):
                        await self._say(event, screen)
                    case SendPhoto() if isinstance(event, (TextMessage, SignedPress)):
                        await self._show(event, reply)
                    case SendPiece() if not isinstance(event, InlineQuery):
                        await self._sample(event, reply)
                    case ReplaceText() if isinstance(event, ButtonPress):
                        await self._unfold(event, reply)
                    case (
                        SendText()
                        | SendPiece()
                        | ReplaceText()
                        | SendPhoto()
                        | EditMessage()
                        | Toast()
                        | AnswerInline()
                    ):
                        pass
                    case SetLanguage() | Join() | Choose() | Leave():
                        pass
                    case _:
                        assert_never(reply)
        except Overtaken:
            log.info("An answer gave way to a request to leave")
        except RetryAfter as flood:
            log.warning("An answer was not sent: Telegram lets nothing into this chat for %.0f s", _seconds(flood))
        except Forbidden:
            log.info("An answer was refused: the person or the group has shut the bot out")
        except BadRequest as refused:
            if not _is(refused, _SHUT):
                raise
            log.info("An answer was refused: the group lets the bot write nothing, or is gone")

    async def acknowledge(self, query: str) -> None:
        """Stop the spinner of a button whose press cannot be read."""
        try:
            await self._persist(lambda: self._bot.answer_callback_query(query))
        except TelegramError as trouble:
            log.info("A press that cannot be read was not acknowledged (%s)", type(trouble).__name__)

    async def tell(self, person: int, replies: Replies) -> bool:
        """Says it to somebody who did nothing just now; whether it arrived. Only new messages can be said so."""
        nothing = OtherMessage(ChatId(person), Sender(UserId(person)), 0, is_private=True)
        try:
            for reply in replies:
                match reply:
                    case SendText(screen):
                        await self._say(nothing, screen)
                    case SendPhoto():
                        await self._show(nothing, reply)
                    case SendPiece():
                        await self._sample(nothing, reply)
                    case _:
                        raise ValueError(f"{type(reply).__name__} answers somebody who acted.")
        except TelegramError as trouble:
            log.warning("An admin could not be told something (%s)", type(trouble).__name__)
            return False
        return True

    async def put(self, person: int, screen: Screen, message: int | None = None) -> int | None:
        """Shows a short screen in `message`, or in a new one; its number, None when that cannot be.

        One try, and an edit only as a courtesy. Where it is open how that ended (UNCERTAIN), the caller tries later.
        """
        somebody = OtherMessage(ChatId(person), Sender(UserId(person)), message or 0, is_private=True)
        try:
            if message is None:
                return (await self._send(somebody, screen)).message_id
            with in_lane(Lane.COURTESY):
                await self._edit(somebody, screen)
        except BadRequest as refused:
            return message if _is(refused, HARMLESS) else None
        except (NetworkError, RetryAfter):
            return UNCERTAIN
        except TelegramError:
            return None
        return message

    async def _sample(self, event: Chatting, sample: SendPiece) -> None:
        try:
            await self._persist(lambda: announcement_sender.send(self._bot, event.chat, sample))
        except BadRequest as refused:
            log.warning("Telegram did not take a piece of an announcement (%s)", refused.message)
            if sample.error_text:
                await self._say(event, Screen((Span(sample.error_text),)))

    async def _unfold(self, event: ButtonPress, unfold: ReplaceText) -> None:
        try:
            await self._persist(
                lambda: announcement_sender.unfold(self._bot, event.chat, event.message, unfold.piece)
            )
        except BadRequest as refused:
            if not _is(refused, _GONE):
                raise

    async def _say(self, event: Chatting, screen: Screen) -> None:
        for piece in split_screen(screen):
            await self._persist(lambda piece=piece: self._send(event, piece))  # type: ignore[misc]

    async def _show(self, event: Chatting, picture: SendPhoto) -> None:
        """The caption under the picture, or behind it when it is too long for that."""
        fits = units(picture.caption.text) <= CAPTION_LIMIT
        await self._persist(
            lambda: self._bot.send_photo(
                event.chat,
                picture.png,
                message_thread_id=_thread(event),
                caption=picture.caption.text if fits else None,
                caption_entities=entities(picture.caption) if fits else None,
            )
        )
        if not fits:
            await self._say(event, picture.caption)

    async def _send(self, event: Chatting, screen: Screen) -> Message:
        if is_public(event):
            await self._group_turn(event.chat)
        return await self._bot.send_message(
            event.chat,
            screen.text,
            entities=entities(screen),
            reply_markup=self._keyboard(event, screen),
            link_preview_options=NO_PREVIEW,
            message_thread_id=_thread(event),
            reply_parameters=_question(event),
        )

    async def _group_turn(self, group: ChatId) -> None:
        """Wait until one more message may go into the group."""
        while True:
            wait = self.groups.take(group, time.monotonic())
            if not wait:
                return
            await asyncio.sleep(wait)

    async def _turn(self, event: ButtonPress | SignedPress, screen: Screen) -> None:
        first, *more = split_screen(screen)
        try:
            await self._persist(lambda: self._edit(event, first))
        except BadRequest as refused:
            if not _is(refused, _GONE):
                raise
            await self._say(event, first)
        for piece in more:
            await self._say(event, piece)

    async def _edit(self, event: ButtonPress | SignedPress | OtherMessage, screen: Screen) -> None:
        await self._bot.edit_message_text(
            screen.text,
            event.chat,
            event.message,
            entities=entities(screen),
            reply_markup=self._keyboard(event, screen),
            link_preview_options=NO_PREVIEW,
        )

    async def _toast(self, event: ButtonPress | SignedPress, text: str) -> None:
        await self._persist(lambda: self._bot.answer_callback_query(event.query, text or None))

    def _keyboard(self, event: Chatting, screen: Screen) -> InlineKeyboardMarkup | None:
        """Its changing buttons signed for the one person of a private chat, and left out in a group."""
        user, now = event.sender.id, self._now()
        if int(event.chat) != int(user):
            return keyboard(screen.rows)
        return keyboard(screen.rows, lambda lang, action: self._signer.data(user, lang, action, now))

    async def _deal(self, event: InlineQuery, deal: AnswerInline) -> None:
        cards = [article(card) for card in deal.cards]
        cache = _INLINE_CACHE if event.is_public else 0  # what is listed in private must not appear elsewhere
        button = InlineQueryResultsButton(deal.label, start_parameter="inline")
        await self._persist(
            lambda: self._bot.answer_inline_query(
                event.query, cards, cache_time=cache, is_personal=True, next_offset="", button=button
            )
        )


def _thread(event: Chatting) -> int | None:
    """Return the topic in which `event` happened."""
    return None if isinstance(event, ChatStatusChanged) else event.thread


def _question(event: Chatting) -> ReplyParameters | None:
    """Return what an answer in a group refers to: the question, if it still stands there."""
    if not isinstance(event, TextMessage) or event.is_private:
        return None
    return ReplyParameters(event.message, allow_sending_without_reply=True)


def _seconds(flood: RetryAfter) -> float:
    asked = flood.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)


def _is(refused: BadRequest, sentences: tuple[str, ...]) -> bool:
    return any(sentence in refused.message.lower() for sentence in sentences)
