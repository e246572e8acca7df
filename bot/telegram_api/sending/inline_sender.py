"""Answer inline queries with texts, pictures and recordings, and mentions in chats without the bot as a member."""

import logging
from collections.abc import Callable, Sequence

from telegram import Bot, InlineQueryResult, InlineQueryResultsButton
from telegram.error import BadRequest

from bot.model.events import GuestQuery, InlineQuery
from bot.model.replies import AnswerInline, InlineArticle
from bot.telegram_api.sending.formatting import article, cached_photo, cached_voice
from content.model import Recording

log = logging.getLogger(__name__)
_CACHE = 300  # seconds
_MAX_RESULTS = 50  # Telegram's limit


async def answer(bot: Bot, query: InlineQuery, reply: AnswerInline, file_id: Callable[[Recording], str]) -> None:
    """Answer an inline query with the results in `reply`. If Telegram refuses the files, answer with the texts alone.

    `file_id` returns Telegram's file id of a recording, or "" for a recording that must be left out.
    """
    articles = [article(result) for result in reply.articles]
    pictures = [cached_photo(picture) for picture in reply.pictures]
    known = ((voice, file_id(voice.recording)) for voice in reply.voices)
    files = [*pictures, *(cached_voice(voice, known_id) for voice, known_id in known if known_id)]
    try:
        await _answer(bot, query, [*articles[:1], *files, *articles[1:]][:_MAX_RESULTS], reply.label)
    except BadRequest as error:
        if not files:
            raise
        log.info("The files of an inline answer were refused (%s): answering without", error.message)
        await _answer(bot, query, articles, reply.label)


async def answer_guest(bot: Bot, query: GuestQuery, result: InlineArticle) -> None:
    """Answer `query`, a mention in a chat of which the bot is not a member: post the screen of `result` there."""
    await bot.answer_guest_query(query.query, article(result))


async def _answer(bot: Bot, query: InlineQuery, results: Sequence[InlineQueryResult], label: str) -> None:
    cache = _CACHE if query.is_public else 0  # a private list must not appear elsewhere
    button = InlineQueryResultsButton(label, start_parameter="inline")
    await bot.answer_inline_query(
        query.query, results, cache_time=cache, is_personal=True, next_offset="", button=button
    )
