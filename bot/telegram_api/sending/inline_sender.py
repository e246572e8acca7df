"""Answer inline queries with texts and pictures that people can send into any chat, and mentions in such chats."""

import logging
from collections.abc import Sequence

from telegram import Bot, InlineQueryResult, InlineQueryResultsButton
from telegram.error import BadRequest

from bot.model.events import GuestQuery, InlineQuery
from bot.model.replies import AnswerInline, InlineArticle
from bot.telegram_api.sending.formatting import article, cached_photo

log = logging.getLogger(__name__)
_CACHE = 300  # seconds


async def answer(bot: Bot, query: InlineQuery, reply: AnswerInline) -> None:
    """Answer an inline query, once, or a second time without pictures if Telegram refuses them."""
    articles = [article(result) for result in reply.articles]
    pictures = [cached_photo(picture) for picture in reply.pictures]
    try:
        await _answer(bot, query, [*articles[:1], *pictures, *articles[1:]], reply.label)
    except BadRequest as error:
        if not pictures:
            raise
        log.info("The pictures of an inline answer were refused (%s): answering without", error.message)
        await _answer(bot, query, articles, reply.label)


async def answer_guest(bot: Bot, query: GuestQuery, result: InlineArticle) -> None:
    """Post the screen of `result` in a chat of which the bot is not a member."""
    await bot.answer_guest_query(query.query, article(result))


async def _answer(bot: Bot, query: InlineQuery, results: Sequence[InlineQueryResult], label: str) -> None:
    cache = _CACHE if query.is_public else 0  # a private list must not appear elsewhere
    button = InlineQueryResultsButton(label, start_parameter="inline")
    await bot.answer_inline_query(
        query.query, results, cache_time=cache, is_personal=True, next_offset="", button=button
    )
