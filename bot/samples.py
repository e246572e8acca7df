"""A piece of an announcement in an admin's chat, as its readers will get it."""

from typing import Any, assert_never

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message, MessageEntity

from bot.broadcast.content import Media, Piece
from bot.replies import Sample


async def send(bot: Bot, chat: int, sample: Sample) -> Message:
    piece = sample.piece
    said = [MessageEntity.de_json(dict(one), bot) for one in piece.entities]
    markup, silent = _keyboard(piece), sample.silent
    if piece.media is None:
        options = LinkPreviewOptions(is_disabled=not piece.preview)
        return await bot.send_message(
            chat, piece.text, entities=said, reply_markup=markup, link_preview_options=options,
            disable_notification=silent,
        )  # fmt: skip
    assert piece.file_id
    more: Any = {
        "caption": piece.text or None,
        "caption_entities": said,
        "reply_markup": markup,
        "disable_notification": silent,
    }
    match piece.media:
        case Media.PHOTO:
            return await bot.send_photo(chat, piece.file_id, **more)
        case Media.VIDEO:
            return await bot.send_video(chat, piece.file_id, **more)
        case Media.DOCUMENT:
            return await bot.send_document(chat, piece.file_id, **more)
        case Media.VOICE:
            return await bot.send_voice(chat, piece.file_id, **more)
        case Media.AUDIO:
            return await bot.send_audio(chat, piece.file_id, **more)
        case Media.ANIMATION:
            return await bot.send_animation(chat, piece.file_id, **more)
        case _:
            assert_never(piece.media)


async def unfold(bot: Bot, chat: int, message: int, piece: Piece) -> None:
    """The words alone: a message cannot become a picture without losing its place among those to be deleted."""
    said = [MessageEntity.de_json(dict(one), bot) for one in piece.entities]
    await bot.edit_message_text(
        piece.text,
        chat,
        message,
        entities=said,
        reply_markup=_keyboard(piece),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )


def _keyboard(piece: Piece) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(button.label, url=button.url) for button in row] for row in piece.buttons]
    return InlineKeyboardMarkup(rows) if rows else None
