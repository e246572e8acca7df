"""Build the screen that shows the progress of a broadcast, from scheduling to its end. Pure."""

from collections.abc import Iterator
from functools import partial
from typing import assert_never

from bot.broadcast.authoring.framing import LIST_PREFIX, NEW_LIST
from bot.broadcast.delivery.context import BroadcastEvent, EventKind
from bot.broadcast.delivery.requests import DELETABLE_FOR
from bot.broadcast.delivery.results.progress import Progress
from bot.broadcast.progress import channel_text, hold_text, progress_counts
from bot.broadcast.progress.progress_actions import ProgressAction, action_button
from bot.broadcast.progress.progress_view import Ending, ProgressView
from bot.flows import time_format
from bot.model.small_numbers import PRIVACY_THRESHOLD
from content.screens.reader import Reader
from content.screens.screen import Row, Screen, Span, Style
from storage.deliveries.broadcast_state import SENDING, Job, JobReason, Status, Work

_BAR_CELLS = 12
# Admins receive a new message about these events, because editing the progress screen makes no sound.
NOTIFIED_EVENTS = frozenset(EventKind) - {EventKind.BEGAN, EventKind.ENDED, EventKind.UNDELETED}
NOTIFIED_ENDINGS = frozenset({Ending.CONTENT, Ending.EXPIRED})  # admins already got a new message about these


def screen(reader: Reader, view: ProgressView, now: float, list_action: str = NEW_LIST) -> Screen:
    """Return the progress screen, with the buttons for what admins can do at `now`, in Unix time.

    `list_action` is the action of the button that leads to the list of announcements.
    """
    title = Span(reader.say("progress.title", number=view.progress.number) + "\n\n", Style.BOLD)
    texts = reader.action_button(reader.say("button.texts"), f"{LIST_PREFIX}text.{view.progress.name}")
    back = reader.action_button(reader.say("button.announcements"), list_action)
    rows = (*_rows(reader, view, now), reader.directed_row((texts, back)))
    return Screen((title, Span("\n\n".join(_paragraphs(reader, view, now)))), rows)


def event_screen(reader: Reader, view: ProgressView, event: BroadcastEvent) -> Screen:
    """Return a message that notifies admins of `event`. The kind of the event must be in NOTIFIED_EVENTS."""
    number = view.progress.number
    if event.kind is EventKind.EXPIRED:
        paragraphs = [reader.say("progress.title", number=number), reader.say("progress.expired")]
    else:
        headline = reader.say("progress.news", number=number)
        paragraphs = [headline, *_event_text(reader, view, event), *_resume_deadline(reader, view)]
    return Screen((Span("\n\n".join(paragraphs)),))


def _event_text(reader: Reader, view: ProgressView, event: BroadcastEvent) -> Iterator[str]:
    match event.kind:
        case EventKind.HELD:
            yield _paused(reader, view, JobReason.HELD)
        case EventKind.PAUSED:
            yield _paused(reader, view, event.reason, event.detail)
        case EventKind.CHANNEL_FAILED:
            yield from channel_text.paragraph(reader, view.progress.posts)
        case EventKind.EXPIRES | EventKind.EXPIRED | EventKind.BEGAN | EventKind.ENDED | EventKind.UNDELETED:
            return
        case kind:
            assert_never(kind)


def moved_screen(reader: Reader, number: int) -> Screen:
    """Return the text for an old progress message, saying that a newer message shows the progress."""
    return Screen((Span(reader.say("progress.moved", number=number)),))


def _paragraphs(reader: Reader, view: ProgressView, now: float) -> Iterator[str]:
    yield status_text(reader, view, now)
    yield from _resume_deadline(reader, view)
    yield from channel_text.paragraph(reader, view.progress.posts)
    if view.progress.begun is None:
        return
    if view.current_job in (Work.SEND, Work.EDIT, Work.RECALL) and not view.is_asleep(now):
        yield _bar(reader, view.share_done(view.current_job))
    yield "\n".join(progress_counts.counts(reader, view))
    if reasons := list(progress_counts.refusal_reasons(reader, view)):
        yield "\n".join([reader.say("progress.refused_because"), *reasons])
    is_sending = view.current_job is Work.SEND and view.progress.jobs[Work.SEND].status is Status.READY
    if is_sending and not view.is_frozen and not view.is_asleep(now):
        yield _time_left(reader, view)
    for work in (Work.EDIT, Work.RECALL):
        if work in view.progress.jobs:
            yield "\n".join(progress_counts.amend_counts(reader, view, work))
    yield from _recall_deadline(reader, view, view.progress.begun, now)


def _time_left(reader: Reader, view: ProgressView) -> str:
    remaining = view.remaining if view.is_everyone else max(PRIVACY_THRESHOLD, round(view.remaining / 10) * 10)
    time_left = time_format.format_duration(reader, remaining / max(view.rate, 0.1))
    return reader.say("progress.rate", number=round(view.rate), time=time_left)


def _resume_deadline(reader: Reader, view: ProgressView) -> Iterator[str]:
    if view.progress.stops_at is not None:
        yield _until(reader, view, "stops", view.progress.stops_at)


def _recall_deadline(reader: Reader, view: ProgressView, begun: float, now: float) -> Iterator[str]:
    recall_until = view.progress.recall_until
    if view.current_job is Work.RECALL and begun + DELETABLE_FOR > now:
        yield _until(reader, view, "deletable", begun + DELETABLE_FOR)
    elif recall_until and recall_until > now and not view.is_recalled:
        yield _until(reader, view, "until", recall_until)


def _until(reader: Reader, view: ProgressView, key: str, at: float) -> str:
    moment = time_format.format_moment_with_weekday(reader, at, view.zone)
    return reader.say(f"progress.{key}", moment=moment, zone=time_format.zone_name_at(reader, view.zone))


