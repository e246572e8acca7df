"""Record the delivery of one broadcast to each recipient, so that a crash neither skips nor repeats a delivery.

The ledger has a row for each recipient. The row is committed as CLAIMED before the call to Telegram, and gets its
outcome after the call. If the process ends during the call, the row stays CLAIMED. The next process sets its outcome
to UNKNOWN.
"""

import hmac
import os
import struct
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import get_origin

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.database import ReadAccess, Transaction

_RECORD = struct.Struct(">q q 2s B I B")  # chat, message, language, flags, due, deferrals; the last two were zeros
_NONCE_SIZE, _INDEX_KEY_SIZE, _KEY_SIZE = 12, 32, 64  # bytes
_DISCREET, _CAPTION = 1, 2


class Outcome(IntEnum):
    """The outcome of the delivery to one recipient.

    The numbers are stored in the database. New outcomes get new numbers, and existing numbers never change.
    """

    CLAIMED = 0  # in flight
    SENT = 1
    REFUSED = 2  # for good: the recipient blocked the bot, or the account is deactivated
    PUT_OFF = 3  # refused for now
    UNKNOWN = 4  # may have arrived; never resent automatically
    LEFT = 5  # the recipient unsubscribed between the claim and the sending
    SKIPPED = 6  # not sent, and will not be sent
    AGAIN = 7  # certainly not sent; sent first when the broadcast continues
    WAITING = 8  # certainly not sent yet, because of the recipient's quiet hours or digest; sent when these allow it


Totals = Counter[Outcome]  # how many recipients have each outcome


def convert_totals(kind: type, value: object) -> object:
    """Convert stored totals, such as `{"1": 40}`, to a Counter by outcome. msgspec calls this as its `dec_hook`.

    `kind` is the type of the field that msgspec decodes. Raises NotImplementedError if it is not a Counter.
    """
    if get_origin(kind) is not Counter:
        raise NotImplementedError(f"no document holds a {kind}")
    return Counter(msgspec.convert(value, dict[Outcome, int], str_keys=True, strict=False))


@dataclass(frozen=True, slots=True)
class Entry:
    """A decrypted row of a ledger: the delivery to one recipient.

    - `pseudonym`: stands for the recipient in this ledger.
    - `chat`: the chat id, or 0 when it was erased or is not needed.
    - `message`: the id of the sent message, or 0.
    - `discreet`: whether the message is a neutral notice, to be deleted later.
    - `caption`: whether the text was sent as the caption of a photo or other media.
    - `due`: for a recipient with the outcome WAITING, the Unix time until which they wait. For a recipient who
      waited, or to whom the message is sent again, the Unix time of sending. Otherwise 0.
    - `deferrals`: how often the recipient had to wait.
    """

    pseudonym: bytes = field(repr=False)
    chat: int = field(repr=False)
    language: str
    outcome: Outcome = Outcome.CLAIMED
    message: int = field(default=0, repr=False)
    discreet: bool = False
    caption: bool = False
    due: int = field(default=0, repr=False)
    deferrals: int = 0

    @property
    def is_push(self) -> bool:
        """Return whether the row has a discreet message, a neutral notice that is still to be deleted."""
        return self.discreet and bool(self.message)

    def without_recipient(self) -> "Entry":
        """Return a copy of the entry without chat id, message id and times.

        Store the copy when the recipient has left.
        """
        return replace(self, chat=0, message=0, due=0)

    def with_outcome(self, outcome: Outcome, message: int = 0) -> "Entry":
        """Return a copy of the entry with a new outcome. A `message` of 0 keeps the message id."""
        return replace(self, outcome=outcome, message=message or self.message)


@dataclass(frozen=True, slots=True)
class LedgerId:
    """The id of a ledger in the database column `broadcast`: positive for a broadcast, negative for a day."""

    column: int

    @classmethod
    def for_broadcast(cls, number: int) -> "LedgerId":
        return cls(number)

    @classmethod
    def for_day(cls, ordinal: int) -> "LedgerId":
        """Return the id of the ledger for the daily clauses of one day. `ordinal` is the day's `date.toordinal()`."""
        return cls(-ordinal)


def fresh_key() -> bytes:
    """Return a new random key for one ledger. One half of it makes pseudonyms, and the other half encrypts rows."""
    return os.urandom(_KEY_SIZE)


