"""The last look at an announcement before it is sent, and what is asked of whoever has to agree to it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.broadcast.authoring.checks.lint import Finding
from bot.broadcast.authoring.draft import Draft, state
from bot.broadcast.authoring.draft_text import FEW, SPACE, language_name, summary
from bot.broadcast.authoring.editor_screens import act, back, screen
from bot.broadcast.delivery.pricing import FREE_PER_SECOND, Offer
from bot.flows.time_format import format_duration
from content.invisible import is_blank
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Row, Screen, Span, Style


@dataclass(frozen=True, slots=True)
class Reach:
    """How many a draft would reach: `number` of `total`; `rate` is messages a second at most."""

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


def check(reader: Reader, draft: Draft, reach: Reach, offer: Offer, found: Iterable[Finding], others: int) -> Screen:
    """The last look: who gets what and when, how many, how long, what is wrong; `others` are further admins."""
    found = tuple(found)
    forbidden = any(one.forbids for one in found)
    parts = [*summary(reader, draft)]
    if not draft.edits:
        parts.append("\n".join([recipients(reader, reach), duration(reader, draft, reach), *_offered(reader, offer)]))
    parts += _told_findings(reader, found)
    parts.append(reader.say(_what_next(draft, others, forbidden)))
    rows: list[Row] = [] if forbidden else [(act(reader, _send_label(draft), f"send.{state(draft)}"),)]
    bare = screen(reader, parts, (act(reader, "preview", "show"),), *rows, back(reader))
    title, said = bare.spans
    return replace(bare, spans=(title, *_texts(reader, draft), said))


def _texts(reader: Reader, draft: Draft) -> Iterator[Span]:
    """What will be sent, in words: all of it, so that it is read once more. How it looks, the preview shows."""
    for lang in reader.campaign.languages:
        if lang in draft.pieces and not is_blank(text := draft.pieces[lang].text.strip()):
            yield Span(language_name(reader, lang) + "\n", Style.BOLD)
            yield Span(text, Style.LONG_QUOTE)
            yield Span("\n\n")


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
    return screen(reader, [reader.say("broadcast.asked", number=told), *summary(reader, draft)], (_stop(reader),))


def delayed(reader: Reader, draft: Draft, seconds: int) -> Screen:
    said = reader.say("broadcast.delayed", seconds=seconds)
    return screen(reader, [said, *summary(reader, draft)], (_stop(reader),))


def question(reader: Reader, draft: Draft, reach: Reach, code: str) -> Screen:
    """What another admin is asked; the texts stand above it."""
    said = reader.say("broadcast.question_edit" if draft.edits else "broadcast.question")
    parts = [said, *summary(reader, draft), reader.say("broadcast.question_hint")]
    if not draft.edits:
        parts.insert(2, recipients(reader, reach))
    yes, no = act(reader, "confirm", f"yes.{code}"), act(reader, "refuse", f"no.{code}")
    return screen(reader, parts, (yes,), (no,))


def recipients(reader: Reader, reach: Reach) -> str:
    told = reach.told
    if told is None:
        return reader.say("broadcast.recipients_few" if reach.number < FEW else "broadcast.recipients_hidden",
                          number=FEW)  # fmt: skip
    exact = "broadcast.recipients" if reach.is_everyone else "broadcast.recipients_about"
    return reader.say(exact, number=told)


def duration(reader: Reader, draft: Draft, reach: Reach) -> str:
    rate = reach.rate if draft.stars else min(reach.rate, FREE_PER_SECOND)
    return reader.say("broadcast.duration", time=format_duration(reader, (reach.told or FEW) / rate))


def _offered(reader: Reader, offer: Offer) -> Iterator[str]:
    """What Stars there are, or why none are taken; the price stands with the rest of the draft."""
    if offer.stars:
        yield reader.say("broadcast.balance", stars=offer.balance or 0)
    elif offer.price and offer.balance is None:
        yield reader.say("broadcast.stars_unasked", stars=offer.price)
    elif offer.price:
        yield reader.say("broadcast.stars_short", stars=offer.price, balance=offer.balance or 0)


def _told_findings(reader: Reader, found: Iterable[Finding]) -> Iterator[str]:
    lines = []
    for one in found:
        what = reader.say(f"lint.{one.kind.value}", language=language_name(reader, one.language))
        mark = reader.say("lint.forbids" if one.forbids else "lint.warns")
        lines.append(f"{mark} {what}" + (f"\n{one.what[:SPACE]}" if one.what else ""))
    if lines:
        yield "\n".join(lines)


def _stop(reader: Reader) -> ActionButton:
    return act(reader, "cancel_sending", "stop")
