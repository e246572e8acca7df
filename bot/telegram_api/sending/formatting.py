"""Convert screens to the objects of python-telegram-bot: entities, keyboards and inline results."""

from collections.abc import Callable, Iterable
from typing import assert_never

from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InlineQueryResultCachedVoice,
    InputTextMessageContent,
    LinkPreviewOptions,
    MessageEntity,
    SwitchInlineQueryChosenChat,
)

from bot.model.replies import InlineArticle, InlinePicture, InlineVoice
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
    """Return the formatting of a screen as python-telegram-bot's entities, with offsets in UTF-16 units."""
    return [MessageEntity(entity.type, entity.offset, entity.length) for entity in screen.entities]


Sign = Callable[[Lang, str], str]  # returns the callback data of an action


def keyboard(rows: Iterable[Row], sign: Sign | None = None) -> InlineKeyboardMarkup | None:
    """Return the rows of buttons as a keyboard; None when there are no buttons.

    `sign` returns the signed callback data of an ActionButton, which changes stored data. If `sign` is None, as in
    groups, these buttons are left out.
    """
    buttons = [
        [_button(button, sign) for button in row if sign or not isinstance(button, ActionButton)] for row in rows
    ]
    filled_rows = [row for row in buttons if row]
    return InlineKeyboardMarkup(filled_rows) if filled_rows else None


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


def article(result: InlineArticle) -> InlineQueryResultArticle:
    """Return an article as a result of an inline query."""
    screen = result.screen
    content = InputTextMessageContent(screen.text, entities=entities(screen), link_preview_options=NO_PREVIEW)
    return InlineQueryResultArticle(
        result.id, result.title, content, description=result.line, reply_markup=keyboard(screen.rows)
    )


def cached_photo(picture: InlinePicture) -> InlineQueryResultCachedPhoto:
    """Return a result of an inline query that shows a picture already uploaded to Telegram."""
    caption = picture.caption
    return InlineQueryResultCachedPhoto(
        picture.id, picture.file_id, picture.title, description=caption.text, caption=caption.text
    )


def cached_voice(voice: InlineVoice, file_id: str) -> InlineQueryResultCachedVoice:
    """Return a result of an inline query that shows a recording already uploaded to Telegram as `file_id`."""
    return InlineQueryResultCachedVoice(
        voice.id, file_id, voice.title, caption=voice.caption.text, caption_entities=entities(voice.caption)
    )
