"""The key file: the keys of all epochs that are not destroyed yet, as text with a check at its end.

    declaration-bot keys 1
    epoch 4 born 2026-03-01 index 64-hex-digits record 64-hex-digits
    check 16-hex-digits

Beside it, `.copied` names the state that the operator says he has copied, and `.rotate` asks a running bot to rotate.
"""

import codecs
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

_HEAD = "declaration-bot keys "
_VERSION = "1"
_WARNING = "# The list of subscribers opens with this file alone. Keep a copy apart from the data; show it to nobody."
_MOST = 1 << 20  # bytes; a thousand epochs take 200 kB
_LONGEST_NOTE = 4096  # bytes; `.copied` has 17
_EPOCH = re.compile(
    r"epoch ([1-9][0-9]{0,8}) born ([0-9]{4}-[0-9]{2}-[0-9]{2}) index ([0-9a-f]{64}) record ([0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class EpochKeys:
    """`index` makes pseudonyms, `record` seals; both are born on one day and destroyed together."""

    number: int
    born: date
    index: bytes = field(repr=False)
    record: bytes = field(repr=False)


def fresh(number: int, born: date) -> EpochKeys:
    return EpochKeys(number, born, secrets.token_bytes(32), secrets.token_bytes(32))


def written(epochs: tuple[EpochKeys, ...]) -> bytes:
    lines = [f"{_HEAD}{_VERSION}", _WARNING]
    for one in epochs:
        lines.append(f"epoch {one.number} born {one.born} index {one.index.hex()} record {one.record.hex()}")
    lines.append(f"check {_check(lines)}\n")
    return "\n".join(lines).encode()


def parsed(content: bytes, path: Path) -> tuple[EpochKeys, ...]:
    """The epochs, oldest first; raises StorageRefused for anything but a whole key file."""
    lines = _plain(content).decode("ascii", "replace").split("\n")
    if not lines[0].startswith(_HEAD):
        raise StorageRefused(f"{path} is not a key file of this bot: set SEAL_KEY_FILE to the right one.")
    if lines[0] != _HEAD + _VERSION:
        raise StorageRefused(f"The key file {path} is of a newer kind than this code knows: deploy newer code.")
    found = [_EPOCH.fullmatch(line) for line in lines if line.startswith("epoch ")]
    if not found or lines[-2:] != [f"check {_check(lines[:-2])}", ""]:
        raise StorageRefused(f"The key file {path} is damaged or cut short: put your copy of it back.")
    epochs = [_epoch(one) for one in found if one]
    return tuple(sorted(epochs, key=lambda one: one.number))


def _epoch(found: re.Match[str]) -> EpochKeys:
    number, born, index, record = found.groups()
    return EpochKeys(int(number), date.fromisoformat(born), bytes.fromhex(index), bytes.fromhex(record))


def _check(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def read(path: Path) -> bytes:
    """What the key file holds; raises StorageRefused when others could read it, or when it cannot be read."""
    try:
        opened = plain_file.opened(path)
    except NotAFile as other:
        raise StorageRefused(
            f"The key file {path} cannot be used ({other.strerror}): put your copy of it there, "
            "or set SEAL_KEY_FILE to where it is."
        ) from None
    except OSError as broken:
        remedy = owner.why_not(path, "let this user read it, and nobody else")
        raise StorageRefused(f"The key file {path} cannot be read ({broken.strerror}): {remedy}.") from None
    try:
        _refuse_open_to_others(path, os.fstat(opened).st_mode)
        return os.read(opened, _MOST)
    finally:
        os.close(opened)


def _refuse_open_to_others(path: Path, mode: int) -> None:
    if mode & 0o077:
        raise StorageRefused(
            f"Other users can read the key file {path} (mode {mode & 0o777:o}): chmod 600 {path}. "
            "If somebody may have copied it: after that `python -m bot keys rotate` and `keys destroy` the old epoch."
        )


def replace(path: Path, content: bytes) -> None:
    try:
        durable_files.write_whole(path, content)
    except OSError as broken:
        remedy = owner.why_not(path.parent, f"let this user write in {path.parent}")
        raise StorageTrouble(
            f"The key file {path} cannot be replaced ({broken.strerror}): {remedy} "
            "(in a container mount that folder, not the file)."
        ) from None


def shred(path: Path) -> None:
    """Destroys every key, whoever runs: no copy of the database opens any more, except with copies of this file."""
    for end in (".new", "", ".copied", ".rotate"):
        place = _beside(path, end)
        try:
            durable_files.destroy(place)
        except OSError as broken:
            remedy = owner.why_not(place, "destroy it by hand (shred -u)")
            raise StorageTrouble(f"{place} cannot be destroyed ({broken.strerror}): {remedy}.") from None


def acknowledge_copy(path: Path, copy: bytes | None = None) -> None:
    """Remembers that the operator has copied the key file as it is now; what the `copy` holds is compared first."""
    content = read(path)
    if copy is not None and _plain(copy) != _plain(content):
        raise StorageRefused(f"The copy is not the same as {path}: copy it again, then say so.")
    _mark(path, ".copied", _state(content))


def is_copied(path: Path) -> bool:
    """Raises StorageRefused when that cannot be seen."""
    note = _beside(path, ".copied")
    try:
        return plain_file.read(note, _LONGEST_NOTE) == _state(read(path))
    except FileNotFoundError:
        return False
    except OSError as broken:
        remedy = owner.why_not(note, "remove it")
        raise StorageRefused(
            f"{note} cannot be read ({broken.strerror}): {remedy}; then say `keys copied` again."
        ) from None


def _state(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest()[:16].encode() + b"\n"


def request_rotation(path: Path) -> None:
    """For a second process: the bot that holds the keys rotates when it looks next."""
    _mark(path, ".rotate", b"")


def is_rotation_requested(path: Path) -> bool:
    return _beside(path, ".rotate").is_file()


def clear_rotation_request(path: Path) -> None:
    """Raises StorageTrouble when the request cannot be taken away."""
    request = _beside(path, ".rotate")
    try:
        request.unlink(missing_ok=True)
    except OSError as broken:
        raise StorageTrouble(f"{request} cannot be removed ({broken.strerror}): remove it.") from None


def _beside(path: Path, end: str) -> Path:
    """Where the key file itself lies, not where a link to it does."""
    real = placement.real(path)
    return real.with_name(real.name + end)


def _mark(path: Path, end: str, content: bytes) -> None:
    """Writes a note beside the key file, which holds no secret; one that another user left is replaced."""
    note = _beside(path, end)
    try:
        durable_files.write_whole(note, content, overwrite=False)
    except OSError as broken:
        remedy = owner.why_not(note.parent, "let this user write in its folder")
        raise StorageRefused(f"{note} cannot be written ({broken.strerror}): {remedy}.") from None


def _plain(content: bytes) -> bytes:
    """Without what an editor or a pipe on Windows adds."""
    return content.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")
