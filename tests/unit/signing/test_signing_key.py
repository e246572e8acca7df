"""Signatures follow RFC 8032, and the file with the key opens in every later version or says why not."""

from pathlib import Path

import pytest

from storage.errors import StorageRefused
from storage.sealing import emergency_notes, key_file, signing_key
from tests.support.signing import KEY, OTHER_KEY, RFC_8032

FILE_OF_FIRST_VERSION = b"""\
declaration-bot signing key 1
# This file signs in the campaign's name. Keep a copy apart from the server; show it to nobody.
secret 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
public 03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8
check 1352d348d8321a3f
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "seal.key.signing"


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_keys_and_signatures_are_those_of_rfc_8032(secret: str, public: str, message: str, signature: str) -> None:
    key = signing_key.of_secret(bytes.fromhex(secret))

    assert key.public.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert signing_key.is_signed(bytes.fromhex(message), bytes.fromhex(signature), key.public)


def test_a_signature_fits_neither_another_text_nor_another_key() -> None:
    signature = KEY.sign(b"noon")

    assert not signing_key.is_signed(b"moon", signature, KEY.public)
    assert not signing_key.is_signed(b"noon", signature, OTHER_KEY.public)
    assert not signing_key.is_signed(b"noon", signature[:-1], KEY.public)
    assert not signing_key.is_signed(b"noon", signature, b"short")


def test_a_key_file_of_the_first_version_opens() -> None:
    assert signing_key.parse(FILE_OF_FIRST_VERSION, Path("key")) == KEY
    assert signing_key.parse(FILE_OF_FIRST_VERSION.replace(b"\n", b"\r\n"), Path("key")) == KEY


def test_a_new_key_is_read_again_and_is_for_this_user_alone(path: Path) -> None:
    key = signing_key.create(path)

    assert signing_key.read(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert key.secret.hex() not in repr(key)


def test_a_key_is_never_overwritten(path: Path) -> None:
    key = signing_key.create(path)

    with pytest.raises(StorageRefused, match="stays as it is"):
        signing_key.create(path)
    assert signing_key.read(path) == key


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is not a signing key"),
        (b"declaration-bot keys 1\n", "is not a signing key"),
        (FILE_OF_FIRST_VERSION.replace(b"key 1", b"key 2"), "newer format"),
        (FILE_OF_FIRST_VERSION[:-20], "damaged or cut short"),
        (FILE_OF_FIRST_VERSION.replace(b"secret 00", b"secret 01"), "damaged or cut short"),
    ],
)
def test_anything_but_a_whole_key_is_refused_with_a_reason(path: Path, content: bytes, sentence: str) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(StorageRefused, match=sentence):
        signing_key.read(path)


def test_a_missing_key_and_one_that_others_can_read_are_refused_with_a_remedy(path: Path) -> None:
    with pytest.raises(StorageRefused, match=r"cannot be read .*signing new"):
        signing_key.read(path)
    signing_key.create(path)
    path.chmod(0o640)

    with pytest.raises(StorageRefused, match="chmod 600"):
        signing_key.read(path)


def test_a_shred_destroys_the_signing_key_as_well(path: Path) -> None:
    keys = path.with_name("seal.key")
    signing_key.create(path)
    key_file.replace(keys, b"any")

    emergency_notes.shred(keys)

    assert signing_key.path_beside(keys) == path
    assert not path.exists()
