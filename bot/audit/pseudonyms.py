"""Give each admin a random pseudonym for the audit log, and forget it when they are no longer an admin.

The pseudonym is not computed from the Telegram id. So once it is forgotten, nothing connects a person's records with
that person, even for somebody who has the keys and tries every id.
"""

import secrets
from collections.abc import Collection

import msgspec

from bot.model import stored_json
from storage.database import ReadAccess, Transaction
from storage.store import Store

_DOCUMENT = b"audit/pseudonyms"
_SIZE = 4  # bytes: among 100 people, two have the same pseudonym once in 900,000 teams


class Pseudonyms:
    """The pseudonyms of the admins, in memory and encrypted in the database. Call `open` before anything else."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, str] = {}

    async def open(self, admins: Collection[int]) -> None:
        """Load the pseudonyms, and forget those of people who are not among `admins`."""
        self._known = await self._stored(self._store.database)
        former = [int(user) for user in self._known if int(user) not in admins]
        if former:
            async with self._store.database.transaction() as transaction:
                await self.forget(transaction, *former)

    def get(self, user: int) -> str | None:
        """Return the pseudonym of an admin; None if the audit log has no act of theirs."""
        return self._known.get(str(user))

    async def get_or_make(self, transaction: Transaction, user: int) -> str:
        """Return the pseudonym of an admin. Make one and store it in `transaction` if there is none."""
        if (known := self.get(user)) is not None:
            return known
        stored = await self._stored(transaction)  # this transaction may have made it for an earlier record
        if str(user) not in stored:
            stored[str(user)] = secrets.token_hex(_SIZE)
            await self._save(transaction, stored)
        return stored[str(user)]

    async def forget(self, transaction: Transaction, *users: int) -> None:
        """Erase the pseudonyms of people who left the team. Their records stay, but nobody can attribute them."""
        stored = await self._stored(transaction)
        await self._save(transaction, {user: name for user, name in stored.items() if int(user) not in users})
        transaction.on_commit(self._store.database.mark_erased)

    async def _stored(self, reads: ReadAccess) -> dict[str, str]:
        content = await self._store.documents.get(reads, _DOCUMENT)
        return stored_json.convert(stored_json.parse(content), dict[str, str]) if content else {}

    async def _save(self, transaction: Transaction, pseudonyms: dict[str, str]) -> None:
        await self._store.documents.put(transaction, _DOCUMENT, msgspec.json.encode(pseudonyms))
        transaction.on_commit(lambda: self._remember(pseudonyms))

    def _remember(self, pseudonyms: dict[str, str]) -> None:
        self._known = pseudonyms
