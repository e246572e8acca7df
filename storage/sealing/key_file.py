"""Read and write the key file, a text file with the keys of each epoch until they are destroyed, and a checksum.

    declaration-bot keys 1
    epoch 4 born 2026-03-01 index 64-hex-digits record 64-hex-digits
    check 16-hex-digits

An epoch is a period of 30 days with its own keys. Small files can be next to the key file, called notes here. The
path of a note is the path of the key file plus an ending. The note `.copied` has a digest of the key file that the
operator has copied. The note `.rotate` asks the running bot to rotate the keys. `emergency_notes` defines two more.
The file with the ending `.signing` is no note: it has the key that signs announcements.
"""

import codecs
import errno
import hashlib
import os
import re
import secrets
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from storage.errors import StorageRefused, StorageTrouble
from storage.files import durable_files, owner, placement, plain_file
from storage.files.plain_file import NotAFile

_HEADER = "declaration-bot keys "
_VERSION = "1"
_WARNING = "# The list of subscribers opens with this file alone. Keep a copy apart from the data; show it to nobody."
_MAX_SIZE = 1 << 20  # bytes; a thousand epochs take 200 kB
_MAX_NOTE_SIZE = 4096  # bytes; `.copied` has 17
SIGNING = ".signing"  # the end of the name of the campaign's signing key; see `signing_key`
_DESTROYED = (".new", "", SIGNING, ".copied", ".rotate")  # ends of the names of the files that a shred destroys
_EPOCH = re.compile(
    r"epoch ([1-9][0-9]{0,8}) born ([0-9]{4}-[0-9]{2}-[0-9]{2}) index ([0-9a-f]{64}) record ([0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class EpochKeys:
    """The two keys of an epoch, a period of 30 days: `index` makes pseudonyms, and `record` encrypts records.

    Both keys are made on the day `born`, and are destroyed together.
    """

    number: int
    born: date
    index: bytes = field(repr=False)
    record: bytes = field(repr=False)


def generate(number: int, born: date) -> EpochKeys:
    """Return new random keys for the epoch with this number. `born` is the current day."""
    return EpochKeys(number, born, secrets.token_bytes(32), secrets.token_bytes(32))


def encode(epochs: tuple[EpochKeys, ...]) -> bytes:
    """Return the content of a key file with the keys of `epochs`."""
    lines = [f"{_HEADER}{_VERSION}", _WARNING]
    lines += [
        f"epoch {epoch.number} born {epoch.born} index {epoch.index.hex()} record {epoch.record.hex()}"
        for epoch in epochs
    ]
    lines.append(f"check {_checksum(lines)}\n")
    return "\n".join(lines).encode()


def parse(content: bytes, path: Path) -> tuple[EpochKeys, ...]:
    """Return the keys in the content of a key file, oldest epoch first.

    Raises StorageRefused for anything except a complete key file. `path` appears only in the error message.
    """
    lines = _normalized(content).decode("ascii", "replace").split("\n")
    if not lines[0].startswith(_HEADER):
        raise StorageRefused(f"{path} is not a key file of this bot: set SEAL_KEY_FILE to the right one.")
    if lines[0] != _HEADER + _VERSION:
        raise StorageRefused(f"The key file {path} is in a newer format than this code knows: deploy newer code.")
    matches = [_EPOCH.fullmatch(line) for line in lines if line.startswith("epoch ")]
    if not matches or lines[-2:] != [f"check {_checksum(lines[:-2])}", ""]:
        raise StorageRefused(f"The key file {path} is damaged or cut short: put your copy of it back.")
    epochs = [_epoch(match) for match in matches if match]
    return tuple(sorted(epochs, key=lambda epoch: epoch.number))


def _epoch(match: re.Match[str]) -> EpochKeys:
    number, born, index, record = match.groups()
    return EpochKeys(
        number=int(number),
        born=date.fromisoformat(born),
        index=bytes.fromhex(index),
        record=bytes.fromhex(record),
    )


def _checksum(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def read(path: Path) -> bytes:
    """Return the content of the key file.

    Raises StorageRefused when this user cannot read the file, or when other users could.
    """
    try:
        descriptor = plain_file.open_file(path)
    except NotAFile as error:
        raise StorageRefused(
            f"The key file {path} cannot be used ({error.strerror}): put your copy of it there, "
            "or set SEAL_KEY_FILE to where it is."
        ) from None
    except OSError as error:
        remedy = owner.permission_remedy(path, "let this user read it, and nobody else")
        raise StorageRefused(f"The key file {path} cannot be read ({error.strerror}): {remedy}.") from None
    try:
        _refuse_open_to_others(path, os.fstat(descriptor).st_mode)
        return os.read(descriptor, _MAX_SIZE)
    finally:
        os.close(descriptor)


def _refuse_open_to_others(path: Path, mode: int) -> None:
    if mode & 0o077:
        raise StorageRefused(
            f"Other users can read the key file {path} (mode {mode & 0o777:o}): chmod 600 {path}. "
            "If somebody may have copied it: after that `python -m bot keys rotate` and `keys destroy` the old epoch."
        )


def replace(path: Path, content: bytes) -> None:
    """Replace the key file atomically by a file with `content`. Raises StorageTrouble when that fails."""
    try:
        durable_files.write_whole(path, content)
    except OSError as error:
        remedy = owner.permission_remedy(path.parent, f"let this user write in {path.parent}")
        raise StorageTrouble(
            f"The key file {path} cannot be replaced ({error.strerror}): {remedy} "
            "(in a container mount that folder, not the file)."
        ) from None


def destroy_all(path: Path) -> None:
    """Destroy the key file, the signing key, and the notes `.copied` and `.rotate`. Raises StorageTrouble.

    Afterwards the database and its backups can be decrypted only with a copy of the key file. `emergency_notes.shred`
    calls this, and also records that it was on purpose.
    """
    for end in _DESTROYED:
        file = beside(path, end)
        try:
            durable_files.destroy(file)
        except OSError as error:
            raise _not_destroyed(file, error.strerror) from None


def check_may_destroy(path: Path) -> None:
    """Raise StorageTrouble if this user could not destroy the key file or one of the files next to it."""
    for end in _DESTROYED:
        file = beside(path, end)
        if _may_access(file, os.F_OK) and not _may_access(file, os.W_OK):
            raise _not_destroyed(file, os.strerror(errno.EACCES))


def _may_access(file: Path, mode: int) -> bool:
    """Return whether this process can access `file` with the rights of its effective user.

    `mode` is that of `os.access`.
    """
    return os.access(file, mode, effective_ids=os.access in os.supports_effective_ids)


def _not_destroyed(file: Path, reason: str | None) -> StorageTrouble:
    remedy = owner.permission_remedy(file, "destroy it by hand (shred -u)")
    return StorageTrouble(f"{file} cannot be destroyed ({reason}): {remedy}.")


def acknowledge_copy(path: Path, copy: bytes | None = None) -> None:
    """Record that the operator has copied the current key file.

    `copy` is the content of the operator's copy, or None if it was not given. Raises StorageRefused if `copy` and the
    key file are not the same.
    """
    content = read(path)
    if copy is not None and _normalized(copy) != _normalized(content):
        raise StorageRefused(f"The copy is not the same as {path}: copy it again, then run `keys copied` again.")
    write_note(path, ".copied", _digest(content))


def is_copied(path: Path) -> bool:
    """Return whether the operator has copied the key file since its last change.

    Raises StorageRefused when the key file or the note `.copied` cannot be read.
    """
    note = beside(path, ".copied")
    try:
        return plain_file.read(note, _MAX_NOTE_SIZE) == _digest(read(path))
    except FileNotFoundError:
        return False
    except OSError as error:
        remedy = owner.permission_remedy(note, "remove it")
        raise StorageRefused(
            f"{note} cannot be read ({error.strerror}): {remedy}; then run `keys copied` again."
        ) from None


def changed_at(path: Path) -> float:
    """Return the Unix time of the last change of the key file. Raises StorageRefused when it cannot be read."""
    try:
        return placement.real(path).stat().st_mtime
    except OSError as error:
        raise StorageRefused(f"The key file {path} cannot be accessed ({error.strerror}).") from None


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest()[:16].encode() + b"\n"


def request_rotation(path: Path) -> None:
    """Ask the running bot to rotate the keys, by a file next to the key file. Raises StorageRefused if that fails."""
    write_note(path, ".rotate", b"")


def is_rotation_requested(path: Path) -> bool:
    """Return whether a rotation of the keys was requested and not begun yet."""
    return beside(path, ".rotate").is_file()


def clear_rotation_request(path: Path) -> None:
    """Delete the request for a rotation, if there is one. Raises StorageTrouble when it cannot be deleted."""
    request = beside(path, ".rotate")
    try:
        request.unlink(missing_ok=True)
    except OSError as error:
        raise StorageTrouble(f"{request} cannot be removed ({error.strerror}): remove it.") from None


def beside(path: Path, end: str) -> Path:
    """Return the path of the key file with `end` appended, such as `.copied`.

    Links to the key file are followed first.
    """
    real = placement.real(path)
    return real.with_name(real.name + end)


def write_note(path: Path, end: str, content: bytes) -> None:
    """Write the note with the ending `end`, a small file without secrets next to the key file `path`.

    Replace an existing note, even of another user. Raises StorageRefused when it cannot be written.
    """
    note = beside(path, end)
    try:
        durable_files.write_whole(note, content, overwrite=False)
    except OSError as error:
        remedy = owner.permission_remedy(note.parent, "let this user write in its folder")
        raise StorageRefused(f"{note} cannot be written ({error.strerror}): {remedy}.") from None


def _normalized(content: bytes) -> bytes:
    """Return `content` without a byte order mark, and with Unix line ends.

    A copy of the key file that was made on Windows can have a byte order mark and other line ends.
    """
    return content.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")
