"""Answer a person in a group so that nobody else there sees it, with ephemeral messages (Bot API 10.2 and 10.3).

The bot does this only to answer a message or a button that nobody else sees either. Such an update shows that the Bot
API server supports ephemeral messages.

Source: https://core.telegram.org/bots/api#ephemeral-messages-and-commands
"""

import logging
from typing import Any, TypeGuard

from telegram import Bot, InlineKeyboardMarkup, Message
from telegram.error import BadRequest

from bot.model.events import ButtonPress, TextMessage
from bot.telegram_api.sending.event_of_reply import ChatEvent, thread_of
from bot.telegram_api.sending.formatting import NO_PREVIEW, entities
from bot.telegram_api.sending.panels import delete_message
from content.screens.screen import Screen

log = logging.getLogger(__name__)
EphemeralEvent = TextMessage | ButtonPress
_ID = "ephemeral_message_id"


def is_ephemeral(event: ChatEvent) -> TypeGuard[EphemeralEvent]:
    """Return whether only one member of the group sees the message or the button of `event`."""
    return isinstance(event, EphemeralEvent) and event.ephemeral is not None


async def send(bot: Bot, event: EphemeralEvent, screen: Screen, keyboard: InlineKeyboardMarkup | None) -> Message:
    """Send a screen that only the sender of `event` sees; return the message.

    Telegram accepts it only within 15 seconds after `event`. If Telegram refuses it or shows it to the whole group,
    send the screen to the person's private chat instead. Raises Forbidden if the person has not started the bot.
    """
    try:
        sent = await _send(
            bot, event.chat, screen, keyboard, message_thread_id=thread_of(event), api_kwargs=_to(event)
        )
    except BadRequest as refusal:
        log.info("An answer for one member of a group was refused (%s): it is sent in private", refusal.message)
    else:
        if _ID in sent.api_kwargs:
            return sent
        log.warning("An answer for one member of a group was shown to everybody there: it is deleted")
        await delete_message(bot, event.chat, sent.message_id)
    return await _send(bot, event.sender.id, screen, keyboard)


async def edit_text(bot: Bot, event: EphemeralEvent, screen: Screen, keyboard: InlineKeyboardMarkup | None) -> None:
    """Show `screen` in place of the text of the message that only the sender of `event` sees."""
    parameters = {
        "chat_id": event.chat,
        "receiver_user_id": event.sender.id,
        _ID: event.ephemeral,
        "text": screen.text,
        "entities": entities(screen),
        "link_preview_options": NO_PREVIEW,
    }
    await bot.do_api_request(
        "editEphemeralMessageText", api_kwargs=parameters | ({"reply_markup": keyboard} if keyboard else {})
    )


def _to(event: EphemeralEvent) -> dict[str, Any]:
    """Return the parameters that show a message to the sender of `event` only, in both forms that Telegram has had.

    Bot API 10.3 moved `receiver_user_id` into `ephemeral_message_parameters`. A server ignores the form that it does
    not know.
    """
    receiver: dict[str, Any] = {"receiver_user_id": event.sender.id}
    if isinstance(event, ButtonPress):
        receiver["callback_query_id"] = event.query
        return {**receiver, "ephemeral_message_parameters": receiver}
    return {**receiver, "ephemeral_message_parameters": receiver, "reply_parameters": {_ID: event.ephemeral}}


async def _send(
    bot: Bot, chat: int, screen: Screen, keyboard: InlineKeyboardMarkup | None, **parameters: Any
) -> Message:
    return await bot.send_message(
        chat,
        screen.text,
        entities=entities(screen),
        reply_markup=keyboard,
        link_preview_options=NO_PREVIEW,
        **parameters,
    )
