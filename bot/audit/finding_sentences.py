"""Describe in English sentences what a check of the audit log has found. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime

from storage.audit import chain, restore_note
from storage.audit.audit_log import AuditContents
from storage.audit.chain import Finding, Flaw, KeptHead
from storage.audit.record import AuditAct, AuditRecord
from storage.audit.restore_note import RestoreNote


def flaw(finding: Finding) -> str:
    """Return the sentence about a flaw in the audit log: missing, changed, inserted or unreadable records."""
    first, last = finding.first, finding.last
    records = f"Record {first}" if first == last else f"Records {first} to {last}"
    match finding.flaw:
        case Flaw.MISSING:
            return f"{records}: missing. Somebody removed what was recorded there."
        case Flaw.CHANGED:
            return f"{records}: changed, exchanged, or put there later."
        case Flaw.INSERTED:
            return f"{records}: not written by the bot, which recorded something else there or nothing."
        case Flaw.UNREADABLE:
            return "A row of the log does not open: somebody altered it, or wrote it without the keys."


def unknown_head(contents: AuditContents, head: KeptHead) -> str:
    """Return sentences that explain why the log with these `contents` does not contain `head`.

    Somebody noted `head` earlier: the number of the last record then, and the first digits of its hash.
    """
    last = contents.stored[-1].number if contents.stored else 0
    if restore := _restore_before(contents, head):
        return f"The head {head.number} {head.digits}: {_lost_by_restore(restore)}"
    if head.number > last:
        reason = f"the log ends at record {last}, before that head: later records were removed"
    else:
        reason = f"record {head.number} is another one now: the log was changed after that head was shown"
    return f"The head {head.number} {head.digits}: {reason}."


def _restore_before(contents: AuditContents, head: KeptHead) -> AuditRecord | None:
    """Return the last BACKUP_RESTORED record whose number is at most that of `head`; None if there is none.

    A restore replaces the log by an older one. So it can explain why the log does not contain `head`.
    """
    restores = [record for record in chain.decoded(contents.stored) if record.act == AuditAct.BACKUP_RESTORED]
    return next((record for record in reversed(restores) if record.number <= head.number), None)


def _lost_by_restore(restore: AuditRecord) -> str:
    note, last_copied = restore_note.read(restore.subject), restore.number - 1
    parts = [
        f"this head is newer than the copy that was restored on {_date(restore.at)} (record {restore.number}).",
        *_copy(note),
        f"The records from {restore.number} on in which this head was were lost with the old server, or somebody cut",
        f"them off: the log cannot show which. Compare: every head up to number {last_copied} has to fit.",
        _times(note, restore.at),
    ]
    return " ".join(parts)


def _copy(note: RestoreNote) -> Iterator[str]:
    if note.copied_at:
        missing = f"up to {note.missing} seconds" if note.missing else "an unknown time"
        yield f"The copy ends at about {_date(note.copied_at)}, and {missing} after it may be missing."


def _times(note: RestoreNote, restored_at: int) -> str:
    before = f"before {_date(note.copied_at)}, or " if note.copied_at else ""
    cut = f"If this head was shown {before}after {_date(restored_at)} by the new server, somebody changed the log"
    if not (note.copied_at and note.missing):
        return f"{cut}."
    return f"{cut}; if after {_date(note.copied_at + note.missing)} by the old one, more is missing than that."


def _date(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
