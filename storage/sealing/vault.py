"""Encrypt records and make their pseudonyms. A record can be decrypted only under its own pseudonym and epoch.

    pseudonym = HMAC-SHA256(index key of the epoch, label 00 name)[:16]
    sealed    = nonce (12) + AES-256-GCM(record key of the epoch, plain, bound to label, epoch, pseudonym) + tag (16)

Nonces are random. That is safe for 2^32 writes in an epoch of 30 days (NIST SP 800-38D, 8.3).
"""

import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.sealing.key_file import EpochKeys

_NONCE_SIZE = 12  # bytes
OVERHEAD = _NONCE_SIZE + 16  # bytes by which a sealed record is longer than the plain one
_MOST_REJECTED = 10_000  # remembered: a limit, so that a database full of invalid rows cannot fill the memory


@dataclass(frozen=True, slots=True)
class _Keys:
    index: bytes = field(repr=False)
    record: AESGCM = field(repr=False)


class Vault:
    """Encrypt and decrypt records with the keys of all epochs.

    New rows are encrypted with the keys of `current_epoch`. `active_epochs` are the epochs that can have rows, oldest
    first. `rejected` has the rows that were read since the start and could not be decrypted. Each is a tuple of
    label, epoch and pseudonym. The label is the name of a table.
    """

    def __init__(self, epochs: Iterable[EpochKeys]) -> None:
        self._keys: dict[int, _Keys] = {}
        self.active_epochs: tuple[int, ...] = ()
        for epoch in epochs:
            self.add_epoch(epoch)
        self.current_epoch: int = max(self._keys)
        self.rejected: set[tuple[bytes, int, bytes]] = set()

    def add_epoch(self, epoch: EpochKeys) -> None:
        """Add the keys of an epoch, without making it the current epoch."""
        self._keys[epoch.number] = _Keys(epoch.index, AESGCM(epoch.record))
        self.active_epochs = tuple(sorted({*self.active_epochs, epoch.number}))

    def deactivate_epoch(self, number: int) -> None:
        """Stop searching an epoch for rows. Call this when no row is left in it."""
        self.active_epochs = tuple(epoch for epoch in self.active_epochs if epoch != number)

    def forget_epoch(self, number: int) -> None:
        """Delete the keys of an epoch from memory, so that none of its rows can be decrypted any more."""
        self.deactivate_epoch(number)
        self._keys.pop(number, None)
        self.rejected = {row for row in self.rejected if row[1] != number}

    def pseudonym(self, epoch: int, label: bytes, name: bytes) -> bytes:
        """Return the 16 bytes that stand for `name` in one epoch and in the table named by `label`."""
        return hmac.digest(self._keys[epoch].index, label + b"\0" + name, "sha256")[:16]

    def seal(self, epoch: int, label: bytes, pseudonym: bytes, plain: bytes) -> bytes:
        """Return the record `plain` encrypted for one row: its epoch, its table (`label`) and its pseudonym.

        Each call returns different bytes, because the nonce is random.
        """
        nonce = os.urandom(_NONCE_SIZE)
        return nonce + self._keys[epoch].record.encrypt(nonce, plain, _bound(label, epoch, pseudonym))

    def open(self, epoch: int, label: bytes, pseudonym: bytes, sealed: bytes) -> bytes | None:
        """Return the decrypted record in `sealed`. If that is impossible, add its row to `rejected` and return None.

        A row cannot be decrypted when somebody altered or forged it, or when the keys of its epoch are destroyed.
        """
        keys = self._keys.get(epoch)
        if keys is not None:
            try:
                bound = _bound(label, epoch, pseudonym)
                return keys.record.decrypt(sealed[:_NONCE_SIZE], sealed[_NONCE_SIZE:], bound)
            except (InvalidTag, ValueError, TypeError):  # ValueError: a short nonce; TypeError: not bytes
                pass
        if len(self.rejected) < _MOST_REJECTED:
            self.rejected.add((label, epoch, pseudonym))
        return None

    def clear_rejected(self, epoch: int, label: bytes, pseudonym: bytes) -> None:
        """Remove a row from `rejected`. Call this when the row was replaced or deleted."""
        self.rejected.discard((label, epoch, pseudonym))


def _bound(label: bytes, epoch: int, pseudonym: bytes) -> bytes:
    """Return the associated data of AES-GCM, which binds a record to its table, epoch and pseudonym."""
    return label + b"\0%d:" % epoch + pseudonym
