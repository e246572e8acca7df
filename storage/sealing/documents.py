"""Sealed documents by name: drafts, announcements, where a broadcast stands. Few, and padded: sizes say little."""

import struct

from storage.database import ReadAccess, Transaction
from storage.sealing.sealed_table import RowPosition, SealedTable
from storage.sealing.vault import Vault

_HEAD = struct.Struct(">B I")  # lengths of name and content
_STEP = 512
_PAGE = 100
MOST = 1_000_000  # bytes of one document


class Documents:
    """Names are short and begin with what a document is: b"draft/...", b"broadcast/..."."""

    def __init__(self, vault: Vault) -> None:
        self.table = SealedTable(vault, "documents", _name_in)

    async def get(self, reads: ReadAccess, name: bytes) -> bytes | None:
        plain = await self.table.find(reads, name)
        return None if plain is None else _content_in(plain)

    async def put(self, change: Transaction, name: bytes, content: bytes) -> None:
        if len(name) > 255 or len(content) > MOST:
            raise ValueError(f"A document has a name of at most 255 bytes and at most {MOST} bytes.")
        plain = _HEAD.pack(len(name), len(content)) + name + content
        await self.table.put(change, name, plain.ljust(-(-len(plain) // _STEP) * _STEP, b"\0"))

    async def remove(self, change: Transaction, name: bytes) -> bool:
        """Whoever ends the transaction calls `database.mark_erased()`."""
        return await self.table.remove(change, name)

    async def all(self, reads: ReadAccess, beginning: bytes) -> dict[bytes, bytes]:
        """Those whose names begin so; of one that rotation moves meanwhile, the newer."""
        found, place = dict[bytes, bytes](), RowPosition()
        while rows := await self.table.after(reads, place, _PAGE):
            place = RowPosition(rows[-1].epoch, rows[-1].pseudonym)
            for plain in map(self.table.opened, rows):
                if plain is not None and _name_in(plain).startswith(beginning):
                    found[_name_in(plain)] = _content_in(plain)
        return found


def _name_in(plain: bytes) -> bytes:
    return plain[_HEAD.size : _HEAD.size + plain[0]]


def _content_in(plain: bytes) -> bytes:
    name, content = _HEAD.unpack_from(plain)
    return plain[_HEAD.size + name : _HEAD.size + name + content]
