"""Record acts of admins and the operator in the audit log, and notify listeners after the commit.

A record is part of the transaction in which its act changes the database.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.audit.pseudonyms import Pseudonyms
from storage.audit import restore_note
from storage.audit.audit_log import Actor
from storage.audit.record import AuditAct, ChainHead
from storage.database import Transaction
from storage.store import Store

BOT = 0  # in place of an admin's id: the bot acted on its own
OPERATOR = -1  # in place of an admin's id: a command was run on the server
UNKNOWN_ADMIN = -2  # in place of an admin's id, if it was lost in a crash
_ROLE = "owner"  # of everybody in ADMIN_IDS
_UNNAMED = {BOT: Actor(), OPERATOR: Actor("operator"), UNKNOWN_ADMIN: Actor("admin")}


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An act to be recorded. `by` is the Telegram id of the admin who did it, or BOT, OPERATOR or UNKNOWN_ADMIN.

    `subject` is what the act concerns, such as a broadcast's name, a price in Stars, a role, a reason of a refusal or
    a conversation's number; "" for nothing. `content` is the SHA-256 of an announcement's text and audience, else
    empty. `member` is the id of the team member whom the act changes; 0 for nobody. `role` is the role of the admin
    `by` at the time of the act; None means their present role.
    """

    act: AuditAct
    by: int
    subject: str = ""
    content: bytes = b""
    member: int = 0
    role: str | None = None


Listener = Callable[[AuditEntry], None]  # must neither block nor raise


class AuditTrail:
    """Record acts in the audit log. Call `open` before anything else.

    `now` returns Unix time. `role_of` returns the role of an admin, such as "owner", or None for a former admin.
    """

    def __init__(
        self, store: Store, now: Callable[[], float], role_of: Callable[[int], str | None] = lambda user: _ROLE
    ) -> None:
        self._store = store
        self._now = now
        self._role_of = role_of
        self._pseudonyms = Pseudonyms(store)
        self._listeners: list[Listener] = []

    async def open(self, admins: Collection[int]) -> None:
        """Load the pseudonyms of `admins`. Record that a backup was restored, if the database is a restored one."""
        await self._pseudonyms.open(admins)
        if await self._store.database.is_restored():
            copied_at, missing = await self._store.broadcasts.last_heartbeat(), self._store.database.missing_seconds
            subject = restore_note.subject_of(copied_at or 0.0, await missing())
            await self.record_alone(AuditEntry(AuditAct.BACKUP_RESTORED, OPERATOR, subject))

    @property
    def head(self) -> ChainHead:
        """Return the number and the hash of the last stored record."""
        return self._store.audit.head

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` with each recorded act after its transaction has been committed."""
        self._listeners.append(listener)

    async def record(self, transaction: Transaction, entry: AuditEntry, at: float | None = None) -> None:
        """Record an act in `transaction`, which also makes the changes of the act. `at` is Unix time, by default now.

        Raises StorageTrouble if the record cannot be stored. The caller must then abandon the act.
        """
        actor, subject = await self._actor(transaction, entry), entry.subject
        if entry.member:
            subject = f"{await self._pseudonyms.get_or_make(transaction, entry.member)} {subject}".rstrip()
        await self._store.audit.append(
            transaction,
            actor,
            act=entry.act,
            at=self._now() if at is None else at,
            subject=subject,
            content=entry.content,
        )
        transaction.on_commit(lambda: self._publish(entry))

    async def record_alone(self, entry: AuditEntry, at: float | None = None) -> None:
        """Record an act that changes nothing in the database, in its own transaction. Call this before the act."""
        async with self._store.database.transaction() as transaction:
            await self.record(transaction, entry, at)

    def pseudonym(self, user: int) -> str | None:
        """Return an admin's pseudonym in the audit log; None if the log has no act of theirs."""
        return self._pseudonyms.get(user)

    async def forget(self, transaction: Transaction, user: int) -> None:
        """Erase the pseudonym of a former admin. Their records remain, but nobody can attribute them any more."""
        await self._pseudonyms.forget(transaction, user)

    async def _actor(self, transaction: Transaction, entry: AuditEntry) -> Actor:
        if entry.by in _UNNAMED:
            return _UNNAMED[entry.by]
        role = self._role_of(entry.by) if entry.role is None else entry.role
        return Actor(str(role or ""), await self._pseudonyms.get_or_make(transaction, entry.by))

    def _publish(self, entry: AuditEntry) -> None:
        for listener in self._listeners:
            listener(entry)
