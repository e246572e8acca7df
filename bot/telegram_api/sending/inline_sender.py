"""Answer inline queries with cards and recordings that people can send into any chat."""

from collections.abc import Callable

from telegram import Bot, InlineQueryResultArticle, InlineQueryResultCachedVoice, InlineQueryResultsButton

from bot.model.events import InlineQuery
from bot.model.replies import AnswerInline
from bot.telegram_api.sending.formatting import article, cached_voice
from content.model import Recording

_CACHE = 300  # seconds
_MAX_RESULTS = 50  # Telegram's limit


async def answer(bot: Bot, query: InlineQuery, reply: AnswerInline, file_id: Callable[[Recording], str]) -> None:
    """Answer an inline query, once. Recordings without a file id are left out, since they are not at Telegram yet."""
    results: list[InlineQueryResultArticle | InlineQueryResultCachedVoice] = [article(card) for card in reply.cards]
    known = ((voice, file_id(voice.recording)) for voice in reply.voices)
    results += [cached_voice(voice, file) for voice, file in known if file]
    cache = _CACHE if query.is_public else 0  # a private list must not appear elsewhere
    button = InlineQueryResultsButton(reply.label, start_parameter="inline")
    await bot.answer_inline_query(
        query.query, results[:_MAX_RESULTS], cache_time=cache, is_personal=True, next_offset="", button=button
    )