def status_text(reader: Reader, view: ProgressView, now: float) -> str:
    """Return the sentence that says what the broadcast is doing, or how it ended."""
    work = view.current_job
    if work is None:
        return reader.say(f"progress.{view.ending.value}")
    job = view.progress.jobs[work]
    if job.status is Status.PAUSED:
        return _paused(reader, view, job.reason, job.detail)
    if view.is_asleep(now):
        return reader.say("urgent.asleep")
    if job.at > now:
        return _until(reader, view, "scheduled", job.at)
    if view.is_frozen and work is not Work.RECALL:  # deleting messages is not frozen
        return reader.say("panic.progress")
    if view.storage_fails:
        return reader.say("progress.waits_for_storage")
    return reader.say("progress.sending" if work is Work.SEND else f"progress.doing_{work.value}")


def _paused(reader: Reader, view: ProgressView, reason: JobReason | None, detail: str = "") -> str:
    match reason:
        case JobReason.HELD:
            amount = partial(progress_counts.amount, reader, is_exact=view.is_everyone)
            return hold_text.explanation(reader, view.progress, view.zone, amount)
        case JobReason.CONTENT:
            return reader.say("progress.paused_content", words=detail)
        case JobReason.ADMIN | JobReason.BREAKER | JobReason.STARS | JobReason.UNCONFIRMED:
            return reader.say(f"progress.paused_{reason.value}")
        case JobReason.ERROR | None:
            return reader.say("progress.paused_mistake")
        case JobReason.STOPPED | JobReason.RECALLED | JobReason.EXPIRED | JobReason.ONLY_UNSENT:
            return reader.say("progress.paused_mistake")  # never the reason of a pause
        case _:
            assert_never(reason)


def _bar(reader: Reader, share: float) -> str:
    """Return a progress bar of 12 characters with a percentage. `share` is from 0 to 1."""
    full = int(share * _BAR_CELLS)
    cells = "▓" * full + "░" * (_BAR_CELLS - full)
    return f"{reader.book.language.line_start}{cells} {reader.say('progress.percent', number=int(share * 100))}"


def _rows(reader: Reader, view: ProgressView, now: float) -> Iterator[Row]:
    yield from _job_rows(reader, view)
    yield from channel_text.rows(reader, view.progress)
    recall_until = view.progress.recall_until
    if view.is_recalled or view.progress.begun is None:
        return
    if not recall_until or recall_until < now:
        yield from _early_amend_rows(reader, view, now)
    elif view.current_job is None:
        yield from _ended_rows(reader, view)


def _job_rows(reader: Reader, view: ProgressView) -> Iterator[Row]:
    progress, work = view.progress, view.current_job
    if hold_text.is_held(progress, work):
        yield from _held_rows(reader, progress)
    elif work is Work.SEND and progress.begun is None and progress.jobs[work].status is Status.READY:
        edit = action_button(reader, "edit", ProgressAction.EDIT, progress)
        yield (edit, action_button(reader, "change_time", ProgressAction.TIME, progress))
        now = action_button(reader, "send_now", ProgressAction.NOW, progress)
        yield (now, action_button(reader, "do_not_send", ProgressAction.ASK_STOP, progress))
    elif work is not None:
        action = _pause_action(progress.jobs[work])
        stop = action_button(reader, "stop_sending", ProgressAction.ASK_STOP, progress)
        yield (action_button(reader, _PAUSE_LABELS[action], action, progress), stop)


_PAUSE_LABELS = {
    ProgressAction.PAUSE: "pause",
    ProgressAction.RESUME: "resume",
    ProgressAction.CONFIRM: "confirm_again",
}


def _pause_action(job: Job) -> ProgressAction:
    if job.status is not Status.PAUSED:
        return ProgressAction.PAUSE
    return ProgressAction.CONFIRM if job.reason is JobReason.UNCONFIRMED else ProgressAction.RESUME


def _early_amend_rows(reader: Reader, view: ProgressView, now: float) -> Iterator[Row]:
    """Yield the buttons that recall or edit a broadcast while it is still being sent.

    The button to edit is shown only while the broadcast is paused or all remaining recipients have to wait.
    """
    progress, work = view.progress, view.current_job
    if work not in SENDING:
        return
    recall = action_button(reader, "recall", ProgressAction.ASK_RECALL, progress)
    is_still = work is not None and (progress.jobs[work].status is Status.PAUSED or view.is_asleep(now))
    yield (action_button(reader, "edit", ProgressAction.EDIT, progress), recall) if is_still else (recall,)


def _ended_rows(reader: Reader, view: ProgressView) -> Iterator[Row]:
    progress = view.progress
    if progress.unknown:
        yield (action_button(reader, "resend", ProgressAction.ASK_RESEND, progress),)
    if progress.refused_for_now:
        yield (action_button(reader, "retry", ProgressAction.RETRY, progress),)
    edit = action_button(reader, "edit", ProgressAction.EDIT, progress)
    yield (edit, action_button(reader, "recall", ProgressAction.ASK_RECALL, progress))
    if view.has_chart:
        yield (action_button(reader, "chart", ProgressAction.CHART, progress),)


def _held_rows(reader: Reader, progress: Progress) -> Iterator[Row]:
    """Yield the buttons for a broadcast that waits for an admin after a restore or downtime.

    Each of them leads to a question, because what it does cannot be undone.
    """
    yield (action_button(reader, "do_not_send", ProgressAction.ASK_STOP, progress),)
    if hold_text.offers_only_unsent(progress):
        yield (action_button(reader, "only_unsent", ProgressAction.ASK_ONLY_UNSENT, progress),)
    yield (action_button(reader, "send_held", ProgressAction.ASK_SEND, progress),)
