"""The screens on which an admin writes an announcement: what it is by now, and a button for every choice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.broadcast import typed
from bot.broadcast.audience import Audience
from bot.broadcast.content import Notice, Piece
from bot.broadcast.draft import Draft, Stage
from bot.broadcast.lint import Finding
from bot.flows.clock import zone_name
from content.model import Campaign
from content.reader import Reader
from content.screen import Act, Row, Screen, Span, Style, units
from storage.record import ZONES

FEW = 10  # people: nothing is told of fewer than that, but how long the whole list is
_EXAMPLE = 1796131800.0  # 2026-12-01 18:00 in Kabul
_LINK = "Label - https://example.org/page"
SPACE = 300  # units of a finding or a typed line that a screen repeats


@dataclass(frozen=True, slots=True)
class Reach:
    """How many a draft would reach: `number` of `total`, and how long that takes at `rate` a second."""

    number: int
    total: int
    is_everyone: bool
    rate: float

    @property
    def told(self) -> int | None:
        """The whole list exactly; of a part of it the nearest ten; None for what would tell of fewer than ten.

        Rounded, because an admin may ask for one audience after the other, and differences would tell.
        """
        if self.is_everyone:
            return self.total
        if self.number < FEW or self.total < 2 * FEW:
            return None
        return round(self.number / 10) * 10


def notices(campaign: Campaign) -> dict[str, Notice]:
    """What who chose discreet delivery gets, in every language."""
    books = campaign.phrasebooks.items()
    return {lang: Notice(book.say("broadcast.notice"), book.say("button.notice")) for lang, book in books}


def main(reader: Reader, draft: Draft, headline: str = "") -> Screen:
    """`headline` is a sentence about what has just happened."""
    parts = [*_headline(headline), *_stage(reader, draft), *summary(reader, draft)]
    if not draft.pieces:
        parts.append(reader.say("broadcast.begin"))
    languages = [_language_button(reader, draft, lang) for lang in reader.campaign.languages]
    rows: list[Row] = [tuple(languages)]
    if not draft.edits:
        rows.append((_act(reader, "audience", "whom"), _act(reader, "moment", "when")))
    if draft.pieces:
        rows += [(_act(reader, "preview", "show"), _act(reader, "try", "try")), (_act(reader, "check", "check"),)]
    return _screen(reader, parts, *rows, (_act(reader, "discard", "drop"),))


def text(reader: Reader, draft: Draft, lang: str, headline: str = "") -> Screen:
    """What one language gets; the next message is taken for its text."""
    name = language_name(reader, lang)
    parts = [*_headline(headline), _gets(reader, draft, lang), reader.say("broadcast.send_text", language=name)]
    rows: list[Row] = []
    if draft.pieces:
        rows.append((_act(reader, "links", f"links.{lang}"),))
    if lang in draft.pieces:
        if lang != draft.default:
            rows.append((reader.act(reader.say("button.make_default"), f"b.first.{lang}"),))
        rows.append((_act(reader, "remove_text", f"cut.{lang}"),))
    return _screen(reader, parts, *rows, _back(reader))


def links(reader: Reader, draft: Draft, lang: str, headline: str = "") -> Screen:
    some = draft.links.get(lang, ())
    parts = [
        *_headline(headline),
        reader.say("broadcast.send_links", language=language_name(reader, lang), example=_LINK),
    ]
    parts += ["\n".join(f"{link.label} – {link.url}" for link in some)] if some else []
    rows = [(_act(reader, "remove_links", f"unlink.{lang}"),)] if some else []
    return _screen(reader, parts, *rows, (_act(reader, "back", f"text.{lang}"),))


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
    return _screen(reader, [reader.say("broadcast.whom")], *rows, tuple(languages), _back(reader))


def when(reader: Reader, draft: Draft, headline: str = "") -> Screen:
    """The next message is taken for the moment."""
    zone = ZONES[draft.zone]
    example = shown_moment(reader, _EXAMPLE, draft.zone)
    parts = [
        *_headline(headline),
        moment(reader, draft),
        reader.say("broadcast.send_moment", example=example, zone=zone_name(reader, zone)),
    ]
    where = reader.act(reader.say("button.zone", zone=zone_name(reader, zone)), "b.zones")
    return _screen(reader, parts, (_checked(reader, reader.say("button.now"), draft.at is None, "now"),), (where,),
                   _back(reader))  # fmt: skip


def zones(reader: Reader, draft: Draft) -> Screen:
    buttons = [
        _checked(reader, zone_name(reader, zone), number == draft.zone, f"zone.{number}")
        for number, zone in enumerate(ZONES)
    ]
    rows = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    return _screen(reader, [reader.say("broadcast.zone")], *rows, (_act(reader, "back", "when"),))


def drop(reader: Reader) -> Screen:
    return _screen(reader, [reader.say("broadcast.drop")], (_act(reader, "drop_now", "dropped"),), _back(reader))


def check(reader: Reader, draft: Draft, reach: Reach, found: Iterable[Finding], others: int) -> Screen:
    """The last look: who gets what and when, how many, how long, what is wrong; `others` are further admins."""
    found = tuple(found)
    forbidden = any(one.forbids for one in found)
    parts = [*summary(reader, draft)]
    if not draft.edits:
        parts.append("\n".join([recipients(reader, reach), duration(reader, reach)]))
    parts += _told_findings(reader, found)
    parts.append(reader.say(_what_next(draft, others, forbidden)))
    rows: list[Row] = [] if forbidden else [(_act(reader, _send_label(draft), "send"),)]
    return _screen(reader, parts, (_act(reader, "preview", "show"),), *rows, _back(reader))


def _what_next(draft: Draft, others: int, forbidden: bool) -> str:
    if forbidden:
        return "broadcast.mend"
    return "broadcast.other_confirms" if others else "broadcast.delay"


def _send_label(draft: Draft) -> str:
    if draft.edits:
        return "edit_everywhere"
    return "send_now" if draft.at is None else "schedule"


def asked(reader: Reader, draft: Draft, told: int) -> Screen:
    """Another admin is to confirm; `told` were asked."""
    return _screen(reader, [reader.say("broadcast.asked", number=told), *summary(reader, draft)], (_stop(reader),))


def delayed(reader: Reader, draft: Draft, seconds: int) -> Screen:
    said = reader.say("broadcast.delayed", seconds=seconds)
    return _screen(reader, [said, *summary(reader, draft)], (_stop(reader),))


def question(reader: Reader, draft: Draft, reach: Reach, code: str) -> Screen:
    """What another admin is asked; the texts stand above it."""
    said = reader.say("broadcast.question_edit" if draft.edits else "broadcast.question")
    parts = [said, *summary(reader, draft), reader.say("broadcast.question_hint")]
    if not draft.edits:
        parts.insert(2, recipients(reader, reach))
    yes, no = _act(reader, "confirm", f"yes.{code}"), _act(reader, "refuse", f"no.{code}")
    return _screen(reader, parts, (yes,), (no,))


def recipients(reader: Reader, reach: Reach) -> str:
    told = reach.told
    if told is None:
        return reader.say("broadcast.recipients_few" if reach.number < FEW else "broadcast.recipients_hidden",
                          number=FEW)  # fmt: skip
    exact = "broadcast.recipients" if reach.is_everyone else "broadcast.recipients_about"
    return reader.say(exact, number=told)


def duration(reader: Reader, reach: Reach) -> str:
    return reader.say("broadcast.duration", time=span(reader, (reach.told or FEW) / reach.rate))


def span(reader: Reader, seconds: float) -> str:
    """How long, rounded up: under a minute, minutes, hours."""
    minutes = -(-int(seconds) // 60)
    if minutes <= 1:
        return reader.say("broadcast.minute")
    if minutes < 120:
        return reader.say("broadcast.minutes", number=minutes)
    return reader.say("broadcast.hours", number=-(-minutes // 60))


def moment(reader: Reader, draft: Draft) -> str:
    if draft.at is None:
        return reader.say("broadcast.when_now")
    return reader.say("broadcast.when", moment=shown_moment(reader, draft.at, draft.zone),
                      zone=zone_name(reader, ZONES[draft.zone]))  # fmt: skip


def shown_moment(reader: Reader, at: float, zone: int) -> str:
    language = reader.book.language
    return language.number(typed.written(at, ZONES[zone], "/" if language.rtl else "-"))


def zone_of(reader: Reader, zone: int) -> str:
    """The name of the zone with this place in ZONES."""
    return zone_name(reader, ZONES[zone])


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


def _headline(said: str) -> Iterator[str]:
    if said:
        yield said


def _stage(reader: Reader, draft: Draft) -> Iterator[str]:
    if draft.stage in (Stage.ASKED, Stage.DELAYED):
        yield reader.say("broadcast.pending")


def summary(reader: Reader, draft: Draft) -> Iterator[str]:
    if draft.edits:
        yield reader.say("broadcast.edits", number=draft.edits)
    if draft.pieces:
        yield "\n".join(_gets(reader, draft, lang) for lang in reader.campaign.languages)
    if not draft.edits:
        yield "\n".join([audience(reader, draft.audience), moment(reader, draft)])


def _gets(reader: Reader, draft: Draft, lang: str) -> str:
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


def _told_findings(reader: Reader, found: Iterable[Finding]) -> Iterator[str]:
    lines = []
    for one in found:
        what = reader.say(f"lint.{one.kind.value}", language=language_name(reader, one.language))
        mark = reader.say("lint.forbids" if one.forbids else "lint.warns")
        lines.append(f"{mark} {what}" + (f"\n{one.what[:SPACE]}" if one.what else ""))
    if lines:
        yield "\n".join(lines)


def _language_button(reader: Reader, draft: Draft, lang: str) -> Act:
    return _checked(reader, language_name(reader, lang), lang in draft.pieces, f"text.{lang}")


def _checked(reader: Reader, label: str, on: bool, action: str) -> Act:
    return reader.act(reader.say("button.chosen", label=label) if on else label, f"b.{action}")


def _act(reader: Reader, label: str, action: str) -> Act:
    return reader.act(reader.say(f"button.{label}"), f"b.{action}")


def _stop(reader: Reader) -> Act:
    return _act(reader, "cancel_sending", "stop")


def _back(reader: Reader) -> Row:
    return (_act(reader, "back", "main"),)


def _screen(reader: Reader, parts: Iterable[str], *rows: Row) -> Screen:
    title = Span(reader.say("broadcast.title") + "\n\n", Style.BOLD)
    return Screen((title, Span("\n\n".join(parts))), rows)
