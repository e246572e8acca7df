"""Build the screens on which an admin checks an announcement before sending, and another admin approves it. Pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from bot.broadcast.authoring.checks.lint import Excess, LintProblem, MaskedLink, ProblemKind, Quote
from bot.broadcast.authoring.checks.text_difference import difference
from bot.broadcast.authoring.draft import Draft, changes_only_time, content_code, to_announcement
from bot.broadcast.authoring.draft_text import MAX_QUOTE, summary
from bot.broadcast.authoring.editor_screens import PREFIX, action_button, back_row, titled_screen
from bot.broadcast.authoring.framing import list_row
from bot.broadcast.delivery.pricing import FREE_PER_SECOND, Offer
from bot.flows.time_format import format_duration, format_moment
from bot.model.announcement import Announcement
from bot.model.small_numbers import PRIVACY_THRESHOLD
from content.invisible import is_blank
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Row, Screen, Span, Style

_LEFT_TO_RIGHT_MARK, _RIGHT_TO_LEFT_MARK = "\u200e", "\u200f"


@dataclass(frozen=True, slots=True)
class Reach:
    """The number of subscribers whom an announcement would reach: `number` of `total`.

    `is_everyone` is True if the announcement is for all subscribers. `rate` is the highest number of messages per
    second.
    """

    number: int
    total: int
    is_everyone: bool
    rate: float

    @property
    def shown_number(self) -> int | None:
        """Return the number of recipients as admins may see it; None if even a rounded number would reveal too much.

        If all subscribers are recipients, the number is exact. Otherwise it is rounded to tens. From exact numbers
        for two audiences that differ by one person, an admin could learn what that person has chosen.
        """
        if self.is_everyone:
            return self.total
        if self.number < PRIVACY_THRESHOLD or self.total < 2 * PRIVACY_THRESHOLD:
            return None
        return round(self.number / 10) * 10


def check(
    reader: Reader, draft: Draft, *, reach: Reach, offer: Offer, problems: Collection[LintProblem], other_admins: int
) -> Screen:
    """Return the screen on which an admin checks a draft before sending it.

    It shows content, recipients (`reach`), duration, price (`offer`) and problems. Unless a problem forbids sending,
    it has a button that sends the draft. `other_admins` is how many admins could approve the draft. If there is none,
    it needs no approval.
    """
    is_forbidden = any(problem.forbids_sending for problem in problems)
    parts = [*summary(reader, draft)]
    if not draft.edited_broadcast:
        parts.append("\n".join([recipients(reader, reach), duration(reader, draft, reach), *_stars(reader, offer)]))
    elif draft.has_new_time:
        parts.append(recipients(reader, reach))
    parts += _problems(reader, problems)
    parts.append(reader.say(_next_step_key(draft, is_forbidden=is_forbidden, needs_approval=other_admins > 0)))
    label = _send_label(reader, draft, needs_approval=other_admins > 0)
    send = reader.action_button(label, f"{PREFIX}send.{content_code(draft)}")
    rows: list[Row] = [] if is_forbidden else [(send,)]
    if any(problem.kind is ProblemKind.TRACKING for problem in problems):
        rows.append((action_button(reader, "clean_links", "clean"),))
    page = titled_screen(reader, parts, (action_button(reader, "preview", "show"),), *rows, back_row(reader))
    title, body = page.spans
    return replace(page, spans=(title, *_texts(reader, draft), body))


def _texts(reader: Reader, draft: Draft) -> Iterator[Span]:
    """Yield the complete texts as quotes, so that the admin reads them once more."""
    for language in reader.campaign.languages:
        if language in draft.pieces and not is_blank(text := draft.pieces[language].text.strip()):
            yield Span(reader.language_name(language) + "\n", Style.BOLD)
            yield Span(text, Style.LONG_QUOTE)
            yield Span("\n\n")


def _next_step_key(draft: Draft, *, is_forbidden: bool, needs_approval: bool) -> str:
    if is_forbidden:
        return "broadcast.mend"
    return f"broadcast.{'other_confirms' if needs_approval else 'delay'}{draft.key_suffix}"


def _send_label(reader: Reader, draft: Draft, *, needs_approval: bool) -> str:
    """Return the label of the button that sends the draft. It says what a press does, such as asking for approval."""
    if needs_approval:
        return reader.say("button.ask_approval")
    if draft.edited_broadcast and not draft.has_new_time:
        return reader.say("button.edit_everywhere")
    return reader.say("button.send_in_a_minute") if draft.send_at is None else _at_moment(reader, draft, "schedule")


def _approval_label(reader: Reader, draft: Draft) -> str:
    if draft.edited_broadcast and not draft.has_new_time:
        return reader.say("button.confirm_edit")
    return reader.say("button.confirm") if draft.send_at is None else _at_moment(reader, draft, "confirm_at")


def _at_moment(reader: Reader, draft: Draft, label: str) -> str:
    assert draft.send_at is not None
    return reader.say(f"button.{label}", moment=format_moment(reader, draft.send_at, draft.zone))


def asked(reader: Reader, draft: Draft, admins: int) -> Screen:
    """Return the screen that the author sees while other admins can approve the draft.

    `admins` is the number of these admins.
    """
    headline = reader.say("broadcast.asked", number=admins)
    return titled_screen(reader, [headline, *summary(reader, draft)], (_cancel_button(reader),), list_row(reader))


def delayed(reader: Reader, draft: Draft, seconds: int) -> Screen:
    """Return the screen for an author who is the only admin: the draft is sent in `seconds` unless they cancel."""
    headline = reader.say(f"broadcast.delayed{draft.key_suffix}", seconds=seconds)
    return titled_screen(reader, [headline, *summary(reader, draft)], (_cancel_button(reader),), list_row(reader))


def question(reader: Reader, draft: Draft, reach: Reach, code: str, before: Announcement | None = None) -> Screen:
    """Return the screen that asks another admin whether the draft may be sent. `code` identifies the request.

    The texts of the announcement are sent as messages above it. If the draft edits a broadcast, `before` is the
    broadcast's present announcement, and the screen shows the changes.
    """
    headline = reader.say(f"broadcast.{_question_key(draft)}")
    parts = [headline, *summary(reader, draft), reader.say("broadcast.question_hint")]
    if not draft.edited_broadcast or draft.has_new_time:
        parts.insert(-1, recipients(reader, reach))
    confirm = reader.action_button(_approval_label(reader, draft), f"{PREFIX}yes.{code}")
    refuse = action_button(reader, f"refuse{draft.key_suffix}", f"no.{code}")
    page = titled_screen(reader, parts, (confirm,), (refuse,), list_row(reader))
    if before is None or changes_only_time(draft):
        return page
    title, body = page.spans
    return replace(page, spans=(title, *changes(reader, before, to_announcement(draft, {})), body))


def _question_key(draft: Draft) -> str:
    if draft.scheduled_at is None:
        return f"question{draft.key_suffix}"
    return "question_time" if changes_only_time(draft) else "question_scheduled"


def changes(reader: Reader, before: Announcement, after: Announcement) -> tuple[Span, ...]:
    """Return text that shows what an edit changes: words, formatting and buttons in each language."""
    spans: list[Span] = []
    for language in dict.fromkeys((*before.pieces, *after.pieces)):
        old, new = before.piece(language), after.piece(language)
        name = Span(reader.language_name(language) + "\n", Style.BOLD)
        if old.text != new.text:
            spans += (name, *difference(old.text, new.text), Span("\n\n"))
        elif old.entities != new.entities:
            spans += (name, Span(reader.say("broadcast.change_format") + "\n\n"))
        if old.buttons != new.buttons:
            spans += (name, Span(reader.say("broadcast.change_links") + "\n\n"))
    legend = "broadcast.change_legend" if spans else "broadcast.change_nothing"
    return (*spans, Span(reader.say(legend) + "\n\n"))


def recipients(reader: Reader, reach: Reach) -> str:
    """Return a sentence with the number of recipients, exact or rounded: see `Reach.shown_number`."""
    number = reach.shown_number
    if number is None:
        key = "recipients_few" if reach.number < PRIVACY_THRESHOLD else "recipients_hidden"
        return reader.say(f"broadcast.{key}", number=PRIVACY_THRESHOLD)
    return reader.say("broadcast.recipients" if reach.is_everyone else "broadcast.recipients_about", number=number)


def duration(reader: Reader, draft: Draft, reach: Reach) -> str:
    """Return a sentence with the estimated duration of sending."""
    rate = reach.rate if draft.stars else min(reach.rate, FREE_PER_SECOND)
    seconds = (reach.shown_number or PRIVACY_THRESHOLD) / rate
    return reader.say("broadcast.duration", time=format_duration(reader, seconds))


def _stars(reader: Reader, offer: Offer) -> Iterator[str]:
    """Yield a sentence with the bot's balance of Stars, or with the reason why no Stars are spent."""
    if offer.stars:
        yield reader.say("broadcast.balance", stars=offer.balance or 0)
    elif offer.price and offer.balance is None:
        yield reader.say("broadcast.stars_unasked", stars=offer.price)
    elif offer.price:
        yield reader.say("broadcast.stars_short", stars=offer.price, balance=offer.balance or 0)


