"""Sign texts with the campaign's Ed25519 key (RFC 8032), and read and write the file with that key.

    declaration-bot signing key 1
    secret 64-hex-digits
    public 64-hex-digits
    check 16-hex-digits

The file is next to the key file, with the ending `.signing`. This key cannot decrypt the list of subscribers.
"""

import codecs
import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from storage.errors import StorageRefused, StorageTrouble
from storage.files import durable_files, owner, plain_file
from storage.sealing import key_file

SIGNATURE_SIZE = 64  # bytes
_HEADER = "declaration-bot signing key "
_VERSION = "1"
_WARNING = "# This file signs in the campaign's name. Keep a copy apart from the server; show it to nobody."
_KEYS = re.compile(r"secret ([0-9a-f]{64})\npublic ([0-9a-f]{64})")
_MAX_SIZE = 4096  # bytes
_OPEN_TO_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The key that signs announcements. Its part `public` can be known to everybody, and checks signatures."""

    secret: bytes = field(repr=False)
    public: bytes

    def sign(self, message: bytes) -> bytes:
        """Return the signature of `message`: 64 bytes, and always the same for the same message."""
        return Ed25519PrivateKey.from_private_bytes(self.secret).sign(message)


def of_secret(secret: bytes) -> SigningKey:
    """Return the signing key with this secret part of 32 bytes."""
    return SigningKey(secret, Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw())


def is_signed(message: bytes, signature: bytes, public: bytes) -> bool:
    """Return whether `signature` is a valid signature of `message` by the key with the public part `public`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def path_beside(keys: Path) -> Path:
    """Return the path of the signing key: that of the key file `keys`, with the ending `.signing`."""
    return key_file.beside(keys, key_file.SIGNING)


def create(path: Path) -> SigningKey:
    """Write a new key into a file that only this user can read.

    Raises StorageRefused when something is there already, and StorageTrouble when the file cannot be written.
    """
    if os.path.lexists(path):
        raise StorageRefused(f"{path} exists and stays as it is. To begin with another key, first move it away.")
    key = of_secret(os.urandom(32))
    try:
        durable_files.make_folder(path.parent)
        durable_files.write_whole(path, encode(key), overwrite=False)
    except OSError as error:
        remedy = owner.permission_remedy(path.parent, f"let this user write in {path.parent}")
        raise StorageTrouble(f"The signing key {path} cannot be written ({error.strerror}): {remedy}.") from None
    return key


def encode(key: SigningKey) -> bytes:
    """Return the content of a file with `key`, in the format that `parse` reads."""
    lines = [f"{_HEADER}{_VERSION}", _WARNING, f"secret {key.secret.hex()}", f"public {key.public.hex()}"]
    return "\n".join([*lines, f"check {_checksum(lines)}", ""]).encode()


def read(path: Path) -> SigningKey:
    """Return the key in the file at `path`.

    Raises StorageRefused when the file has no complete key, when this user cannot read it, or when other users could.
    """
    try:
        content = plain_file.read(path, _MAX_SIZE)
        mode = path.stat().st_mode
    except OSError as error:
        remedy = owner.permission_remedy(path, "put your copy of it there, or make a key with `signing new`")
        raise StorageRefused(f"The signing key {path} cannot be read ({error.strerror}): {remedy}.") from None
    if mode & _OPEN_TO_OTHERS:
        raise StorageRefused(f"Others can read the signing key {path} (mode {mode & 0o777:o}): chmod 600 {path}.")
    return parse(content, path)


def parse(content: bytes, path: Path) -> SigningKey:
    """Return the key in the content of its file. Raises StorageRefused if the content is incomplete or damaged.

    `path` appears only in the error message.
    """
    text = content.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").decode("ascii", "replace")
    lines = text.split("\n")
    if not lines[0].startswith(_HEADER):
        raise StorageRefused(f"{path} is not a signing key of this bot: put your copy of the key there.")
    if lines[0] != _HEADER + _VERSION:
        raise StorageRefused(f"The signing key {path} is in a newer format than this code knows: deploy newer code.")
    keys = _KEYS.search(text)
    if keys is None or lines[-2:] != [f"check {_checksum(lines[:-2])}", ""]:
        raise StorageRefused(f"The signing key {path} is damaged or cut short: put your copy of it back.")
    return SigningKey(*map(bytes.fromhex, keys.groups()))


def _checksum(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
