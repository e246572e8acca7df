"""Sealing: a row's key is a keyed pseudonym, and its record opens under that pseudonym and epoch alone.

    pseudonym = HMAC-SHA256(index key of the epoch, label 00 name)[:16]
    sealed    = nonce (12) + AES-256-GCM(record key of the epoch, plain, bound to label, epoch, pseudonym) + tag (16)

Nonces are random: an epoch of 30 days would need 2^32 writes before that becomes a question (NIST SP 800-38D, 8.3).
"""

import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.sealing.key_file import EpochKeys

_NONCE = 12
OVERHEAD = _NONCE + 16
_MOST_REJECTED = 10_000  # remembered; a disk full of nonsense must not fill the memory too


@dataclass(frozen=True, slots=True)
class _Keys:
    index: bytes = field(repr=False)
    record: AESGCM = field(repr=False)


class Vault:
    """`current` is the epoch that new rows are sealed in; `living` are all that may hold rows, oldest first."""

    def __init__(self, epochs: Iterable[EpochKeys]) -> None:
        self._keys: dict[int, _Keys] = {}
        self.living: tuple[int, ...] = ()
        for one in epochs:
            self.learn(one)
        self.current: int = max(self._keys)
        self.rejected: set[tuple[bytes, int, bytes]] = set()

    def learn(self, epoch: EpochKeys) -> None:
        self._keys[epoch.number] = _Keys(epoch.index, AESGCM(epoch.record))
        self.living = tuple(sorted({*self.living, epoch.number}))

    def rest(self, number: int) -> None:
        """No row is left in this epoch: look-ups need not try it."""
        self.living = tuple(one for one in self.living if one != number)

    def forget(self, number: int) -> None:
        self.rest(number)
        self._keys.pop(number, None)
        self.rejected = {one for one in self.rejected if one[1] != number}

    def pseudonym(self, epoch: int, label: bytes, name: bytes) -> bytes:
        return hmac.digest(self._keys[epoch].index, label + b"\0" + name, "sha256")[:16]

    def seal(self, epoch: int, label: bytes, pseudonym: bytes, plain: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._keys[epoch].record.encrypt(nonce, plain, _bound(label, epoch, pseudonym))

    def open(self, epoch: int, label: bytes, pseudonym: bytes, sealed: bytes) -> bytes | None:
        """What was sealed; None, and counted, when the row was altered, swapped, or is not ours."""
        keys = self._keys.get(epoch)
        if keys is not None:
            try:
                bound = _bound(label, epoch, pseudonym)
                return keys.record.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound)
            except (InvalidTag, ValueError, TypeError):  # ValueError: a nonce too short; TypeError: no bytes at all
                pass
        if len(self.rejected) < _MOST_REJECTED:
            self.rejected.add((label, epoch, pseudonym))
        return None

    def replaced(self, epoch: int, label: bytes, pseudonym: bytes) -> None:
        """A row that was perhaps rejected is written anew or gone."""
        self.rejected.discard((label, epoch, pseudonym))


def _bound(label: bytes, epoch: int, pseudonym: bytes) -> bytes:
    return label + b"\0%d:" % epoch + pseudonym
