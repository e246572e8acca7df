"""Store who wrote and who approved each announcement, until its sending begins.

If an admin loses the right to approve, their approvals become void: they do not count any more. Approvals whose
approver is unknown, as after a crash, become void as well, because this admin may have given them. An announcement
with a void approval is not sent until an admin approves it again. Once the sending of an announcement has begun, its
approval cannot become void any more.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import msgspec

from bot.broadcast.delivery.context import BroadcastEvent, EventKind, PublishEvent
from bot.broadcast.delivery.results.progress import Progress
from bot.model import stored_json
from bot.model.roles import Permission
from bot.team.membership import Team
from storage.deliveries.broadcast_state import JobReason, Status, Work
from storage.store import Store

_DOCUMENT = b"team/confirmations"

log = logging.getLogger(__name__)


class ConfirmedBroadcasts(Protocol):
    """Read broadcasts, and make a broadcast wait for another approval. Implemented in `delivery.service`."""

    def numbers(self) -> list[int]: ...

    def progress(self, number: int, /) -> Progress: ...

    async def require_confirmation(self, number: int, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The ids of an announcement's author and approver; 0 if unknown.

    If `is_void`, the approval no longer counts, so the announcement needs another one.
    """

    author: int = 0
    approver: int = 0
    is_void: bool = False


class ReleaseRefusal(StrEnum):
    """The reason why an admin may not give the new approval that replaces a void one.

    The values are keys of phrases.
    """

    OWN = "toast.own_confirmation"
    LATER = "team.confirm_not_yet"


class Confirmations:
    """The approvals of all announcements whose sending has not begun. Call `open` before anything else."""

    def __init__(self, store: Store, broadcasts: ConfirmedBroadcasts, team: Team, publish: PublishEvent) -> None:
        self._store = store
        self._broadcasts = broadcasts
        self._team = team
        self._publish = publish
        self._confirmations: dict[int, Confirmation] = {}

    async def open(self) -> None:
        """Load the approvals from the database."""
        content = await self._store.documents.get(self._store.database, _DOCUMENT)
        if content:
            self._confirmations = stored_json.convert(stored_json.parse(content), dict[int, Confirmation])
        for number in self._waiting():  # the process may have ended before `on_rights_lost` paused them
            if self.is_void(number):
                await self._broadcasts.require_confirmation(number)

    async def record(self, number: int, author: int, approver: int) -> None:
        """Store who wrote and who approved broadcast `number`, until its sending begins."""
        await self._save({**self._confirmations, number: Confirmation(author, approver)})

    async def on_rights_lost(self, admin: int) -> None:
        """If `admin` may no longer approve, void their approvals, and those whose approver is unknown.

        An unknown approver may have been `admin`. If `admin` has left the team, also erase them as author and
        approver.
        """
        if self._team.may(admin, Permission.APPROVE):
            return
        for number in list(self._waiting()):
            confirmation = self._confirmations.get(number, Confirmation())
            if confirmation.approver in (0, admin) and not confirmation.is_void:
                await self._save({**self._confirmations, number: replace(confirmation, approver=0, is_void=True)})
                await self._pause(number)
        if self._team.member(admin) is None:
            await self.forget(admin)

    async def _pause(self, number: int) -> None:
        if await self._broadcasts.require_confirmation(number):
            log.info("Broadcast %d waits for another approval: the admin who approved it lost that right", number)
            self._publish(BroadcastEvent(number, Work.SEND, EventKind.PAUSED, JobReason.UNCONFIRMED))

    def count_of(self, admin: int) -> int:
        """Count the announcements that `admin` wrote or approved and whose sending has not begun."""
        confirmations = (self._confirmations.get(number, Confirmation()) for number in self._waiting())
        return sum(admin in (known.author, known.approver) for known in confirmations)

    async def prune(self) -> None:
        """Erase the author and the approver of announcements whose sending has begun."""
        if self._confirmations and not self._confirmations.keys() <= set(self._waiting()):
            await self._save(self._confirmations)

    async def forget(self, admin: int) -> None:
        """Erase `admin` as author and approver of all announcements."""
        if any(admin in (known.author, known.approver) for known in self._confirmations.values()):
            await self._save({number: _without(known, admin) for number, known in self._confirmations.items()})

    def is_void(self, number: int) -> bool:
        """Return whether broadcast `number` needs another approval before its sending begins."""
        known = self._confirmations.get(number)
        return known is not None and known.is_void and self._broadcasts.progress(number).begun is None

    async def confirm(self, number: int, admin: int, now: float) -> ReleaseRefusal | None:
        """Store a new approval of broadcast `number` by `admin`; it replaces the approval that became void.

        Return None, or the reason if the admin may not do this. `now` is the present Unix time.
        """
        confirmation = self._confirmations.get(number, Confirmation())
        others = [confirmer for confirmer in self._team.confirmers() if confirmer != confirmation.author]
        if admin == confirmation.author and others:
            return ReleaseRefusal.OWN
        is_alone = self._team.confirmers() == [admin]
        if admin not in self._team.confirmers() or (is_alone and self._team.alone_from > now):
            return ReleaseRefusal.LATER
        await self._save({**self._confirmations, number: replace(confirmation, approver=admin, is_void=False)})
        return None

    def _waiting(self) -> Iterable[int]:
        """Yield the numbers of the broadcasts whose sending has not begun and can still begin."""
        for number in self._broadcasts.numbers():
            progress = self._broadcasts.progress(number)
            job = progress.jobs.get(Work.SEND)
            if progress.begun is None and job is not None and job.status is not Status.OVER:
                yield number

    async def _save(self, confirmations: dict[int, Confirmation]) -> None:
        waiting = set(self._waiting())
        current = {number: known for number, known in confirmations.items() if number in waiting}
        async with self._store.database.transaction() as change:
            await self._store.documents.put(change, _DOCUMENT, msgspec.json.encode(current))
        self._store.database.mark_erased()
        self._confirmations = current


def _without(confirmation: Confirmation, admin: int) -> Confirmation:
    return Confirmation(
        author=0 if confirmation.author == admin else confirmation.author,
        approver=0 if confirmation.approver == admin else confirmation.approver,
        is_void=confirmation.is_void,
    )
