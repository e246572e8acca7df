"""Where a broadcast stands, on one screen: while it is scheduled, while it runs, and after. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.broadcast.authoring import draft_text
from bot.broadcast.delivery.context import BroadcastEvent, EventKind
from bot.broadcast.delivery.requests import DELETABLE_FOR
from bot.broadcast.delivery.results import refusal_kinds
from bot.broadcast.delivery.service import Progress
from bot.broadcast.progress import hold_text
from bot.flows import time_format
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Row, Screen, Span, Style
from storage.deliveries.broadcast_state import JobReason, Status, Work
from storage.deliveries.timeline import NARROWEST

PREFIX = "x."  # of every action here
SENDING = (Work.SEND, Work.RESEND, Work.RETRY)
SHORT = 2 * NARROWEST  # seconds: what took less is no line
STEPS = 10  # of the chart for a part of the list
_CELLS = 12  # of the bar
_FEW = draft_text.FEW
HEARD = frozenset({EventKind.PAUSED, EventKind.HELD, EventKind.EXPIRES, EventKind.EXPIRED})  # news told with a sound
ASKED = ("ask.stop", "ask.recall", "ask.resend", "ask.send", "ask.only")  # an admin has to be sure of these
HEARD_ENDS = ("content", "expired")  # endings that are told with a sound
_ENDS = (JobReason.STOPPED, JobReason.RECALLED, JobReason.EXPIRED, JobReason.CONTENT)


@dataclass(frozen=True, slots=True)
class View:
    """A progress and what the ledger does not know: how many there are to reach, and whether that is everyone.

    `rate` is messages a second as measured, or the one allowed.
    """

    progress: Progress
    expected: int
    is_everyone: bool
    rate: float
    zone: int = 0
    storage_fails: bool = False

    @property
    def working(self) -> Work | None:
        """What is under way, or waits for its hour."""
        order = (Work.RECALL, Work.EDIT, Work.RESEND, Work.RETRY, Work.SEND)
        jobs = self.progress.jobs
        return next((work for work in order if work in jobs and jobs[work].status is not Status.OVER), None)

    @property
    def is_recalled(self) -> bool:
        """Or is about to be; a recall that was stopped can be begun again."""
        recall = self.progress.jobs.get(Work.RECALL)
        return recall is not None and recall.reason is not JobReason.STOPPED

    @property
    def remaining(self) -> int:
        return max(0, self.expected - self.progress.claimed + self.progress.in_flight)

    def share(self, work: Work) -> float:
        """How much of it is done, of 1: of those to be sent to, or of the messages to be changed or deleted."""
        if work is Work.SEND:
            done, remaining = self.progress.claimed - self.progress.in_flight, self.remaining
        else:
            done = sum(self.progress.jobs[work].counts.values())
            remaining = max(0, self.progress.sent - done)
        return done / (done + remaining) if remaining else 1.0

    @property
    def took(self) -> float:
        """Seconds; 0 for what has not ended, or never began."""
        begun, ended = self.progress.begun, self.progress.ended
        return max(0.0, ended - begun) if begun is not None and ended is not None else 0.0

    @property
    def has_chart(self) -> bool:
        """Nothing is told of fewer than ten of a part of the list: there must be so many that each step is ten."""
        return self.took >= SHORT and self.progress.sent >= (1 if self.is_everyone else STEPS * _FEW)

    @property
    def ending(self) -> str:
        """How it ended: ended, stopped, recalled, expired, or content that Telegram does not take."""
        reason = JobReason.RECALLED if self.is_recalled else self.progress.jobs[Work.SEND].reason
        return reason.value if reason in _ENDS else "ended"


def screen(reader: Reader, view: View, now: float) -> Screen:
    title = Span(reader.say("progress.title", number=view.progress.number) + "\n\n", Style.BOLD)
    return Screen((title, Span("\n\n".join(_parts(reader, view, now)))), tuple(_rows(reader, view, now)))


def sure(reader: Reader, progress: Progress, what: str) -> Screen:
    """Asks before something that cannot be undone: stop, recall or resend."""
    said = reader.say(f"progress.sure_{what}", number=progress.number)
    yes, back = _act(reader, f"sure_{what}", what, progress), _act(reader, "back", "show", progress)
    return Screen((Span(said),), ((yes,), (back,)))


def asked(action: str) -> tuple[str, str]:
    """What one of these buttons asks for, and the name of the broadcast."""
    words = action.removeprefix(PREFIX).split(".")
    at = next((place for place, word in enumerate(words) if word.isdecimal()), len(words))
    return ".".join(words[:at]), ".".join(words[at:])


def heard(reader: Reader, view: View, news: BroadcastEvent) -> Screen:
    """What an admin should hear of with a sound: the message that is edited makes none."""
    number = view.progress.number
    if news.kind is EventKind.EXPIRED:
        said = [reader.say("progress.title", number=number), reader.say("progress.expired")]
    else:
        said = [reader.say("progress.news", number=number), *_heard(reader, view, news), *_stops(reader, view)]
    return Screen((Span("\n\n".join(said)),))


def _heard(reader: Reader, view: View, news: BroadcastEvent) -> Iterator[str]:
    if news.kind is EventKind.HELD:
        yield _paused(reader, view, JobReason.HELD)
    elif news.kind is not EventKind.EXPIRES:
        yield _paused(reader, view, news.reason, news.detail)


def moved(reader: Reader, number: int) -> Screen:
    """In the place of a progress that is shown elsewhere."""
    return Screen((Span(reader.say("progress.moved", number=number)),))


def _parts(reader: Reader, view: View, now: float) -> Iterator[str]:
    progress, work = view.progress, view.working
    yield state(reader, view, now)
    yield from _stops(reader, view)
    if progress.begun is None:
        return
    if work in (Work.SEND, Work.EDIT, Work.RECALL):
        yield _bar(reader, view.share(work))
    yield "\n".join(counts(reader, view))
    if reasons := list(_reasons(reader, view)):
        yield "\n".join([reader.say("progress.refused_because"), *reasons])
    if work is Work.SEND and progress.jobs[work].status is Status.READY:
        left = time_format.format_duration(reader, _rounded(view.remaining, view.is_everyone) / max(view.rate, 0.1))
        yield reader.say("progress.rate", number=round(view.rate), time=left)
    for one in (Work.EDIT, Work.RECALL):
        if one in progress.jobs:
            yield "\n".join(_amended(reader, view, one))
    if work is Work.RECALL:
        yield _until(reader, view, "deletable", progress.begun + DELETABLE_FOR)
    elif progress.recall_until and progress.recall_until > now and not view.is_recalled:
        yield _until(reader, view, "until", progress.recall_until)


def _until(reader: Reader, view: View, what: str, at: float) -> str:
    moment = time_format.format_moment(reader, at, view.zone)
    return reader.say(f"progress.{what}", moment=moment, zone=time_format.zone_name_at(reader, view.zone))


def _paused(reader: Reader, view: View, reason: JobReason | None, detail: str = "") -> str:
    match reason:
        case JobReason.HELD:
            unsent = _amount(reader, view.progress.unsent, view.is_everyone)
            return hold_text.explained(reader, view.progress.held, view.zone, unsent)
        case JobReason.CONTENT:
            return reader.say("progress.paused_content", words=detail)
        case JobReason.ADMIN | JobReason.BREAKER | JobReason.STARS:
            return reader.say(f"progress.paused_{reason.value}")
        case _:
            return reader.say("progress.paused_mistake")


def _stops(reader: Reader, view: View) -> Iterator[str]:
    """Until when a paused one can be resumed."""
    if view.progress.stops_at is not None:
        yield _until(reader, view, "stops", view.progress.stops_at)


def state(reader: Reader, view: View, now: float) -> str:
    progress, work = view.progress, view.working
    if work is None:
        return reader.say(f"progress.{view.ending}")
    job = progress.jobs[work]
    if job.status is Status.PAUSED:
        return _paused(reader, view, job.reason, job.detail)
    if job.at > now:
        return _until(reader, view, "scheduled", job.at)
    if view.storage_fails:
        return reader.say("progress.waits_for_storage")
    return reader.say("progress.sending" if work is Work.SEND else f"progress.doing_{work.value}")


def _bar(reader: Reader, share: float) -> str:
    full = int(share * _CELLS)
    return "▓" * full + "░" * (_CELLS - full) + " " + reader.say("progress.percent", number=int(share * 100))


def counts(reader: Reader, view: View) -> Iterator[str]:
    """They add up to all that it was meant for."""
    progress = view.progress
    for name, number in (
        ("sent", progress.sent),
        ("refused", progress.refused),
        ("unknown", progress.unknown),
        ("gone", progress.left),
        ("skipped", progress.skipped),
    ):
        yield reader.say(f"progress.{name}", amount=_amount(reader, number, view.is_everyone))
    if view.working is Work.SEND:
        yield reader.say("progress.remaining", amount=_amount(reader, view.remaining, view.is_everyone))
    elif progress.jobs[Work.SEND].reason and view.remaining:
        yield reader.say("progress.not_reached", amount=_amount(reader, view.remaining, view.is_everyone))
    elif view.is_everyone:
        yield reader.say("progress.total", amount=_amount(reader, progress.claimed, True))
    if progress.refused_for_now:
        yield reader.say("progress.for_now", amount=_amount(reader, progress.refused_for_now, view.is_everyone))


def _reasons(reader: Reader, view: View) -> Iterator[str]:
    """Why people were refused, the most frequent reason first; of a part of the list only what concerns many."""
    for kind, number in sorted(view.progress.reasons.items(), key=lambda one: (-one[1], one[0])):
        if number >= _FEW:
            yield reader.say("progress.reason", reason=_reason(reader, kind), amount=_amount(reader, number, True))
        elif view.is_everyone:
            few = reader.say("stats.few", number=_FEW)
            yield reader.say("progress.reason", reason=_reason(reader, kind), amount=few)


def _reason(reader: Reader, kind: str) -> str:
    if kind in refusal_kinds.KNOWN:
        return reader.say(f"progress.reason_{kind.replace(' ', '_')}")
    return reader.say("progress.reason_words", words=kind)


def _amended(reader: Reader, view: View, work: Work) -> Iterator[str]:
    yield reader.say("progress.changed" if work is Work.EDIT else "progress.deleted")
    for word, number in sorted(view.progress.jobs[work].counts.items()):
        yield reader.say(f"progress.word_{word}", amount=_amount(reader, number, view.is_everyone))


def _amount(reader: Reader, number: int, is_everyone: bool) -> str:
    """Of a part of the list nothing is told of fewer than ten, none among them."""
    if is_everyone or number >= _FEW:
        return reader.book.language.number(number)
    return reader.say("stats.few", number=_FEW)


def _rounded(number: int, is_everyone: bool) -> int:
    return number if is_everyone else max(_FEW, round(number / 10) * 10)


def _rows(reader: Reader, view: View, now: float) -> Iterator[Row]:
    progress, work = view.progress, view.working
    if hold_text.is_held(progress, work):
        yield from _ways_out(reader, progress)
    elif work is not None:
        paused = progress.jobs[work].status is Status.PAUSED
        hold = _act(reader, "resume" if paused else "pause", "resume" if paused else "pause", progress)
        yield (hold, _act(reader, "stop_sending", "ask.stop", progress))
    if view.is_recalled or progress.begun is None or not progress.recall_until or progress.recall_until < now:
        if work in SENDING and progress.begun is not None and not view.is_recalled:
            recall = _act(reader, "recall", "ask.recall", progress)
            is_paused = progress.jobs[work].status is Status.PAUSED
            yield (_act(reader, "edit", "edit", progress), recall) if is_paused else (recall,)
        return
    if work is None:
        if progress.unknown:
            yield (_act(reader, "resend", "ask.resend", progress),)
        if progress.refused_for_now:
            yield (_act(reader, "retry", "retry", progress),)
        yield (_act(reader, "edit", "edit", progress), _act(reader, "recall", "ask.recall", progress))
        if view.has_chart:
            yield (_act(reader, "chart", "chart", progress),)


def _ways_out(reader: Reader, progress: Progress) -> Iterator[Row]:
    """Of what is held; none of them can be undone."""
    yield (_act(reader, "do_not_send", "ask.stop", progress),)
    if hold_text.offers_only_unsent(progress):
        yield (_act(reader, "only_unsent", "ask.only", progress),)
    yield (_act(reader, "send_held", "ask.send", progress),)


def _act(reader: Reader, label: str, action: str, progress: Progress) -> ActionButton:
    return reader.action_button(reader.say(f"button.{label}"), f"{PREFIX}{action}.{progress.name}")
