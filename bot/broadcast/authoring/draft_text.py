"""A draft in words: what each language gets, for whom it is, when it is sent; and durations and moments."""

from collections.abc import Iterator

from bot.broadcast.authoring.draft import Draft
from bot.flows.time_format import format_moment, zone_name
from bot.model.announcement import Notice, Piece
from bot.model.audience import Audience
from bot.model.small_numbers import LEAST
from content.model import Campaign
from content.screens.reader import Reader
from content.screens.screen import units
from storage.subscriptions.subscriber import ZONES

FEW = LEAST  # people: nothing is told of fewer than that, but how long the whole list is
SPACE = 300  # units of a finding or a typed line that a screen repeats


def notices(campaign: Campaign) -> dict[str, Notice]:
    """What who chose discreet delivery gets, in every language."""
    books = campaign.phrasebooks.items()
    return {lang: Notice(book.say("broadcast.notice"), book.say("button.notice")) for lang, book in books}


def moment(reader: Reader, draft: Draft) -> str:
    if draft.at is None:
        return reader.say("broadcast.when_now")
    return reader.say("broadcast.when", moment=format_moment(reader, draft.at, draft.zone),
                      zone=zone_name(reader, ZONES[draft.zone]))  # fmt: skip


def language_name(reader: Reader, lang: str) -> str:
    known = {str(code): language.name for code, language in reader.campaign.languages.items()}
    return known.get(lang, lang)


def audience(reader: Reader, chosen: Audience) -> str:
    if chosen == Audience():
        return reader.say("broadcast.for_everyone")
    comma = reader.say("word.comma") + " "
    told = []
    if chosen.topics is not None:
        names = {topic.number: topic.names[reader.lang] for topic in reader.campaign.topics}
        shown = comma.join(names.get(number, str(number)) for number in sorted(chosen.topics))
        told.append(reader.say("broadcast.for_topics", topics=shown))
    if chosen.languages is not None:
        shown = comma.join(language_name(reader, lang) for lang in sorted(chosen.languages))
        told.append(reader.say("broadcast.for_languages", languages=shown))
    return "\n".join(told)


def summary(reader: Reader, draft: Draft) -> Iterator[str]:
    if draft.edits:
        yield reader.say("broadcast.edits", number=draft.edits)
    if draft.pieces:
        yield "\n".join(gets(reader, draft, lang) for lang in draft.languages(reader.campaign.languages))
    if not draft.edits:
        yield "\n".join([audience(reader, draft.audience), moment(reader, draft)])
    if draft.stars:
        yield reader.say("broadcast.stars", stars=draft.stars)


def gets(reader: Reader, draft: Draft, lang: str) -> str:
    """What the readers of a language get, in a line."""
    name = language_name(reader, lang)
    piece = draft.pieces.get(lang)
    if piece is None:
        if not draft.pieces:
            return reader.say("broadcast.gets_nothing", language=name)
        return reader.say("broadcast.gets_default", language=name, other=language_name(reader, draft.default))
    said = reader.say("broadcast.gets", language=name, what=_kind(reader, piece), number=units(piece.text))
    number = len(draft.links.get(lang, draft.links.get(draft.default, ())))
    return said + (reader.say("broadcast.and_links", number=number) if number else "")


def _kind(reader: Reader, piece: Piece) -> str:
    return reader.say(f"broadcast.kind_{piece.media.value if piece.media else 'text'}")
