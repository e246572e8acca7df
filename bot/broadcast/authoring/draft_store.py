"""Store one draft of an announcement for each admin, in memory and on disk."""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import replace

from bot.audit.trail import BOT, AuditTrail
from bot.broadcast.authoring import draft as draft_model
from bot.broadcast.authoring import request_acts
from bot.broadcast.authoring.draft import Draft, Stage
from content.screens.reader import Reader
from storage.database import Transaction
from storage.errors import StorageTrouble
from storage.store import Store

_PREFIX = b"draft/"  # of the documents' names

log = logging.getLogger(__name__)


class DraftStore:
    """The drafts of announcements, at most one for each admin. Call `open` before anything else.

    Hold `lock` from reading a draft until the changed draft is saved, so that the second tap of a double tap sees the
    effect of the first.

    In all methods, `owner` is the admin who writes the draft. `by` is the admin who changes it, or BOT; None means
    the owner. If a change begins or ends a request to send the draft, the same transaction also records that in the
    audit log.
    """

    def __init__(self, store: Store, trail: AuditTrail) -> None:
        self._store = store
        self._trail = trail
        self._drafts: dict[int, Draft] = {}
        self.lock = asyncio.Lock()

    async def open(self, admins: Collection[int], is_in_doubt: bool = False) -> None:
        """Load the drafts of `admins`, and erase those of people who are no longer admins.

        `is_in_doubt` is True if another process might have sent the drafts. Then every pending request to send a
        draft expires.
        """
        await self._load()
        for owner in self._drafts.keys() - set(admins):
            await self.erase(owner, by=BOT)
        if is_in_doubt:
            for owner, draft in list(self._drafts.items()):
                await self.save(owner, replace(draft, deadline=0.0), by=BOT)

    async def _load(self) -> None:
        documents = await self._store.documents.all(self._store.database, _PREFIX)
        for name, content in documents.items():
            try:
                self._drafts[int(name.removeprefix(_PREFIX))] = draft_model.decode(content)
            except ValueError:
                log.exception("A stored draft is not readable; it is ignored until its admin writes another one")

    def owners(self) -> list[int]:
        """Return the ids of the admins that have a draft."""
        return list(self._drafts)

    def get(self, owner: int) -> Draft | None:
        """Return the draft of an admin; None if there is none."""
        return self._drafts.get(owner)

    def get_or_new(self, owner: int, reader: Reader) -> Draft:
        """Return the draft of an admin. If there is none, return an empty draft, but do not store it.

        The `admin_language` of the empty draft is the language of `reader`.
        """
        return replace(self._drafts.get(owner, draft_model.empty_draft(reader)), admin_language=str(reader.lang))

    async def save(self, owner: int, draft: Draft, *, by: int | None = None) -> None:
        """Store the draft of an admin. It is on disk when this returns."""
        if draft == self._drafts.get(owner):
            return
        async with self._store.database.transaction() as change:
            await self._store.documents.put(change, _document_name(owner), draft_model.encode(draft))
            await self._record(change, owner, draft, by)
        self._drafts[owner] = draft

    def panels(self) -> dict[int, int]:
        """Return the messages that show drafts with their buttons: message ids by admin.

        Drafts that wait for approval are left out.
        """
        return {owner: draft.panel for owner, draft in self._drafts.items() if draft.stage is Stage.WRITING}

    async def remember_panel(self, owner: int, message: int) -> None:
        """Store the id of the message that shows an admin's draft with buttons. A database error is only logged."""
        async with self.lock:
            draft = self._drafts.get(owner)
            try:
                if draft is not None:
                    await self.save(owner, replace(draft, panel=message))
            except StorageTrouble as error:
                log.warning("The message of a draft was not stored (%s): its buttons may stay", type(error).__name__)

    async def erase(self, owner: int, *, by: int | None = None) -> None:
        """Erase the draft of an admin, if there is one. It is gone from the disk when this returns."""
        if owner not in self._drafts:
            return
        async with self._store.database.transaction() as change:
            await self._store.documents.remove(change, _document_name(owner))
            await self._record(change, owner, None, by)
        self._store.database.mark_erased()
        del self._drafts[owner]

    async def _record(self, change: Transaction, owner: int, after: Draft | None, by: int | None) -> None:
        change_of_draft = request_acts.DraftChange(self._drafts.get(owner), after)
        for entry in request_acts.entries(change_of_draft, owner, owner if by is None else by):
            await self._trail.record(change, entry)


def _document_name(owner: int) -> bytes:
    return _PREFIX + b"%d" % owner
