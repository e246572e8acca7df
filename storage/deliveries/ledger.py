"""A broadcast's ledger: who was claimed and how it ended, so that no crash loses anybody or sends twice.

A row is committed as CLAIMED before the call to Telegram, and gets its outcome afterwards. What is CLAIMED when a
process starts was in flight when the last one died: nobody knows whether it arrived, so it is UNKNOWN.
"""

import hmac
import os
import struct
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from enum import IntEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.database import ReadAccess, Transaction

_RECORD = struct.Struct(">q q 2s B 5x")  # chat, message, language, traits
_NONCE, _INDEX, _KEY = 12, 32, 64
_DISCREET, _CAPTION = 1, 2


class Outcome(IntEnum):
    """Stored: append, never renumber."""

    CLAIMED = 0  # in flight
    SENT = 1
    REFUSED = 2  # for good: blocked, deactivated
    PUT_OFF = 3  # refused for now
    UNKNOWN = 4  # may have arrived; never sent again by itself
    LEFT = 5  # between the claim and their turn
    SKIPPED = 6  # not sent, and will not be
    AGAIN = 7  # surely not sent; comes first when the broadcast goes on


Totals = Counter[Outcome]


@dataclass(frozen=True, slots=True)
class Entry:
    """`message` is 0 until there is one, `chat` 0 for who was forgotten. `caption`: the text stands under media."""

    pseudonym: bytes = field(repr=False)
    chat: int = field(repr=False)
    language: str
    outcome: Outcome = Outcome.CLAIMED
    message: int = field(default=0, repr=False)
    discreet: bool = False
    caption: bool = False

    @property
    def is_push(self) -> bool:
        """A discreet message that is still to be deleted."""
        return self.discreet and bool(self.message)

    def without_recipient(self) -> "Entry":
        return replace(self, chat=0, message=0)

    def with_outcome(self, outcome: Outcome, message: int = 0) -> "Entry":
        return replace(self, outcome=outcome, message=message or self.message)


def fresh_key() -> bytes:
    return os.urandom(_KEY)


class Ledger:
    """The rows of one broadcast."""

    def __init__(self, broadcast: int, key: bytes) -> None:
        self._broadcast = broadcast
        self._index = key[:_INDEX]
        self._record = AESGCM(key[_INDEX:])

    def pseudonym(self, chat: int) -> bytes:
        return hmac.digest(self._index, chat.to_bytes(8, "big", signed=True), "sha256")[:16]

    async def claimed_among(self, reads: ReadAccess, pseudonyms: list[bytes]) -> set[bytes]:
        """Those of them that were claimed before."""
        if not pseudonyms:
            return set()
        holders = ", ".join(f"${place}" for place in range(2, len(pseudonyms) + 2))
        statement = f"SELECT pseudonym FROM ledger WHERE broadcast = $1 AND pseudonym IN ({holders})"  # noqa: S608
        return {one for (one,) in await reads.rows(statement, self._broadcast, *pseudonyms)}

    async def claim(self, change: Transaction, entries: Iterable[Entry]) -> None:
        """New rows; fails as a whole when one is there: nobody is claimed twice."""
        statement = "INSERT INTO ledger (broadcast, pseudonym, outcome, sealed) VALUES ($1, $2, $3, $4)"
        many = [(self._broadcast, one.pseudonym, int(one.outcome), self._sealed(one)) for one in entries]
        await change.run_many(statement, many)

    async def settle(self, change: Transaction, entries: Iterable[Entry]) -> None:
        """What came of them; also claims anew."""
        statement = "UPDATE ledger SET outcome = $3, sealed = $4 WHERE broadcast = $1 AND pseudonym = $2"
        many = [(self._broadcast, one.pseudonym, int(one.outcome), self._sealed(one)) for one in entries]
        await change.run_many(statement, many)

    async def page_after(self, reads: ReadAccess, place: bytes, outcome: Outcome, size: int) -> list[Entry]:
        """The next `size` of those with this outcome, in key order; a row that does not open is passed over."""
        statement = (
            "SELECT pseudonym, outcome, sealed FROM ledger WHERE broadcast = $1 AND pseudonym > $2 AND outcome = $3 "
            "ORDER BY pseudonym LIMIT $4"
        )
        found = list[Entry]()
        while wanted := size - len(found):
            rows = await reads.rows(statement, self._broadcast, place, int(outcome), wanted)
            found += [entry for row in rows if (entry := self._opened(*row)) is not None]
            if len(rows) < wanted:
                break
            place = rows[-1][0]
        return found

    async def entry_for(self, reads: ReadAccess, chat: int) -> Entry | None:
        statement = "SELECT pseudonym, outcome, sealed FROM ledger WHERE broadcast = $1 AND pseudonym = $2"
        rows = await reads.rows(statement, self._broadcast, self.pseudonym(chat))
        return self._opened(*rows[0]) if rows else None

    async def entries_for(self, reads: ReadAccess, pseudonyms: Collection[bytes]) -> list[Entry]:
        """The rows there are of them."""
        if not pseudonyms:
            return []
        holders = ", ".join(f"${place}" for place in range(2, len(pseudonyms) + 2))
        statement = (
            "SELECT pseudonym, outcome, sealed FROM ledger "  # noqa: S608
            f"WHERE broadcast = $1 AND pseudonym IN ({holders})"
        )
        rows = await reads.rows(statement, self._broadcast, *pseudonyms)
        return [entry for row in rows if (entry := self._opened(*row)) is not None]

    async def replace_outcome(self, change: Transaction, before: Outcome, after: Outcome) -> int:
        """Gives all with one outcome another; how many there were."""
        statement = "UPDATE ledger SET outcome = $3 WHERE broadcast = $1 AND outcome = $2"
        return await change.run(statement, self._broadcast, int(before), int(after))

    async def counted(self, reads: ReadAccess) -> Totals:
        statement = "SELECT outcome, COUNT(*) FROM ledger WHERE broadcast = $1 GROUP BY outcome"
        return Counter({Outcome(what): int(count) for what, count in await reads.rows(statement, self._broadcast)})

    def _sealed(self, one: Entry) -> bytes:
        traits = _DISCREET * one.discreet | _CAPTION * one.caption
        plain = _RECORD.pack(one.chat, one.message, one.language.encode(), traits)
        nonce = os.urandom(_NONCE)
        return nonce + self._record.encrypt(nonce, plain, one.pseudonym)

    def _opened(self, pseudonym: bytes, outcome: int, sealed: bytes) -> Entry | None:
        try:
            plain = self._record.decrypt(sealed[:_NONCE], sealed[_NONCE:], pseudonym)
        except (InvalidTag, ValueError, TypeError):
            return None
        chat, message, language, traits = _RECORD.unpack(plain)
        return Entry(
            pseudonym, chat, language.decode("ascii"), Outcome(outcome), message,
            bool(traits & _DISCREET), bool(traits & _CAPTION),
        )  # fmt: skip


async def destroy_some(change: Transaction, broadcast: int, size: int) -> int:
    """Deletes up to `size` rows of a broadcast; whoever ends the transaction calls `database.mark_erased()`."""
    statement = (
        "DELETE FROM ledger WHERE broadcast = $1 AND pseudonym IN "
        "(SELECT pseudonym FROM ledger WHERE broadcast = $1 ORDER BY pseudonym LIMIT $2)"
    )
    return await change.run(statement, broadcast, size)
