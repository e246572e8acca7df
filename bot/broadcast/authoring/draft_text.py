"""Describe the draft of an announcement in words: its content for each language, its recipients and its time."""

from collections.abc import Iterator

from bot.broadcast.authoring.draft import Draft, planned_posts, whole_piece
from bot.flows.time_format import format_moment_with_weekday, zone_name_at
from bot.model.announcement import Notice, Piece
from bot.model.audience import EVERYONE, Audience
from content.model import Campaign
from content.screens.reader import Reader
from content.screens.screen import units

MAX_QUOTE = 300  # characters of a problem or a typed line that a screen repeats


def notices(campaign: Campaign) -> dict[str, Notice]:
    """Return by language the neutral notice that subscribers with discreet delivery receive in place of a text."""
    books = campaign.phrasebooks.items()
    return {lang: Notice(book.say("broadcast.notice"), book.say("button.notice")) for lang, book in books}


def sending_time(reader: Reader, draft: Draft) -> str:
    """Return a text that says when the draft will be sent, in the reader's language and the draft's time zone."""
    if draft.send_at is None:
        return reader.say("broadcast.when_now")
    return reader.say("broadcast.when", **moment_values(reader, draft.send_at, draft.zone))


def moment_values(reader: Reader, at: float, zone: int) -> dict[str, str]:
    """Return the values for the placeholders `moment` and `zone` of a phrase: date and time, and time zone."""
    return {"moment": format_moment_with_weekday(reader, at, zone), "zone": zone_name_at(reader, zone)}


def _time_lines(reader: Reader, draft: Draft, before: float) -> Iterator[str]:
    """Yield a line with the time at which `draft`, an edit of a scheduled broadcast, will be sent.

    If the draft changes this time, yield a second line with the previous time, which is `before` in Unix time.
    """
    yield sending_time(reader, draft)
    if draft.has_new_time:
        yield reader.say("broadcast.when_before", **moment_values(reader, before, draft.zone))


def audience_text(reader: Reader, audience: Audience) -> str:
    """Return a text that says for which topics and languages the announcement is, or that it is for everyone."""
    if audience == EVERYONE:
        return reader.say("broadcast.for_everyone")
    comma, lines = reader.say("word.comma") + " ", []
    if audience.topics is not None:
        names = {topic.number: topic.names[reader.lang] for topic in reader.campaign.topics}
        topics = comma.join(
            names.get(number, reader.book.language.number(number)) for number in sorted(audience.topics)
        )
        lines.append(reader.say("broadcast.for_topics", topics=topics))
    if audience.languages is not None:
        languages = comma.join(reader.language_name(language) for language in sorted(audience.languages))
        lines.append(reader.say("broadcast.for_languages", languages=languages))
    return "\n".join(lines)


def summary(reader: Reader, draft: Draft) -> Iterator[str]:
    """Yield the paragraphs that describe a draft. If it edits a broadcast, the first one says so."""
    if draft.edited_broadcast:
        key = "edits" if draft.scheduled_at is None else "edits_scheduled"
        yield reader.say(f"broadcast.{key}", number=draft.edited_broadcast)
    yield from content_summary(reader, draft)


def content_summary(reader: Reader, draft: Draft) -> Iterator[str]:
    """Yield the paragraphs that describe a draft: content, audience, time, channel posts, urgency and price."""
    if draft.pieces:
        languages = draft.languages(reader.campaign.languages)
        yield "\n".join(language_content(reader, draft, language) for language in languages)
    if not draft.edited_broadcast:
        yield "\n".join([audience_text(reader, draft.audience), sending_time(reader, draft)])
    yield from channel_line(reader, draft)
    if draft.scheduled_at is not None:
        yield "\n".join(_time_lines(reader, draft, draft.scheduled_at))
    if draft.urgent:
        yield reader.say("urgent.summary")
    if draft.stars:
        yield reader.say("broadcast.stars", stars=draft.stars)


def channel_line(reader: Reader, draft: Draft) -> Iterator[str]:
    """Yield a line with the channel and the languages of the posts in it; nothing if there are no posts."""
    if plan := planned_posts(draft):
        comma = reader.say("word.comma") + " "
        languages = comma.join(map(reader.language_name, plan.languages))
        key = "channel.also" if draft.channel_name else "channel.also_posted"
        yield reader.say(key, name=draft.channel_name, languages=languages)


def language_content(reader: Reader, draft: Draft, language: str) -> str:
    """Return a line that describes what readers of `language` will receive: kind, length and number of links."""
    name, piece = reader.language_name(language), draft.pieces.get(language)
    if piece is None:
        if not draft.pieces:
            return reader.say("broadcast.gets_nothing", language=name)
        other = reader.language_name(draft.default_language)
        return reader.say("broadcast.gets_default", language=name, other=other)
    kind = _kind(reader, whole_piece(draft, language))
    line = reader.say("broadcast.gets", language=name, what=kind, number=units(piece.text))
    link_count = len(draft.links.get(language, draft.links.get(draft.default_language, ())))
    return line + (reader.say("broadcast.and_links", number=link_count) if link_count else "")


def _kind(reader: Reader, piece: Piece) -> str:
    return reader.say(f"broadcast.kind_{piece.media.value if piece.media else 'text'}")
