"""Send replies to events, in order: messages, edits, notices on pressed buttons and answers to inline queries.

All calls go through the rate limiter and are retried (see `answer_retry`). A reply that does not fit its event raises
TypeError.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import assert_never

from telegram import Bot, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.model.events import Event, OtherMessage, is_public
from bot.model.replies import (
    UNCERTAIN,
    AnswerGuest,
    AnswerInline,
    Choose,
    DeleteMessage,
    EditMessage,
    EditPanel,
    Join,
    Leave,
    ReplaceText,
    Replies,
    Reply,
    SendFile,
    SendPhoto,
    SendPiece,
    SendText,
    SendVoice,
    SetLanguage,
    Toast,
)
from bot.telegram_api.http.reachability import Reachability
from bot.telegram_api.rate_limiting.group_quota import GroupQuota
from bot.telegram_api.rate_limiting.rate_limited_request import Overtaken, in_lane
from bot.telegram_api.rate_limiting.token_bucket import Lane
from bot.telegram_api.sending import inline_sender, piece_sender, refusals
from bot.telegram_api.sending.answer_retry import Retrying
from bot.telegram_api.sending.callback_signing import Signer
from bot.telegram_api.sending.event_of_reply import (
    ChatEvent,
    Press,
    chat_event,
    guest_query,
    inline_query,
    placeholder_event,
    press,
    reply_parameters,
    thread_of,
)
from bot.telegram_api.sending.files.document_sender import DocumentSender
from bot.telegram_api.sending.files.photo_sender import PhotoSender
from bot.telegram_api.sending.files.voice_sender import VoiceSender
from bot.telegram_api.sending.formatting import NO_PREVIEW, entities, keyboard
from bot.telegram_api.sending.in_groups import ephemeral_sender
from bot.telegram_api.sending.in_groups.group_turn import wait_for_turn
from bot.telegram_api.sending.panels import Panels, delete_message
from content.screens.screen import Screen, Span
from content.screens.split import split_screen

log = logging.getLogger(__name__)


class ReplySender:
    """Send replies to events, and messages that answer no event, such as notices. `now` returns Unix time."""

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
        self.panels = Panels(bot)
        self.photo_sender = PhotoSender(bot, self._retry)
        self._document_sender = DocumentSender(bot, self._retry)
        self._voices = VoiceSender(bot, self._retry)

    async def send_replies(self, event: Event, replies: Replies) -> None:
        """Send all replies to `event`, in order.

        Three errors are only logged: Telegram asks for too long a wait, the person has blocked the bot, or the bot
        cannot write in the group. After such an error, and when the person asks to unsubscribe meanwhile, the
        remaining replies are not sent. Raises TypeError for a reply that does not fit the event, and TelegramError
        for all other errors.
        """
        try:
            for reply in replies:
                await self._send_reply(event, reply)
        except Overtaken:
            log.info("An answer was dropped: the person has asked to leave meanwhile")
        except RetryAfter as flood:
            wait = refusals.seconds_of(flood)
            log.warning("An answer was not sent: Telegram accepts nothing in this chat for %.0f s", wait)
        except Forbidden:
            log.info("An answer was refused: the person or the group has blocked the bot")
        except BadRequest as error:
            if not refusals.is_chat_closed(error):
                raise
            log.info("An answer was refused: the bot may not write in the group, or the group is gone")

    async def acknowledge_press(self, query: str) -> None:
        """Answer a press that cannot be parsed, so that its button stops loading. `query` is the id of the press."""
        try:
            await self._retry(lambda: self._bot.answer_callback_query(query))
        except TelegramError as error:
            log.info("A press that cannot be parsed was not acknowledged (%s)", type(error).__name__)

    async def notify(self, person: int, replies: Replies) -> bool:
        """Send `person` new messages that answer no event; return whether Telegram accepted all of them.

        Raises TypeError for a reply that is not a new message.
        """
        unasked = placeholder_event(person)
        try:
            for reply in replies:
                await self._send_reply(unasked, reply)
        except TelegramError as error:
            log.warning("An admin could not be notified (%s)", type(error).__name__)
            return False
        return True

    async def show_screen(self, person: int, screen: Screen, message: int | None = None) -> int | None:
        """Show a screen that fits into one message; return the id of the message.

        `message` is the id of the message to edit; None sends a new message. Return None when Telegram refuses the
        screen, and UNCERTAIN when it is unknown whether Telegram shows it. There is only one try, and edits have the
        lowest priority of all calls.
        """
        unasked = replace(placeholder_event(person), message=message or 0)
        try:
            if message is None:
                return (await self._send_message(unasked, screen)).message_id
            with in_lane(Lane.COURTESY):
                await self._edit_text(unasked, screen)
        except BadRequest as error:
            return message if refusals.is_harmless(error) else None
        except (NetworkError, RetryAfter):
            return UNCERTAIN
        except TelegramError:
            return None
        return message

    async def remove_message(self, person: int, message: int) -> bool:
        """Delete a message in a private chat; return whether Telegram deleted it."""
        return await delete_message(self._bot, person, message)

    async def _send_reply(self, event: Event, reply: Reply) -> None:
        match reply:
            case SendText(screen, is_panel):
                sent = await self._send_text(chat_event(event, reply), screen)
                await self.panels.replace(event.sender.id, sent if is_panel else 0)
            case EditPanel(screen):
                await self._edit_panel(chat_event(event, reply), screen)
            case SendPhoto():
                await self._send_photo(chat_event(event, reply), reply)
            case SendFile():
                await self._send_file(chat_event(event, reply), reply)
            case SendVoice():
                await self._send_voice(chat_event(event, reply), reply)
            case SendPiece():
                await self._send_piece(chat_event(event, reply), reply)
            case EditMessage(screen, is_panel):
                shown = await self._edit_message(press(event, reply), screen)
                await self.panels.replace(event.sender.id, shown if is_panel else 0, instead_of=shown)
            case ReplaceText():
                await self._replace_text(press(event, reply), reply)
            case DeleteMessage(refusal):
                await self._delete_message(press(event, reply), refusal)
            case Toast(text):
                await self._answer_press(press(event, reply), text)
            case AnswerInline():
                query = inline_query(event, reply)
                await self._retry(lambda: inline_sender.answer(self._bot, query, reply, self._voices.offered_file_id))
            case AnswerGuest(article):
                guest = guest_query(event, reply)
                await self._retry(lambda: inline_sender.answer_guest(self._bot, guest, article))
            case SetLanguage() | Join() | Choose() | Leave():
                pass  # the dispatcher has already carried these out
            case _:
                assert_never(reply)

    async def _send_text(self, event: ChatEvent, screen: Screen) -> int:
        """Send a screen, in several messages if it is long. The buttons are below the last one; return its id."""
        sent = list[int]()

        async def send(part: Screen) -> None:
            sent.append((await self._send_message(event, part)).message_id)

        for part in split_screen(screen):
            await self._retry(partial(send, part))
        return sent[-1] if sent else 0

    async def _edit_panel(self, event: ChatEvent, screen: Screen) -> None:
        """Edit the chat's panel to show `screen`; send a new panel if that fails or `screen` is too long."""
        panel = self.panels.known(event.sender.id)
        if panel and len(split_screen(screen)) == 1:
            panel_event = replace(placeholder_event(event.sender.id), message=panel)
            try:
                await self._retry(lambda: self._edit_text(panel_event, screen))
                return
            except BadRequest as error:
                if not refusals.is_message_gone(error):
                    raise
        await self.panels.replace(event.sender.id, await self._send_text(event, screen))

    async def _send_photo(self, event: ChatEvent, photo: SendPhoto) -> None:
        """Send a picture with its caption, or with a second message if the caption is too long for Telegram."""
        buttons = self._keyboard(event, photo.caption)
        if not await self.photo_sender.send(event.chat, photo, thread_of(event), buttons):
            await self._send_text(event, photo.caption)

    async def _send_file(self, event: ChatEvent, reply: SendFile) -> None:
        buttons = self._keyboard(event, reply.caption)
        await self._document_sender.send(event.chat, reply, thread_of(event), buttons)

    async def _send_voice(self, event: ChatEvent, reply: SendVoice) -> None:
        if not await self._voices.send(event.chat, reply, thread_of(event), self._keyboard(event, reply.caption)):
            await self._send_text(event, Screen((Span(reply.error_text),)))

    async def _send_piece(self, event: ChatEvent, reply: SendPiece) -> None:
        try:
            await self._retry(lambda: piece_sender.send(self._bot, event.chat, reply))
        except BadRequest as error:
            log.warning("A piece of an announcement was refused by Telegram (%s)", error.message)
            if reply.error_text:
                await self._send_text(event, Screen((Span(reply.error_text),)))

    async def _edit_message(self, event: Press, screen: Screen) -> int:
        """Show `screen` in the message whose button was pressed, and the rest of a long screen in new messages.

        If the message cannot be edited any more, send a new one. Return the id of the message that has the buttons.
        """
        first, *more = split_screen(screen)
        shown = event.message
        try:
            await self._retry(lambda: self._edit_text(event, first))
        except BadRequest as error:
            if not refusals.is_message_gone(error):
                raise
            shown = await self._send_text(event, first)
        for part in more:
            shown = await self._send_text(event, part)
        return shown

    async def _replace_text(self, event: Press, reply: ReplaceText) -> None:
        await self._retry(lambda: piece_sender.replace_text(self._bot, event.chat, event.message, reply))

    async def _delete_message(self, event: Press, refusal: str) -> None:
        is_deleted = await delete_message(self._bot, event.chat, event.message)
        await self._answer_press(event, "" if is_deleted else refusal)

    async def _answer_press(self, event: Press, text: str) -> None:
        await self._retry(lambda: self._bot.answer_callback_query(event.query, text or None))

    async def _send_message(self, event: ChatEvent, screen: Screen) -> Message:
        if is_public(event):
            await wait_for_turn(self.group_quota, event.chat)
        if ephemeral_sender.is_ephemeral(event):
            return await ephemeral_sender.send(self._bot, event, screen, self._keyboard(event, screen))
        return await self._bot.send_message(
            event.chat,
            screen.text,
            entities=entities(screen),
            reply_markup=self._keyboard(event, screen),
            link_preview_options=NO_PREVIEW,
            message_thread_id=thread_of(event),
            reply_parameters=reply_parameters(event),
        )

    async def _edit_text(self, event: Press | OtherMessage, screen: Screen) -> None:
        if ephemeral_sender.is_ephemeral(event):
            await ephemeral_sender.edit_text(self._bot, event, screen, self._keyboard(event, screen))
            return
        await self._bot.edit_message_text(
            screen.text,
            event.chat,
            event.message,
            entities=entities(screen),
            reply_markup=self._keyboard(event, screen),
            link_preview_options=NO_PREVIEW,
        )

    def _keyboard(self, event: ChatEvent, screen: Screen) -> InlineKeyboardMarkup | None:
        """Return the buttons of a screen. In groups, leave out those that change data; in private, sign them."""
        user, now = event.sender.id, self._now()
        if int(event.chat) != int(user):
            return keyboard(screen.rows)
        return keyboard(screen.rows, lambda lang, action: self._signer.sign(user, lang, action, now))
