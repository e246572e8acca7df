"""Write how many recipients of a broadcast have each result, without showing small numbers of people. Pure."""

from collections.abc import Iterator

from bot.broadcast.delivery.results import refusal_kinds
from bot.broadcast.progress.progress_view import ProgressView
from bot.model.small_numbers import PRIVACY_THRESHOLD
from content.screens.reader import Reader
from storage.deliveries.broadcast_state import Work

_FAILURES = frozenset({"refused", "unknown", "gone", "skipped"})


def counts(reader: Reader, view: ProgressView) -> Iterator[str]:
    """Yield a line for each result with its number of recipients, and then a line for the others.

    If everyone receives the broadcast, results with the number zero are left out. If only some subscribers do, all
    results below the privacy threshold, also zero, share one line. The line for the others has those still to come,
    those not reached, or the total. A last line says how many were refused only for now.

    While people are in quiet hours, all numbers are rounded: their sum would show a small number of these people.
    """
    progress = view.progress
    is_exact = view.is_everyone and not progress.waiting
    results = {
        "sent": progress.sent,
        "refused": progress.refused,
        "unknown": progress.unknown,
        "gone": progress.left,
        "skipped": progress.skipped,
    }
    few = [] if view.is_everyone else [key for key, number in results.items() if number < PRIVACY_THRESHOLD]
    for key, number in (results | dict(_rest(view))).items():
        is_shown = number or key not in _FAILURES or not view.is_everyone
        if is_shown and (key not in few or len(few) == 1):
            shown = _in_tens(number) if progress.waiting else number
            yield reader.say(f"progress.{key}", amount=amount(reader, shown, is_exact))
    if progress.waiting:
        yield reader.say("urgent.waiting", amount=amount(reader, _in_tens(progress.waiting), is_exact=False))
    if len(few) > 1:
        key = "few_others" if results["sent"] >= PRIVACY_THRESHOLD else "few_each"
        yield reader.say(f"progress.{key}", number=PRIVACY_THRESHOLD)
    if progress.refused_for_now:
        yield reader.say("progress.for_now", amount=amount(reader, progress.refused_for_now, is_exact))


def _in_tens(number: int) -> int:
    """Return a number of people rounded down to tens, except below the privacy threshold, where it is not shown."""
    return number if number < PRIVACY_THRESHOLD else number - number % 10


def _rest(view: ProgressView) -> Iterator[tuple[str, int]]:
    """Yield a phrase key and a number of people: those still to come, those not reached, or all recipients.

    If a broadcast to a part of the list was sent to its end, yield nothing.
    """
    if view.current_job is Work.SEND:
        if view.remaining or not view.progress.waiting:
            yield "remaining", view.remaining
    elif view.progress.jobs[Work.SEND].reason and view.remaining:
        yield "not_reached", view.remaining
    elif view.is_everyone:
        yield "total", view.progress.claimed


def refusal_reasons(reader: Reader, view: ProgressView) -> Iterator[str]:
    """Yield a line for each reason of refusals, the most frequent reason first.

    If the broadcast went to a part of the list, reasons with a count below the privacy threshold are left out.
    """
    for kind, number in sorted(view.progress.reasons.items(), key=lambda item: (-item[1], item[0])):
        if number >= PRIVACY_THRESHOLD or view.is_everyone:
            shown = amount(reader, number, is_exact=number >= PRIVACY_THRESHOLD)
            yield reader.say("progress.reason", reason=_refusal_reason(reader, kind), amount=shown)


def _refusal_reason(reader: Reader, kind: str) -> str:
    if kind in refusal_kinds.KNOWN:
        return reader.say(f"progress.reason_{kind.replace(' ', '_')}")
    return reader.say("progress.reason_words", words=kind)


def amend_counts(reader: Reader, view: ProgressView, work: Work) -> Iterator[str]:
    """Yield a heading for an edit or a recall, then a line for each result with the number of messages."""
    yield reader.say("progress.changed" if work is Work.EDIT else "progress.deleted")
    for result, number in sorted(view.progress.jobs[work].counts.items()):
        yield reader.say(f"progress.word_{result}", amount=amount(reader, number, view.is_everyone))


def amount(reader: Reader, number: int, is_exact: bool) -> str:
    """Return a number of people as text.

    Unless `is_exact`, the text is the same for every number below the privacy threshold.
    """
    if is_exact or number >= PRIVACY_THRESHOLD:
        return reader.book.language.amount(number)
    return reader.say("stats.few", number=PRIVACY_THRESHOLD)
