"""From screens to what python-telegram-bot sends: keyboards, entities, inline cards."""

from collections.abc import Callable, Iterable
from typing import assert_never

from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    MessageEntity,
    SwitchInlineQueryChosenChat,
)

from bot.model.replies import Card
from content.model import Lang
from content.screens.screen import (
    ActionButton,
    Button,
    CallbackButton,
    CopyButton,
    Row,
    Screen,
    ShareButton,
    UrlButton,
)

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def entities(screen: Screen) -> list[MessageEntity]:
    return [MessageEntity(one.type, one.offset, one.length) for one in screen.entities]


Sign = Callable[[Lang, str], str]  # the callback data for an action


def keyboard(rows: Iterable[Row], sign: Sign | None = None) -> InlineKeyboardMarkup | None:
    """The keyboard of a screen; None without buttons. Where nobody can be meant alone, there is no `sign`."""
    buttons = [
        [_button(button, sign) for button in row if sign or not isinstance(button, ActionButton)] for row in rows
    ]
    filled = [row for row in buttons if row]
    return InlineKeyboardMarkup(filled) if filled else None


def _button(button: Button, sign: Sign | None) -> InlineKeyboardButton:
    match button:
        case ActionButton(label, lang, action):
            assert sign
            return InlineKeyboardButton(label, callback_data=sign(lang, action))
        case CallbackButton(label, data):
            return InlineKeyboardButton(label, callback_data=data)
        case UrlButton(label, url):
            return InlineKeyboardButton(label, url=url)
        case ShareButton(label, query):
            anywhere = SwitchInlineQueryChosenChat(
                query, allow_user_chats=True, allow_group_chats=True, allow_channel_chats=True
            )
            return InlineKeyboardButton(label, switch_inline_query_chosen_chat=anywhere)
        case CopyButton(label, text):
            return InlineKeyboardButton(label, copy_text=CopyTextButton(text))
        case _:
            assert_never(button)


def article(card: Card) -> InlineQueryResultArticle:
    content = InputTextMessageContent(
        card.screen.text, entities=entities(card.screen), link_preview_options=NO_PREVIEW
    )
    return InlineQueryResultArticle(
        card.id, card.title, content, description=card.line, reply_markup=keyboard(card.screen.rows)
    )
