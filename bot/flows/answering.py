"""Answer a question or search words with the matching clauses of the declaration, in the question's language."""

from bot.flows.context import FlowContext
from bot.model.events import TextMessage
from bot.model.replies import MessageReplies, SendText
from content.model import Campaign, Lang
from content.screens import answers, declaration
from content.screens.menu import home_rows
from content.screens.reader import Reader
from content.screens.screen import Screen, Span
from content.search.bot_requests import BotRequest
from content.search.search_result import ResultKind, SearchResult

_QUESTION_MARKS = ("?", "؟")


def answer(event: TextMessage, context: FlowContext) -> MessageReplies:
    """Answer a text that is not a command with the clauses that the search finds for it.

    In a group, a reply to a message of the bot that does not mention the bot may be meant for other people. It gets
    an answer only if it names a clause, or is a question to which the search finds an answer (see `_is_for_bot`).
    """
    matcher, lang = context.matcher, context.reader.lang
    understood = matcher.understand(event.text, lang)
    result = matcher.find(event.text, lang) if isinstance(understood, BotRequest) else understood
    if event.is_mere_reply and not _is_for_bot(event.text, result):
        return ()
    return (SendText(_screen(result, context.reader)),)


def _is_for_bot(text: str, result: SearchResult) -> bool:
    """Return whether a text that replies to a message of the bot is meant for the bot.

    `result` is what the search found for `text`. Return True if the text names a clause, or if it ends with a
    question mark and `result` is an answer.
    """
    is_asking = text.rstrip().endswith(_QUESTION_MARKS)
    return result.kind is ResultKind.CLAUSE or (is_asking and result.kind is ResultKind.ANSWER)


def _screen(result: SearchResult, reader: Reader) -> Screen:
    reader = reader_in_language_of(result, reader)
    if result.kind is ResultKind.CLAUSE:
        return _named_clauses(result, reader)
    if result.number is not None:
        return no_such_clause(result.number, reader)
    return answers.answer(reader, result)


def _named_clauses(result: SearchResult, reader: Reader) -> Screen:
    """Return the screen of the first clause in `result`, with a button for each further one.

    `result` has the clauses that a person's text names, such as "clause 4".
    """
    first, *others = (reader.campaign.clause_by_id[clause] for clause in result.clauses)
    screen = declaration.clause(reader, first)
    return screen.with_rows((*((reader.clause_button(other),) for other in others), *screen.rows))


def reader_in_language_of(result: SearchResult, reader: Reader) -> Reader:
    """Return `reader` with the language of the question, which the search has stored in `result`.

    If the campaign does not have this language, return `reader` unchanged.
    """
    return reader.speaking(_question_language(result, reader.campaign) or reader.lang)


def _question_language(result: SearchResult, campaign: Campaign) -> Lang | None:
    return result.lang if result.lang in campaign.languages else None


def no_such_clause(number: int, reader: Reader) -> Screen:
    """Return the screen that says that the declaration has no clause `number`."""
    text = reader.say("answer.no_clause", number=number, first=1, last=reader.campaign.numbered_clause_count)
    return Screen((Span(text),), home_rows(reader))
