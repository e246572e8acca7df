"""Sort announcements into the sections of the list: drafts, waiting for approval, scheduled, running, sent. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.broadcast.authoring.draft import Draft, Stage
from bot.broadcast.delivery.results.progress import Progress
from bot.broadcast.progress.progress_view import current_job
from storage.deliveries.broadcast_state import Status, Work

MAX_SENT = 30  # sent announcements in the list; older ones are left out


class Section(StrEnum):
    """A section of the list of announcements. The list has the sections in this order.

    The phrase for each value has the key `announcements.{value}`.
    """

    DRAFTED = "drafted"
    WAITING = "waiting"  # for the approval of another admin, or for the minute in which an only admin can cancel
    SCHEDULED = "scheduled"
    RUNNING = "running"  # being sent, changed or deleted, or paused
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Entry:
    """An announcement in the list: a draft or a broadcast.

    `action` is the action of the button that opens the announcement. `number` is the number of the broadcast; 0 for a
    draft. `at` is the Unix time of sending, or None. `draft` is None for a broadcast.
    """

    section: Section
    action: str
    number: int = 0
    at: float | None = None
    zone: int = 0  # index in ZONES
    draft: Draft | None = None


def own_draft(draft: Draft | None, action: str) -> list[Entry]:
    """Return a list with the entry for an admin's own draft.

    The list is empty if the draft has no content, or has already become a broadcast. `action` is the action of the
    button that opens the draft.
    """
    if draft is None or not draft.pieces or draft.stage is Stage.HANDED:
        return []
    section = Section.DRAFTED if draft.stage is Stage.WRITING else Section.WAITING
    return [Entry(section, action, at=draft.send_at, zone=draft.zone, draft=draft)]


def broadcast_section(progress: Progress, now: float) -> Section:
    """Return the section that a broadcast belongs to at `now`, in Unix time."""
    work = current_job(progress)
    if work is None:
        return Section.SENT
    job = progress.jobs[work]
    is_to_come = work is Work.SEND and progress.begun is None and job.status is Status.READY and job.at > now
    return Section.SCHEDULED if is_to_come else Section.RUNNING


def in_sections(entries: Iterable[Entry]) -> dict[Section, list[Entry]]:
    """Group the entries by section, and sort them. In the section of sent announcements, keep the MAX_SENT newest."""
    sections: dict[Section, list[Entry]] = {section: [] for section in Section}
    for entry in entries:
        sections[entry.section].append(entry)
    for section in (Section.RUNNING, Section.SENT):
        sections[section].sort(key=lambda entry: -entry.number)
    sections[Section.SCHEDULED].sort(key=lambda entry: (entry.at or 0.0, entry.number))
    sections[Section.SENT] = sections[Section.SENT][:MAX_SENT]
    return sections
