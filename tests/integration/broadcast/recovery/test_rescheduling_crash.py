"""A crash in the middle of a change of time: the broadcast has the old time or the new one, and is never lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.audit.trail import AuditTrail
from bot.broadcast.authoring import draft as draft_model
from bot.broadcast.authoring.admins import Admins
from bot.broadcast.authoring.confirmations import Confirmations
from bot.broadcast.authoring.draft import Draft, Stage
from bot.broadcast.authoring.draft_store import DraftStore
from bot.broadcast.authoring.handover import Handover
from bot.broadcast.authoring.preview import Preview
from bot.broadcast.delivery.service import BroadcastService
from bot.model.announcement import Announcement, Piece
from bot.team.membership import Team
from content.model import Lang
from storage.deliveries.broadcast_state import Work
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.storage_process import Place, place_in

OWNER = 1009
NOW, OLD, NEW = 1_800_000_000.0, 1_800_003_600.0, 1_800_007_200.0
TEXT = {"en": Piece("Tomorrow at noon")}


class Crash(Exception):
    """Stands for the end of the process."""


@dataclass
class CrashingService(BroadcastService):
    """A service whose process ends before or after a change is stored."""

    def __init__(self, service: BroadcastService, moment: str) -> None:
        self.service = service
        self.moment = moment

    def __getattribute__(self, name: str) -> Any:
        """Return the attribute of the service, but `reschedule` of this class."""
        own = name in ("service", "moment", "reschedule") or name.startswith("__")
        return object.__getattribute__(self, name) if own else getattr(self.service, name)

    async def reschedule(
        self, number: int, at: float | None, announcement: Announcement | None = None, *, by: int
    ) -> bool:
        """Crash before or after the change."""
        if self.moment == "after":
            await self.service.reschedule(number, at, announcement, by=by)
        raise Crash


@dataclass
class Parts:
    """The drafts, the broadcasts and their handover in one process."""

    drafts: DraftStore
    service: BroadcastService
    handover: Handover

    def send_time(self) -> float:
        return self.service.progress(1).jobs[Work.SEND].at


@asynccontextmanager
async def process(place: Place, crash: str = "") -> AsyncIterator[Parts]:
    """Open the database as a process does. If `crash` is "before" or "after", this is when a change crashes."""
    async with place.opened() as store:
        await store.broadcasts.load()
        trail = AuditTrail(store, lambda: NOW)
        service = BroadcastService(store, trail, lambda number: None, lambda: NOW)
        drafts = DraftStore(store, trail)
        await drafts.open([OWNER])
        preview = Preview(store, CAMPAIGN, 30.0, no_stars)
        team = Team([OWNER], store, AuditTrail(store, lambda: NOW), key=b"", now=lambda: NOW)
        admins = Admins(team, CAMPAIGN, store, drafts, Silent())
        confirmations = Confirmations(store, service, team, lambda event: None)
        used = CrashingService(service, crash) if crash else service
        yield Parts(drafts, service, Handover(drafts, preview, admins, used, Silent(), confirmations, trail))


async def no_stars() -> int | None:
    return None


class Silent:
    """Telegram and the progress screens, which do nothing."""

    async def notify(self, person: int, replies: object, /) -> bool:
        return True

    async def show_screen(self, person: int, screen: object, message: int | None = None, /) -> int | None:
        return 1

    async def remove_message(self, person: int, message: int, /) -> bool:
        return True

    async def begin(self, number: int, announcement: Announcement, zone: int, language: str, /) -> None:
        return

    def show_in(self, number: int, admin: int, message: int | None, /) -> bool:
        return True


async def scheduled_draft(parts: Parts, **changes: Any) -> Draft:
    """Create a scheduled broadcast; return a draft that changes it."""
    draft = Draft("en", "en", TEXT)
    await parts.service.create(replace(draft_model.to_announcement(draft, {}), paid=True), OLD, by=OWNER)
    announcement = await parts.service.announcement(1)
    assert announcement is not None
    edit = draft_model.from_announcement(announcement, Lang("en"), 1, scheduled_at=OLD)
    return replace(edit, stage=Stage.DELAYED, **changes)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    "changes",
    [{"send_at": NEW}, {"send_at": None}, {"send_at": NEW, "pieces": {"en": Piece("Tomorrow at two")}}],
    ids=["later", "now", "later with another text"],
)
async def test_a_crash_leaves_the_change_done_or_the_draft_with_its_owner(
    tmp_path: Path, moment: str, changes: dict[str, Any]
) -> None:
    place = place_in(tmp_path)
    async with process(place, moment) as parts:
        draft = await scheduled_draft(parts, **changes)
        await parts.drafts.save(OWNER, draft)
        with pytest.raises(Crash):
            await parts.handover.hand_over(OWNER, OWNER, draft)
    async with process(place) as parts:
        handed = parts.drafts.get(OWNER)
        assert handed is not None
        assert handed.stage is Stage.HANDED
        await parts.handover.resolve(OWNER, handed)
        await parts.handover.announce()
        left, at = parts.drafts.get(OWNER), parts.send_time()
        content = await parts.service.announcement(1)

    is_changed = moment == "after"
    assert parts.service.numbers() == [1]
    assert content is not None
    assert content.pieces == (draft.pieces if is_changed else TEXT)
    assert at == (OLD if not is_changed else NEW if draft.send_at else NOW)
    assert (left is None) == is_changed
    assert left is None or (left.stage, left.send_at) == (Stage.WRITING, draft.send_at)


async def test_a_change_of_time_keeps_the_text_of_a_later_edit_and_the_price(tmp_path: Path) -> None:
    async with process(place_in(tmp_path)) as parts:
        draft = await scheduled_draft(parts, send_at=NEW)
        later = Announcement("en", {"en": Piece("Tomorrow at two")})
        await parts.service.edit(1, later, by=OWNER)
        await parts.handover.hand_over(OWNER, OWNER, draft)
        content = await parts.service.announcement(1)

    assert content == replace(later, paid=True)
    assert parts.send_time() == NEW


async def test_a_broadcast_that_has_begun_keeps_its_time_and_the_draft_its_text(tmp_path: Path) -> None:
    async with process(place_in(tmp_path)) as parts:
        draft = await scheduled_draft(parts, send_at=NEW, pieces={"en": Piece("Tomorrow at two")})
        await parts.service.stop(1, by=OWNER)
        await parts.handover.hand_over(OWNER, OWNER, draft)
        left = parts.drafts.get(OWNER)

    assert parts.send_time() == OLD
    assert left is not None
    assert (left.pieces, left.send_at, left.scheduled_at) == (draft.pieces, None, None)
