"""Answering: a word or a question to the clauses that speak to it, in the language of the question."""

from bot.model.events import TextMessage
from bot.model.replies import Replies, SendText
from content.model import Campaign, Lang
from content.screens import answers, declaration
from content.screens.reader import Reader
from content.screens.screen import Screen, Span
from content.search.matcher import Matcher, ResultKind, SearchResult


def answered(event: TextMessage, reader: Reader, matcher: Matcher) -> Replies:
    """What to answer to a text that is no command."""
    return (SendText(_screen(matcher.find(event.text, reader.lang), reader)),)


def _screen(found: SearchResult, reader: Reader) -> Screen:
    asker = asked_in(found, reader)
    if found.kind is ResultKind.CLAUSE:
        return declaration.clause(asker, asker.campaign.clause_by_id[found.clauses[0]])
    if found.number is not None:
        return no_such_clause(found.number, asker)
    return answers.answer(asker, found)


def asked_in(found: SearchResult, reader: Reader) -> Reader:
    """The reader in the language of the question, when the campaign has it."""
    return Reader(reader.campaign, _lang(found, reader.campaign) or reader.lang)


def _lang(found: SearchResult, campaign: Campaign) -> Lang | None:
    return found.lang if found.lang in campaign.languages else None


def no_such_clause(number: int, reader: Reader) -> Screen:
    said = reader.say("answer.no_clause", number=number, first=1, last=reader.campaign.numbered_clause_count)
    return Screen((Span(said),), declaration.home_rows(reader))
