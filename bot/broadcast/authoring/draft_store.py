"""The drafts of all admins, one each, as they lie on disk."""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import replace

from bot.broadcast.authoring import draft
from bot.broadcast.authoring.draft import Draft
from content.screens.reader import Reader
from storage.store import Store

_BEGINNING = b"draft/"

log = logging.getLogger(__name__)


class Drafts:
    """Call `open` before anything else.

    Whoever decides something by a draft holds `turn` meanwhile: a double tap must find what the first one did.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[int, Draft] = {}
        self.turn = asyncio.Lock()

    async def open(self, admins: Collection[int], in_doubt: bool = False) -> None:
        """Reads them; those of former admins are erased. In doubt none is sent: what was asked for ends unsent."""
        found = await self._store.documents.all(self._store.database, _BEGINNING)
        for name, plain in found.items():
            try:
                self._known[int(name.removeprefix(_BEGINNING))] = draft.decoded(plain)
            except (ValueError, KeyError, TypeError, AttributeError):
                log.exception("A draft cannot be read: it stays aside until its admin writes another one")
        for owner in self._known.keys() - set(admins):
            await self.keep(owner, None)
        if in_doubt:
            for owner, one in list(self._known.items()):
                await self.keep(owner, replace(one, until=0.0))

    def owners(self) -> list[int]:
        return list(self._known)

    def of(self, owner: int) -> Draft | None:
        return self._known.get(owner)

    def at_hand(self, owner: int, reader: Reader) -> Draft:
        """Theirs, or a fresh one, in the language that they read now."""
        fresh = Draft(str(reader.lang), str(reader.campaign.original))
        return replace(self._known.get(owner, fresh), lang=str(reader.lang))

    async def keep(self, owner: int, one: Draft | None) -> None:
        """On disk when it returns; None erases."""
        name, documents = _BEGINNING + b"%d" % owner, self._store.documents
        if one == self._known.get(owner):
            return
        async with self._store.database.transaction() as change:
            if one is None:
                await documents.remove(change, name)
            else:
                await documents.put(change, name, draft.encoded(one))
        if one is None:
            self._store.database.mark_erased()
            del self._known[owner]
        else:
            self._known[owner] = one
