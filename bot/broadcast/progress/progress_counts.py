"""Format how many recipients of a broadcast have each result, without showing small numbers of people. Pure."""

from collections.abc import Iterator

from bot.broadcast.delivery.results import refusal_kinds
from bot.broadcast.progress.progress_view import ProgressView
from bot.model.small_numbers import PRIVACY_THRESHOLD
from content.screens.reader import Reader
from storage.deliveries.broadcast_state import Work

_FAILURES = frozenset({"refused", "unknown", "gone", "skipped"})


def counts(reader: Reader, view: ProgressView) -> Iterator[str]:
    """Yield text lines with the number of recipients for each result, such as sent, refused or unknown.

    Further lines show how many recipients remain or were not reached, how many wait for the end of quiet hours or
    for a digest, and how many of the refusals are temporary. For a broadcast to everyone, leave out kinds of failure
    that have no recipients. For a broadcast to only some subscribers, results with fewer recipients than the privacy
    threshold share one line.

    While recipients wait, all numbers are rounded. Otherwise, a reader could subtract the other numbers from the
    total to learn how many recipients wait.
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
    """Round a number of people down to a multiple of ten.

    Return a number below the privacy threshold unchanged, because such numbers are never shown.
    """
    return number if number < PRIVACY_THRESHOLD else number - number % 10


def _rest(view: ProgressView) -> Iterator[tuple[str, int]]:
    """Yield the key of a phrase and the number of recipients that the phrase shows; yield at most one such pair.

    While sending, it is the number of recipients that remain. If sending ended early, it is the number of those not
    reached. Otherwise, it is the number of all recipients, but only if the broadcast went to everyone.
    """
    if view.current_job is Work.SEND:
        if view.remaining or not view.progress.waiting:
            yield "remaining", view.remaining
    elif view.progress.jobs[Work.SEND].reason and view.remaining:
        yield "not_reached", view.remaining
    elif view.is_everyone:
        yield "total", view.progress.claimed


def refusal_reasons(reader: Reader, view: ProgressView) -> Iterator[str]:
    """Yield a line for each reason for which Telegram refused messages, the most frequent first.

    If the broadcast went to only some subscribers, leave out reasons with a count below the privacy threshold.
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
    """Yield a heading for editing or deleting messages, then a line for each result with the number of messages."""
    yield reader.say("progress.changed" if work is Work.EDIT else "progress.deleted")
    for result, number in sorted(view.progress.jobs[work].counts.items()):
        yield reader.say(f"progress.word_{result}", amount=amount(reader, number, view.is_everyone))


def amount(reader: Reader, number: int, is_exact: bool) -> str:
    """Format a number of people as text.

    If `is_exact` is False, the text is the same for all numbers below the privacy threshold.
    """
    if is_exact or number >= PRIVACY_THRESHOLD:
        return reader.book.language.amount(number)
    return reader.say("stats.few", number=PRIVACY_THRESHOLD)
