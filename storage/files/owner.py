"""Find the user who owns the database and its keys, and act as that user when root runs a command.

Only their owner can open the database and the key file. If root created one of them, the bot could not open it.
"""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from storage.errors import StorageRefused

_ROOT = 0


@dataclass(frozen=True, slots=True)
class Account:
    """A user and a group of the operating system."""

    uid: int
    gid: int

    @property
    def name(self) -> str:
        """Return the name of the user, or `#uid` when it has none."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return f"#{self.uid}"  # the form that sudo accepts

    @property
    def groups(self) -> list[int]:
        """Return the ids of all groups of the user."""
        try:
            return os.getgrouplist(pwd.getpwuid(self.uid).pw_name, self.gid)
        except KeyError:
            return [self.gid]


def command_as(account: Account) -> str:
    """Return the beginning of a shell command that runs the bot as `account`, for error messages."""
    return f"sudo -u {account.name if account.name[0] != '#' else repr(account.name)} python -m bot …"


def owner_of(path: Path) -> Account | None:
    """Return the owner of `path`, or None if the owner is unknown.

    If `path` does not exist, return the owner of the nearest existing folder above it.
    """
    for place in (path, *path.parents):
        try:
            status = place.stat()
        except (FileNotFoundError, NotADirectoryError, PermissionError):  # the folder above may tell the owner
            continue
        except OSError:
            return None
        return Account(status.st_uid, status.st_gid)
    return None


def owner_of_store(database: Path, keys: Path) -> Account | None:
    """Return the user who owns the database and the keys; None if that is root, or if nothing exists yet.

    If both files are missing or belong to root, the owners of their folders are used instead. Raises StorageRefused
    when the database and the keys have different owners.
    """
    for pair in ((keys, database), (keys.parent, database.parent)):
        owners = [account for path in pair if (account := owner_of(path) if path.exists() else None)]
        if others := {account.uid: account for account in owners if account.uid != _ROOT}:
            if len(others) > 1:
                first, second = (account.name for account in others.values())
                raise StorageRefused(
                    f"{pair[0]} belongs to {first}, and {pair[1]} to {second}: give both to the bot's user (chown)."
                )
            return next(iter(others.values()))
    return None


def refuse_root(database: Path, keys: Path) -> None:
    """Raise StorageRefused when root starts the bot, but another user owns the database or the keys.

    That user could not open the files that root writes.
    """
    if os.geteuid() == _ROOT and (owner := owner_of_store(database, keys)):
        raise StorageRefused(
            f"The list and its keys belong to {owner.name} (uid {owner.uid}), and this is root, whose files "
            f"{owner.name} could not open: start the bot as that user ({command_as(owner)}), "
            f"or give the folders of {database} and {keys} to root (chown -R)."
        )


@contextmanager
def acting_for_store(database: Path, keys: Path) -> Iterator[None]:
    """Run the block as the owner of the database and the keys, if root runs the command."""
    owner = owner_of_store(database, keys) if os.getuid() == _ROOT else None
    with _acting_as(owner) if owner else nullcontext():
        yield


@contextmanager
def acting_for(path: Path) -> Iterator[None]:
    """Run the block as the owner of `path`, if root runs the command.

    If there is no file at `path`, use the owner of the nearest existing folder above.
    """
    with as_caller():
        owner = owner_of(path) if os.getuid() == _ROOT else None
        with _acting_as(owner) if owner and owner.uid != _ROOT else nullcontext():
            yield


@contextmanager
def as_caller() -> Iterator[None]:
    """Undo `acting_for` for the block: run it as the user who gave the command.

    Use this for files that the command names.
    """
    if os.geteuid() == os.getuid():
        yield
        return
    before = os.geteuid(), os.getegid(), os.getgroups()
    _become(os.getuid(), os.getgid(), [])
    try:
        yield
    finally:
        _become(*before)


@contextmanager
def _acting_as(account: Account) -> Iterator[None]:
    before = os.geteuid(), os.getegid(), os.getgroups()
    try:
        _become(account.uid, account.gid, account.groups)
    except PermissionError:  # a container without these rights
        raise StorageRefused(
            f"The list belongs to {account.name} (uid {account.uid}), and this root may not act as that user: "
            f"run the command as that user ({command_as(account)}; in Docker exec -u {account.uid}:{account.gid} …)."
        ) from None
    try:
        yield
    finally:
        _become(*before)


def _become(uid: int, gid: int, groups: list[int]) -> None:
    """Change the effective user and groups of the process. The real user stays root, so that this can be undone.

    Only root can change groups. Therefore the process becomes root first, and changes the user last.
    """
    os.seteuid(os.getuid())
    os.setgroups(groups)
    os.setegid(gid)
    os.seteuid(uid)


def permission_remedy(path: Path, own_remedy: str) -> str:
    """Return advice, for an error message, about a `path` that this user cannot use.

    If another user owns `path`, the advice names that user and a command that solves the problem. Otherwise, or if
    the owner is unknown, return `own_remedy`.
    """
    owner = owner_of(path)
    if owner is None or owner.uid == os.geteuid():
        return own_remedy
    if owner.uid == _ROOT:
        me = Account(os.geteuid(), os.getegid())
        return f"it belongs to root, and this is uid {me.uid}: chown {me.uid}:{me.gid} {path}"
    return f"it belongs to {owner.name} (uid {owner.uid}), and this is uid {os.geteuid()}: {command_as(owner)}"
