"""Answer inline queries with cards that people can send into any chat."""

from telegram import Bot, InlineQueryResultsButton

from bot.model.events import InlineQuery
from bot.model.replies import AnswerInline
from bot.telegram_api.sending.formatting import article

_CACHE = 300  # seconds


async def answer(bot: Bot, query: InlineQuery, reply: AnswerInline) -> None:
    """Answer an inline query, once."""
    cards = [article(card) for card in reply.cards]
    cache = _CACHE if query.is_public else 0  # a private list must not appear elsewhere
    button = InlineQueryResultsButton(reply.label, start_parameter="inline")
    await bot.answer_inline_query(
        query.query, cards, cache_time=cache, is_personal=True, next_offset="", button=button
    )