def _problems(reader: Reader, problems: Iterable[LintProblem]) -> Iterator[str]:
    lines = [_problem(reader, problem) for problem in problems]
    if lines:
        yield "\n".join(lines)


def _problem(reader: Reader, problem: LintProblem) -> str:
    mark = reader.say("lint.forbids" if problem.forbids_sending else "lint.warns")
    text = reader.say(f"lint.{problem.kind.value}", language=reader.language_name(problem.language))
    quote = _quote(reader, problem.quote)[:MAX_QUOTE]
    return f"{mark} {text}" + (f"\n{quote}" if quote else "")


def _quote(reader: Reader, quote: Quote) -> str:
    language = reader.book.language
    match quote:
        case MaskedLink(label, url):
            return _masked_link(label, url, is_rtl=language.rtl)
        case Excess(number, limit):
            return f"{language.number(number)} > {language.number(limit)}"
        case str():
            return quote
        case _:
            assert_never(quote)


def _masked_link(label: str, url: str, *, is_rtl: bool) -> str:
    """Return a link's label, an arrow and the address that it opens, on one line.

    `is_rtl` says whether the reader's language runs from right to left. Direction marks keep the arrow pointing at
    the address in both directions.
    """
    mark, arrow = (_RIGHT_TO_LEFT_MARK, "←") if is_rtl else (_LEFT_TO_RIGHT_MARK, "→")
    return f"{mark}{label} {mark}{arrow}{mark} {url}"


def _cancel_button(reader: Reader) -> ActionButton:
    return action_button(reader, "cancel_sending", "stop")