class Ledger:
    """Read and write the rows of one ledger, one row for each recipient.

    Without the ledger's key, a row reveals nothing except its outcome.
    """

    def __init__(self, ledger_id: LedgerId, key: bytes) -> None:
        self._column = ledger_id.column
        self._index_key = key[:_INDEX_KEY_SIZE]
        self._cipher = AESGCM(key[_INDEX_KEY_SIZE:])

    def pseudonym(self, chat: int) -> bytes:
        """Return the 16 bytes that stand for a chat id in this ledger and in no other."""
        return hmac.digest(self._index_key, chat.to_bytes(8, "big", signed=True), "sha256")[:16]

    async def claimed_among(self, reads: ReadAccess, pseudonyms: list[bytes]) -> set[bytes]:
        """Return the subset of `pseudonyms` that has a row in this ledger."""
        if not pseudonyms:
            return set()
        statement = f"SELECT pseudonym FROM ledger WHERE broadcast = $1 AND pseudonym IN ({_holders(pseudonyms)})"  # noqa: S608
        return {pseudonym for (pseudonym,) in await reads.rows(statement, self._column, *pseudonyms)}

    async def claim(self, transaction: Transaction, entries: Iterable[Entry]) -> None:
        """Insert a row for each entry. Call this before the messages to these recipients are sent.

        Raises StorageTrouble when a recipient has a row already.
        """
        statement = "INSERT INTO ledger (broadcast, pseudonym, outcome, sealed) VALUES ($1, $2, $3, $4)"
        await transaction.run_many(statement, map(self._row, entries))

    async def settle(self, transaction: Transaction, entries: Iterable[Entry]) -> None:
        """Overwrite the existing rows of `entries`, usually with the outcomes of their deliveries.

        Before a message is sent to a recipient again, the row is overwritten with the outcome CLAIMED.
        """
        statement = "UPDATE ledger SET outcome = $3, sealed = $4 WHERE broadcast = $1 AND pseudonym = $2"
        await transaction.run_many(statement, map(self._row, entries))

    async def page_after(self, reads: ReadAccess, pseudonym: bytes, outcome: Outcome, size: int) -> list[Entry]:
        """Return up to `size` entries with this outcome, in order of pseudonyms, after `pseudonym`.

        Rows that cannot be decrypted are skipped.
        """
        statement = (
            "SELECT pseudonym, outcome, sealed FROM ledger WHERE broadcast = $1 AND pseudonym > $2 AND outcome = $3 "
            "ORDER BY pseudonym LIMIT $4"
        )
        entries = list[Entry]()
        while missing := size - len(entries):
            rows = await reads.rows(statement, self._column, pseudonym, int(outcome), missing)
            entries += [entry for row in rows if (entry := self._open(*row)) is not None]
            if len(rows) < missing:
                break
            pseudonym = rows[-1][0]
        return entries

    async def entry_for(self, reads: ReadAccess, chat: int) -> Entry | None:
        """Return the entry of one recipient; None when there is no row, or when it cannot be decrypted."""
        statement = "SELECT pseudonym, outcome, sealed FROM ledger WHERE broadcast = $1 AND pseudonym = $2"
        rows = await reads.rows(statement, self._column, self.pseudonym(chat))
        return self._open(*rows[0]) if rows else None

    async def entries_for(self, reads: ReadAccess, pseudonyms: Collection[bytes]) -> list[Entry]:
        """Return the entries of `pseudonyms` in any order.

        Leave out those that have no row, or a row that cannot be decrypted.
        """
        if not pseudonyms:
            return []
        statement = (
            "SELECT pseudonym, outcome, sealed FROM ledger "  # noqa: S608
            f"WHERE broadcast = $1 AND pseudonym IN ({_holders(pseudonyms)})"
        )
        rows = await reads.rows(statement, self._column, *pseudonyms)
        return [entry for row in rows if (entry := self._open(*row)) is not None]

    async def replace_outcome(self, transaction: Transaction, before: Outcome, after: Outcome) -> int:
        """Change the outcome of all rows from `before` to `after`. Return the number of changed rows."""
        statement = "UPDATE ledger SET outcome = $3 WHERE broadcast = $1 AND outcome = $2"
        return await transaction.run(statement, self._column, int(before), int(after))

    async def delete(self, transaction: Transaction, pseudonyms: Collection[bytes]) -> None:
        """Delete the rows of `pseudonyms`. Call `database.mark_erased()` after the commit."""
        holders = _holders(pseudonyms)
        statement = f"DELETE FROM ledger WHERE broadcast = $1 AND pseudonym IN ({holders})"  # noqa: S608
        await transaction.run(statement, self._column, *pseudonyms)

    def _row(self, entry: Entry) -> tuple[int, bytes, int, bytes]:
        return self._column, entry.pseudonym, int(entry.outcome), self._seal(entry)

    def _seal(self, entry: Entry) -> bytes:
        flags = _DISCREET * entry.discreet | _CAPTION * entry.caption
        language = entry.language.encode()
        plain = _RECORD.pack(entry.chat, entry.message, language, flags, entry.due, entry.deferrals)
        nonce = os.urandom(_NONCE_SIZE)
        return nonce + self._cipher.encrypt(nonce, plain, entry.pseudonym)

    def _open(self, pseudonym: bytes, outcome: int, sealed: bytes) -> Entry | None:
        try:
            plain = self._cipher.decrypt(sealed[:_NONCE_SIZE], sealed[_NONCE_SIZE:], pseudonym)
        except (InvalidTag, ValueError, TypeError):
            return None
        chat, message, language, flags, due, deferrals = _RECORD.unpack(plain)
        return Entry(
            pseudonym=pseudonym,
            chat=chat,
            language=language.decode("ascii"),
            outcome=Outcome(outcome),
            message=message,
            discreet=bool(flags & _DISCREET),
            caption=bool(flags & _CAPTION),
            due=due,
            deferrals=deferrals,
        )


def _holders(pseudonyms: Collection[bytes]) -> str:
    """Return the SQL placeholders for `pseudonyms`, such as `$2, $3`.

    They begin with `$2`, since `$1` is the ledger.
    """
    return ", ".join(f"${place}" for place in range(2, len(pseudonyms) + 2))


async def delete_rows(transaction: Transaction, ledger_id: LedgerId, limit: int) -> int:
    """Delete up to `limit` rows of one ledger, and return the number of deleted rows.

    Call `database.mark_erased()` after the commit.
    """
    statement = (
        "DELETE FROM ledger WHERE broadcast = $1 AND pseudonym IN "
        "(SELECT pseudonym FROM ledger WHERE broadcast = $1 ORDER BY pseudonym LIMIT $2)"
    )
    return await transaction.run(statement, ledger_id.column, limit)
