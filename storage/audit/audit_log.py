"""Store the audit log. Append records in the transaction of the act that they record, and read all of them."""

import logging
import struct
from dataclasses import dataclass

from storage.audit.chain import StoredRecord
from storage.audit.record import AuditAct, AuditRecord, ChainHead, digest_of, encode, unpack_head
from storage.database import ReadAccess, Transaction
from storage.sealing.metadata import Metadata
from storage.sealing.sealed_table import RowPosition, SealedRow, SealedTable
from storage.sealing.vault import Vault

_HEAD = b"audit"
_NUMBER_AND_LENGTH = struct.Struct(">Q H")
_NUMBER_SIZE = 8  # bytes
_PADDED_TO = 128  # bytes: sizes are multiples of this, so that they show little about the acts
_PAGE = 500

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who did an act: role and pseudonym. Both are empty if the bot itself did it."""

    role: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class AuditContents:
    """The contents of the audit log.

    `stored` has the records in order. `head` is the stored head of the chain, the number and hash of its last record;
    it is None if lost. `unopened` is the number of rows that could not be decrypted.
    """

    stored: list[StoredRecord]
    head: ChainHead | None
    unopened: int


class AuditLog:
    """Append records to the audit log and read them. Call `load` first.

    `head`, the number and hash of the last committed record, is all of the log that is held in memory.
    """

    def __init__(self, vault: Vault, metadata: Metadata) -> None:
        self.table = SealedTable(vault, "audit", lambda plain: plain[:_NUMBER_SIZE])
        self._metadata = metadata
        self.head = ChainHead()

    async def load(self, reads: ReadAccess) -> None:
        """Read the head of the chain: the number and hash of the last record.

        If the stored head is lost, continue from the last record, so that no record is overwritten. `python -m bot
        audit verify` reports the loss.
        """
        contents = None if (head := await self._stored_head(reads)) else await self.read_all(reads)
        if contents and contents.stored:
            log.warning("The head of the audit log is lost: run `python -m bot audit verify`")
            head = ChainHead(contents.stored[-1].number, digest_of(contents.stored[-1].content))
        self.head = head or ChainHead()

    async def append(
        self,
        transaction: Transaction,
        actor: Actor,
        *,
        act: AuditAct,
        at: float,
        subject: str = "",
        content: bytes = b"",
    ) -> None:
        """Append a record in `transaction`. It is stored if and only if the transaction is committed.

        `at` is in Unix seconds. `subject` names what the act is about. `content` is the SHA-256 of an announcement.
        Both can be empty.
        """
        head = await self._stored_head(transaction) or self.head
        record = AuditRecord(
            number=head.number + 1,
            at=int(at),
            act=act,
            role=actor.role,
            person=actor.person,
            subject=subject,
            content=content,
            previous=head.digest,
        )
        after = await self._put(transaction, record)
        transaction.on_commit(lambda: self._set_head(after))

    async def _put(self, transaction: Transaction, record: AuditRecord) -> ChainHead:
        content = encode(record)
        plain = _NUMBER_AND_LENGTH.pack(record.number, len(content)) + content
        padded = plain.ljust(-(-len(plain) // _PADDED_TO) * _PADDED_TO, b"\0")
        await self.table.put(transaction, plain[:_NUMBER_SIZE], padded)
        head = ChainHead(record.number, digest_of(content))
        await self._metadata.put(transaction, _HEAD, head.packed)
        return head

    def _set_head(self, head: ChainHead) -> None:
        self.head = head
        log.info("Audit log: the head is %s", head)

    async def _stored_head(self, reads: ReadAccess) -> ChainHead | None:
        packed = await self._metadata.get(reads, _HEAD)
        return None if packed is None else unpack_head(packed)

    async def read_all(self, reads: ReadAccess) -> AuditContents:
        """Return the whole log. It takes about 400 bytes of memory for each record."""
        rows = await self._all_rows(reads)
        opened = [plain for row in rows if (plain := self.table.open_row(row)) is not None]
        stored = sorted(map(_stored_in, opened), key=lambda row: row.number)
        return AuditContents(stored, await self._stored_head(reads), len(rows) - len(opened))

    async def _all_rows(self, reads: ReadAccess) -> list[SealedRow]:
        rows, position = list[SealedRow](), RowPosition()
        while page := await self.table.page_after(reads, position, _PAGE):
            rows += page
            position = page[-1].position
        return rows


def _stored_in(plain: bytes) -> StoredRecord:
    number, length = _NUMBER_AND_LENGTH.unpack_from(plain)
    start = _NUMBER_AND_LENGTH.size
    return StoredRecord(number, plain[start : start + length])
