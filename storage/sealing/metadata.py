"""Store small facts about the database itself, such as the bot to which it belongs, in encrypted rows."""

import hmac
import os

from storage.database import ReadAccess, Transaction
from storage.sealing.sealed_table import SealedTable
from storage.sealing.vault import Vault

_NAME_SIZE = 16  # bytes
_SIZE = 64  # bytes of a record; the value has what the name leaves
_SALT_SIZE, _HASH_SIZE = 16, 32
_BOT = b"bot"


def _name_in(plain: bytes) -> bytes:
    return plain[:_NAME_SIZE].rstrip(b"\0")


class Metadata:
    """Read and write facts about the database by name.

    All records have the same size, so that sizes reveal nothing.
    """

    def __init__(self, vault: Vault) -> None:
        self.table = SealedTable(vault, "facts", _name_in)

    async def get(self, reads: ReadAccess, name: bytes) -> bytes | None:
        """Return the value of a fact, padded with zeros to 48 bytes; None if it is missing or cannot be decrypted."""
        plain = await self.table.find(reads, name)
        return None if plain is None else plain[_NAME_SIZE:]

    async def put(self, transaction: Transaction, name: bytes, value: bytes) -> None:
        """Store the value of a fact. Raises ValueError for a name over 16 bytes or a value over 48 bytes."""
        if len(name) > _NAME_SIZE or len(value) > _SIZE - _NAME_SIZE:
            raise ValueError(
                f"A fact has a name of at most {_NAME_SIZE} bytes and a value of at most {_SIZE - _NAME_SIZE}."
            )
        plain = name.ljust(_NAME_SIZE, b"\0") + value.ljust(_SIZE - _NAME_SIZE, b"\0")
        await self.table.put(transaction, name, plain)

    async def remove(self, transaction: Transaction, name: bytes) -> None:
        """Remove a fact, if there is one."""
        await self.table.remove(transaction, name)

    async def set_bot(self, transaction: Transaction, bot: int) -> None:
        """Record that the database belongs to `bot`, the number in the bot's token. Only a salted hash is stored."""
        salt = os.urandom(_SALT_SIZE)
        await self.put(transaction, _BOT, salt + _keyed_hash(salt, bot))

    async def can_open(self, reads: ReadAccess) -> bool:
        """Return whether the keys can decrypt this database. To test it, decrypt a fact that every database has."""
        return await self.get(reads, _BOT) is not None

    async def belongs_to(self, reads: ReadAccess, bot: int) -> bool:
        """Return whether the database belongs to `bot`, the number in the bot's token."""
        value = await self.get(reads, _BOT)
        if value is None:
            return False
        salt, stored_hash = value[:_SALT_SIZE], value[_SALT_SIZE : _SALT_SIZE + _HASH_SIZE]
        return hmac.compare_digest(stored_hash, _keyed_hash(salt, bot))


def _keyed_hash(salt: bytes, bot: int) -> bytes:
    return hmac.digest(salt, b"%d" % bot, "sha256")
