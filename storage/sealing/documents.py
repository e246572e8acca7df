"""Store encrypted documents by name: drafts, announcements, states of broadcasts.

Documents are padded before encryption, so that the stored sizes show little about the contents.
"""

import struct

from storage.database import ReadAccess, Transaction
from storage.sealing.sealed_table import RowPosition, SealedTable
from storage.sealing.vault import Vault

_LENGTHS = struct.Struct(">B I")  # of name and content
_PADDED_TO = 512  # bytes: sizes are multiples of this
_PAGE = 100
MOST = 1_000_000  # bytes of one document


class Documents:
    """Read and write encrypted documents.

    A name begins with the kind of document, such as `draft/…` or `standing/…`.
    """

    def __init__(self, vault: Vault) -> None:
        self.table = SealedTable(vault, "documents", _name_in)

    async def get(self, reads: ReadAccess, name: bytes) -> bytes | None:
        """Return the content of a document; None when there is no such document, or it cannot be decrypted."""
        plain = await self.table.find(reads, name)
        return None if plain is None else _content_in(plain)

    async def put(self, transaction: Transaction, name: bytes, content: bytes) -> None:
        """Create or replace a document. Raises ValueError when the name or the content is too long."""
        if len(name) > 255 or len(content) > MOST:
            raise ValueError(f"A document has a name of at most 255 bytes and at most {MOST} bytes.")
        plain = _LENGTHS.pack(len(name), len(content)) + name + content
        await self.table.put(transaction, name, plain.ljust(-(-len(plain) // _PADDED_TO) * _PADDED_TO, b"\0"))

    async def remove(self, transaction: Transaction, name: bytes) -> bool:
        """Delete a document; return False when there was none. Call `database.mark_erased()` after the commit."""
        return await self.table.remove(transaction, name)

    async def all(self, reads: ReadAccess, prefix: bytes) -> dict[bytes, bytes]:
        """Return the contents of all documents whose names begin with `prefix`, by name.

        A document that key rotation moves meanwhile can be read twice. Then the newer content is returned.
        """
        contents, position = dict[bytes, bytes](), RowPosition()
        while rows := await self.table.page_after(reads, position, _PAGE):
            position = rows[-1].position
            for plain in map(self.table.open_row, rows):
                if plain is not None and _name_in(plain).startswith(prefix):
                    contents[_name_in(plain)] = _content_in(plain)
        return contents


def _name_in(plain: bytes) -> bytes:
    return plain[_LENGTHS.size : _LENGTHS.size + plain[0]]


def _content_in(plain: bytes) -> bytes:
    name_length, length = _LENGTHS.unpack_from(plain)
    start = _LENGTHS.size + name_length
    return plain[start : start + length]
