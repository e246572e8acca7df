"""Sort announcements into the sections of the list: drafted, waiting, scheduled, running and sent. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.broadcast.authoring.draft import Draft, Stage
from bot.broadcast.delivery.results.progress import Progress
from bot.broadcast.progress.progress_view import current_job
from storage.deliveries.broadcast_state import Status, Work

MAX_SENT = 30  # announcements that the list has; older ones are left out


class Section(StrEnum):
    """The sections of the list of announcements, in their order.

    The phrase for each value has the key `announcements.{value}`.
    """

    DRAFTED = "drafted"
    WAITING = "waiting"  # for the approval of another admin, or for the minute of an only admin
    SCHEDULED = "scheduled"
    RUNNING = "running"  # being sent, changed or deleted, or paused
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Entry:
    """An announcement in the list.

    `action` is the action of the button that opens the announcement. `number` is that of its broadcast; 0 for a
    draft. `at` is the Unix time at which it is sent, or None. `draft` is None for a broadcast.
    """

    section: Section
    action: str
    number: int = 0
    at: float | None = None
    zone: int = 0  # index in ZONES
    draft: Draft | None = None


def own_draft(draft: Draft | None, action: str) -> list[Entry]:
    """Return the entry of an admin's own draft; no entry if nothing is written or it is already handed over."""
    if draft is None or not draft.pieces or draft.stage is Stage.HANDED:
        return []
    section = Section.DRAFTED if draft.stage is Stage.WRITING else Section.WAITING
    return [Entry(section, action, at=draft.send_at, zone=draft.zone, draft=draft)]


def broadcast_section(progress: Progress, now: float) -> Section:
    """Return the section of a broadcast at `now`, in Unix time."""
    work = current_job(progress)
    if work is None:
        return Section.SENT
    job = progress.jobs[work]
    is_to_come = work is Work.SEND and progress.begun is None and job.status is Status.READY and job.at > now
    return Section.SCHEDULED if is_to_come else Section.RUNNING


def in_sections(entries: Iterable[Entry]) -> dict[Section, list[Entry]]:
    """Return the entries by section, in the order of the list. Of the sent ones, only the newest are left."""
    sections: dict[Section, list[Entry]] = {section: [] for section in Section}
    for entry in entries:
        sections[entry.section].append(entry)
    for section in (Section.RUNNING, Section.SENT):
        sections[section].sort(key=lambda entry: -entry.number)
    sections[Section.SCHEDULED].sort(key=lambda entry: (entry.at or 0.0, entry.number))
    sections[Section.SENT] = sections[Section.SENT][:MAX_SENT]
    return sections
