"""A file of the wrong kind, size, encoding or mode is named in one sentence, without a traceback or a hang."""

import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from storage.store import opened
from tests.support.bot_and_playground import ROOT
from tests.support.forked_command import run_forked
from tests.support.other_user import OWNER, command_of, give, only_root, open_folder
from tests.support.small_campaign import copy_with_few_words

BOT = 123456789
TOKEN = f"{BOT}:" + "A" * 35
IDENTITY = pyrage.x25519.Identity.generate()
WITHIN = 30.0  # seconds; a second on an idle machine, and what hangs hangs for ever


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 36)


SHAPES: dict[str, Callable[[Path], object]] = {
    "a folder": lambda path: path.mkdir(),
    "a pipe": lambda path: os.mkfifo(path, 0o600),
    "a socket": _socket,
    "an empty device": lambda path: path.symlink_to("/dev/null"),
    "an endless device": lambda path: path.symlink_to("/dev/zero"),
    "a link to itself": lambda path: path.symlink_to(path),
    "a link to nothing": lambda path: path.symlink_to(path.with_name("nothing")),
}
CONTENTS: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "huge": _huge,
    "not UTF-8": lambda path: path.write_bytes(b"\xff\xfe\xfdBOT_TOKEN=\xff"),
    "NUL bytes": lambda path: path.write_bytes(bytes(300)),
}
FILES = {  # the file, and the command that meets it
    "data/bot.db": "run",
    "data/bot.db-wal": "run",
    "data/bot.db-shm": "run",
    "data/bot.db-journal": "migrate",
    "keys/seal.key": "run",
    "keys/seal.key.lock": "run",
    "keys/seal.key.copied": "run",
    "keys/seal.key.rotate": "run",
    "token": "run",
    ".env": "run",
    "campaign/topics.yaml": "run",
    "copy": "keys copied copy",
    "offline.txt": "restore list.age --identity offline.txt",
    "list.age": "restore list.age --identity offline.txt",
}
# Every file with the commonest shapes, and the key file with every shape; all the rest is long.
USUAL_SHAPES = ("a folder", "a pipe")
PAIRS = [
    pytest.param(name, shape, marks=[] if shape in USUAL_SHAPES or name == "keys/seal.key" else [pytest.mark.torture])
    for name in FILES
    for shape in SHAPES
]
WITH_CONTENT = ["data/bot.db", "keys/seal.key", "token", "campaign/topics.yaml", "copy", "offline.txt", "list.age"]
USUAL_CONTENTS = ("huge", "not UTF-8")
CONTENT_PAIRS = [
    pytest.param(
        name, content, marks=[] if content in USUAL_CONTENTS or name == "keys/seal.key" else [pytest.mark.torture]
    )
    for name in WITH_CONTENT
    for content in CONTENTS
]


@pytest.fixture
async def folder() -> AsyncIterator[Path]:
    """Everything an operator has, in order."""
    day = datetime.now(UTC).date()
    async with open_folder() as made:
        async with opened(made / "data" / "bot.db", made / "keys" / "seal.key", day, BOT):
            pass
        (made / "token").write_text(TOKEN)
        (made / "offline.txt").write_text(f"{IDENTITY}\n")
        shutil.copyfile(made / "keys" / "seal.key", made / "copy")
        (made / "copy").chmod(0o600)
        (made / ".env").write_text("SEND_RATE=20\n")
        yield made


def add_campaign(folder: Path) -> None:
    """For tests of its files, and of a user without a home for caches: a campaign that is quickly loaded."""
    copy_with_few_words(folder / "campaign")


async def failure(folder: Path, arguments: str, *, user: int = 0) -> str:
    """The one sentence with which the command refuses. Without a folder `campaign`, it uses the shipped one."""
    environment = {
        "DATABASE_URL": f"sqlite:///{folder}/data/bot.db",
        "SEAL_KEY_FILE": f"{folder}/keys/seal.key",
        "BOT_TOKEN_FILE": f"{folder}/token",
        "BOT_API_URL": "http://127.0.0.1:9",
        "BACKUP_RECIPIENT": str(IDENTITY.to_public()),
        "PYTHONPATH": str(ROOT),
    }
    if os.path.lexists(folder / "campaign"):
        environment["CONTENT_DIR"] = f"{folder}/campaign"
    if user:
        code, output = await command_of(user, environment, *arguments.split(), within=WITHIN, folder=folder)
    else:
        code, output = await run_forked(environment, arguments.split(), folder=folder, within=WITHIN)

    assert code == 1, output
    assert "Traceback" not in output
    return output


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (b"\xef\xbb\xbf", b"\r\n"),
        pytest.param(b"\xef\xbb\xbf", b"\n", marks=pytest.mark.torture),
        pytest.param(b"", b"\r\n", marks=pytest.mark.torture),
    ],
)
async def test_keys_are_read_as_editors_and_pipes_write_them(folder: Path, begin: bytes, end: bytes) -> None:
    for name in ("keys/seal.key", "copy", "offline.txt"):
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(begin + content.replace(b"\n", end))
    await success(folder, "keys copied copy")
    await make_backup(folder)
    await success(folder, "restore list.age --identity offline.txt")
    await success(folder, "stats")


