"""The screens on which an admin writes an announcement: what it is by now, and a button for every choice."""

from collections.abc import Iterable, Iterator

from bot.broadcast.authoring.draft import Draft, Stage
from bot.broadcast.authoring.draft_text import gets, language_name, moment, summary
from bot.flows.time_format import format_moment, zone_name
from bot.model.audience import Audience
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Row, Screen, Span, Style
from storage.subscriptions.subscriber import ZONES

_EXAMPLE = 1796131800.0  # 2026-12-01 18:00 in Kabul
_LINK = "Label - https://example.org/page"


def main(reader: Reader, draft: Draft, headline: str = "") -> Screen:
    """`headline` is a sentence about what has just happened."""
    parts = [*_headline(headline), *_stage(reader, draft), *summary(reader, draft)]
    if not draft.pieces:
        parts.append(reader.say("broadcast.begin"))
    languages = [_language_button(reader, draft, lang) for lang in draft.languages(reader.campaign.languages)]
    rows: list[Row] = [tuple(languages)]
    if not draft.edits:
        rows.append((act(reader, "audience", "whom"), act(reader, "moment", "when")))
    if draft.pieces:
        rows += [(act(reader, "preview", "show"), act(reader, "try", "try")), (act(reader, "check", "check"),)]
    return screen(reader, parts, *rows, (act(reader, "discard", "drop"),))


def text(reader: Reader, draft: Draft, lang: str, headline: str = "") -> Screen:
    """What one language gets; the next message is taken for its text."""
    name = language_name(reader, lang)
    parts = [*_headline(headline), gets(reader, draft, lang), reader.say("broadcast.send_text", language=name)]
    rows: list[Row] = []
    if draft.pieces:
        rows.append((act(reader, "links", f"links.{lang}"),))
    if lang in draft.pieces:
        if lang != draft.default:
            rows.append((reader.action_button(reader.say("button.make_default"), f"b.first.{lang}"),))
        rows.append((act(reader, "remove_text", f"cut.{lang}"),))
    return screen(reader, parts, *rows, back(reader))


def links(reader: Reader, draft: Draft, lang: str, headline: str = "") -> Screen:
    some = draft.links.get(lang, ())
    parts = [
        *_headline(headline),
        reader.say("broadcast.send_links", language=language_name(reader, lang), example=_LINK),
    ]
    parts += ["\n".join(f"{link.label} – {link.url}" for link in some)] if some else []
    rows = [(act(reader, "remove_links", f"unlink.{lang}"),)] if some else []
    return screen(reader, parts, *rows, (act(reader, "back", f"text.{lang}"),))


def whom(reader: Reader, draft: Draft) -> Screen:
    chosen = draft.audience
    rows: list[Row] = [
        (_checked(reader, reader.say("button.everyone"), chosen == Audience(), "everyone"),),
    ]
    for topic in reader.campaign.topics:
        on = chosen.topics is not None and topic.number in chosen.topics
        rows.append((_checked(reader, topic.names[reader.lang], on, f"topic.{topic.number}.{int(not on)}"),))
    languages = []
    for lang, language in reader.campaign.languages.items():
        on = chosen.languages is not None and lang in chosen.languages
        languages.append(_checked(reader, language.name, on, f"reads.{lang}.{int(not on)}"))
    return screen(reader, [reader.say("broadcast.whom")], *rows, tuple(languages), back(reader))


def when(reader: Reader, draft: Draft, headline: str = "") -> Screen:
    """The next message is taken for the moment."""
    zone = ZONES[draft.zone]
    example = format_moment(reader, _EXAMPLE, draft.zone)
    parts = [
        *_headline(headline),
        moment(reader, draft),
        reader.say("broadcast.send_moment", example=example, zone=zone_name(reader, zone)),
    ]
    where = reader.action_button(reader.say("button.zone", zone=zone_name(reader, zone)), "b.zones")
    return screen(reader, parts, (_checked(reader, reader.say("button.now"), draft.at is None, "now"),), (where,),
                   back(reader))  # fmt: skip


def zones(reader: Reader, draft: Draft) -> Screen:
    buttons = [
        _checked(reader, zone_name(reader, zone), number == draft.zone, f"zone.{number}")
        for number, zone in enumerate(ZONES)
    ]
    rows = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    return screen(reader, [reader.say("broadcast.zone")], *rows, (act(reader, "back", "when"),))


def drop(reader: Reader) -> Screen:
    return screen(reader, [reader.say("broadcast.drop")], (act(reader, "drop_now", "dropped"),), back(reader))


def _headline(said: str) -> Iterator[str]:
    if said:
        yield said


def _stage(reader: Reader, draft: Draft) -> Iterator[str]:
    if draft.stage in (Stage.ASKED, Stage.DELAYED):
        yield reader.say("broadcast.pending")


def _language_button(reader: Reader, draft: Draft, lang: str) -> ActionButton:
    return _checked(reader, language_name(reader, lang), lang in draft.pieces, f"text.{lang}")


def _checked(reader: Reader, label: str, on: bool, action: str) -> ActionButton:
    return reader.action_button(reader.say("button.chosen", label=label) if on else label, f"b.{action}")


def act(reader: Reader, label: str, action: str) -> ActionButton:
    return reader.action_button(reader.say(f"button.{label}"), f"b.{action}")


def back(reader: Reader) -> Row:
    return (act(reader, "back", "main"),)


def screen(reader: Reader, parts: Iterable[str], *rows: Row) -> Screen:
    title = Span(reader.say("broadcast.title") + "\n\n", Style.BOLD)
    return Screen((title, Span("\n\n".join(parts))), rows)
