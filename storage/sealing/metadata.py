"""What the database remembers of itself, sealed like everything: whose bot it serves."""

import hmac
import os

from storage.database import ReadAccess, Transaction
from storage.sealing.sealed_table import SealedTable
from storage.sealing.vault import Vault

_NAME = 16
_SIZE = 64
_BOT = b"bot"


def _name_in(plain: bytes) -> bytes:
    return plain[:_NAME].rstrip(b"\0")


class Metadata:
    def __init__(self, vault: Vault) -> None:
        self.table = SealedTable(vault, "facts", _name_in)

    async def get(self, reads: ReadAccess, name: bytes) -> bytes | None:
        """Padded with zeros to 48 bytes; None when there is none."""
        plain = await self.table.find(reads, name)
        return None if plain is None else plain[_NAME:]

    async def put(self, change: Transaction, name: bytes, value: bytes) -> None:
        if len(name) > _NAME or len(value) > _SIZE - _NAME:
            raise ValueError(f"A fact has a name of at most {_NAME} bytes and a value of at most {_SIZE - _NAME}.")
        await self.table.put(change, name, name.ljust(_NAME, b"\0") + value.ljust(_SIZE - _NAME, b"\0"))

    async def remember_bot(self, change: Transaction, bot: int) -> None:
        salt = os.urandom(16)
        await self.put(change, _BOT, salt + _keyed_hash(salt, bot))

    async def opens(self, reads: ReadAccess) -> bool:
        """Whether the keys belong to the database: the fact that is always there opens with them."""
        return await self.get(reads, _BOT) is not None

    async def is_bot(self, reads: ReadAccess, bot: int) -> bool:
        fact = await self.get(reads, _BOT)
        return fact is not None and hmac.compare_digest(fact[16:48], _keyed_hash(fact[:16], bot))


def _keyed_hash(salt: bytes, bot: int) -> bytes:
    return hmac.digest(salt, b"%d" % bot, "sha256")