async def success(folder: Path, arguments: str) -> None:
    with pytest.raises(AssertionError, match="assert 0 == 1"):  # the code of a command that does what it is to do
        await failure(folder, arguments)


async def make_backup(folder: Path) -> None:
    """For a restore: a backup, and no database in its way."""
    from storage import backup

    await backup.backup(folder / "data" / "bot.db", folder / "list.age", str(IDENTITY.to_public()))
    (folder / "data").rename(folder / "before")


def remove(path: Path) -> None:
    if path.exists():
        path.unlink()


@pytest.mark.parametrize(("name", "shape"), PAIRS)
async def test_a_path_that_is_not_a_file_is_named(folder: Path, name: str, shape: str) -> None:
    if FILES[name].startswith("restore"):
        await make_backup(folder)
    if name.startswith("campaign"):
        add_campaign(folder)
    remove(folder / name)
    SHAPES[shape](folder / name)
    output = await failure(folder, FILES[name])

    assert Path(name).name in output
    assert len(output.strip().splitlines()) <= 2
    assert ": " in output


@pytest.mark.parametrize(("name", "content"), CONTENT_PAIRS)
async def test_a_file_with_the_wrong_content_is_named(folder: Path, name: str, content: str) -> None:
    if FILES[name].startswith("restore"):
        await make_backup(folder)
    if name.startswith("campaign"):
        add_campaign(folder)
    remove(folder / name)
    CONTENTS[content](folder / name)
    (folder / name).chmod(0o600)
    output = await failure(folder, FILES[name])

    assert any(word in output for word in (Path(name).name, "The copy", "age secret key"))
    assert len(output.strip().splitlines()) <= 2


@pytest.mark.parametrize("content", ["huge", "not UTF-8"])
async def test_settings_that_cannot_be_read_are_named(folder: Path, content: str) -> None:
    remove(folder / ".env")
    CONTENTS[content](folder / ".env")

    assert ".env cannot be read" in await failure(folder, "run")


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "a folder"])
@pytest.mark.parametrize("name", ["data", "keys", "campaign"])
async def test_a_path_that_is_not_a_folder_is_named(folder: Path, name: str, shape: str) -> None:
    shutil.rmtree(folder / name, ignore_errors=name == "campaign")
    SHAPES[shape](folder / name)

    assert f"{folder / name}" in await failure(folder, "run")


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_backup_replaces_only_a_file(folder: Path, shape: str) -> None:
    target = folder / "target"
    SHAPES[shape](target)
    kind = target.lstat().st_mode
    if shape == "a link to nothing":  # then it is made where the link leads to
        target = folder / "missing" / "target"

    assert str(target) in await failure(folder, f"backup {target}")
    assert (folder / "target").lstat().st_mode == kind


@only_root
@pytest.mark.parametrize(
    ("name", "arguments"),
    [(name, FILES[name]) for name in FILES if name not in ("keys/seal.key.copied", "keys/seal.key.rotate")]
    + [("data", "run"), ("keys", "run"), ("campaign", "run"), ("data", "backup list.age"), ("keys", "keys rotate")],
)
async def test_a_path_that_this_user_may_not_read_is_named(folder: Path, name: str, arguments: str) -> None:
    if arguments.startswith("restore"):
        await make_backup(folder)
    add_campaign(folder)
    if not (folder / name).exists():
        (folder / name).touch()
    give(folder)
    (folder / name).chmod(0)
    output = await failure(folder, arguments, user=OWNER)

    assert Path(name).name in output
    assert len(output.strip().splitlines()) <= (6 if name == "campaign" else 2)  # a campaign: each of its files


@pytest.fixture
def read_only(folder: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a folder of the list for reading only."""
    mounted: list[Path] = []

    def mount(name: str) -> Path:
        path = folder / name
        if subprocess.run(["mount", "--bind", path, path], capture_output=True, check=False).returncode:
            pytest.skip("This user may not mount: run it as root.")
        mounted.append(path)
        subprocess.run(["mount", "-o", "remount,ro,bind", path], check=True)
        return path

    yield mount
    for path in mounted:
        subprocess.run(["umount", path], check=True)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("data", "run"), ("keys", "run"), ("data", "migrate"), ("keys", "keys rotate"), ("keys", "keys copied"),
        ("keys", "keys shred --yes"), ("data", "backup list.age"),
    ],
)  # fmt: skip
async def test_a_read_only_folder_is_named(
    folder: Path, read_only: Callable[[str], Path], name: str, arguments: str
) -> None:
    path = read_only(name)
    output = await failure(folder, arguments)

    assert str(path) in output
    assert len(output.strip().splitlines()) == 1
