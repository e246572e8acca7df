"""Decide what to record in the audit log when a request to send a draft begins or ends. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.audit.trail import BOT, AuditEntry
from bot.broadcast.authoring import draft as draft_model
from bot.broadcast.authoring.draft import Draft, Stage
from bot.model.announcement import content_digest
from storage.audit.record import AuditAct

_BEGUN = {Stage.ASKED: AuditAct.REQUESTED, Stage.DELAYED: AuditAct.REQUESTED_ALONE}


@dataclass(frozen=True, slots=True)
class DraftChange:
    """A change of an admin's draft. `before` is None for a new draft, and `after` is None for a deleted one."""

    before: Draft | None
    after: Draft | None

    @property
    def stages(self) -> tuple[Stage, Stage]:
        """Return the draft's stage before and after the change. Without a draft, this is WRITING."""
        stage_before = self.before.stage if self.before else Stage.WRITING
        return stage_before, self.after.stage if self.after else Stage.WRITING


def entries(change: DraftChange, owner: int, by: int) -> Iterator[AuditEntry]:
    """Yield the entries for the audit log after a change of the draft of `owner`.

    `by` is the admin who made the change, or BOT.
    """
    act = _act(*change.stages, is_owner=by == owner, is_bot=by == BOT)
    if act is None:
        return
    draft = change.after if act in _BEGUN.values() else change.before
    assert draft is not None
    yield _entry(act, by, draft)
    if act in _BEGUN.values() and draft.stars:
        yield AuditEntry(AuditAct.PRICE_ACCEPTED, by, f"{draft.stars} Stars")


def _act(before: Stage, after: Stage, *, is_owner: bool, is_bot: bool) -> AuditAct | None:
    match before, after:
        case (Stage.WRITING, Stage.ASKED | Stage.DELAYED):
            return _BEGUN[after]
        case (Stage.ASKED, Stage.HANDED):
            return AuditAct.APPROVED
        case (Stage.ASKED | Stage.DELAYED, Stage.WRITING):
            return AuditAct.LAPSED if is_bot else AuditAct.CANCELLED if is_owner else AuditAct.REFUSED
        case (Stage.HANDED, Stage.WRITING) if is_bot:
            return AuditAct.LAPSED  # no broadcast was created
        case _:
            return None


def _entry(act: AuditAct, by: int, draft: Draft) -> AuditEntry:
    subject = str(draft.edited_broadcast or "")
    return AuditEntry(act, by, subject, content_digest(draft_model.to_announcement(draft, {})))
