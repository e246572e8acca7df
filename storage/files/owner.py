"""Whose files the list and its keys are. The files are for their owner alone, so what another user writes there would
lock the bot out: root acts as that owner, and everybody else is told how to.
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
    uid: int
    gid: int

    @property
    def name(self) -> str:
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return f"#{self.uid}"  # as sudo takes it

    @property
    def groups(self) -> list[int]:
        try:
            return os.getgrouplist(pwd.getpwuid(self.uid).pw_name, self.gid)
        except KeyError:
            return [self.gid]


def how_to_be(account: Account) -> str:
    """Return the words of a remedy: how this command is run as `account`."""
    return f"sudo -u {account.name if account.name[0] != '#' else repr(account.name)} python -m bot …"


def owner_of(path: Path) -> Account | None:
    """Return who owns `path`, or the nearest folder above it that is there; None when that cannot be seen."""
    for place in (path, *path.parents):
        try:
            found = place.stat()
        except (FileNotFoundError, NotADirectoryError, PermissionError):  # the folder above may say whose it is
            continue
        except OSError:
            return None
        return Account(found.st_uid, found.st_gid)
    return None


def owner_of_store(database: Path, keys: Path) -> Account | None:
    """Return the user whose list this is, when that is not root.

    The files say it before the folders, for the key file is for its owner alone.
    Raises StorageRefused when they disagree.
    """
    for pair in ((keys, database), (keys.parent, database.parent)):
        owners = [found for path in pair if (found := owner_of(path) if path.exists() else None)]
        if others := {one.uid: one for one in owners if one.uid != _ROOT}:
            if len(others) > 1:
                first, second = (one.name for one in others.values())
                raise StorageRefused(
                    f"{pair[0]} belongs to {first}, and {pair[1]} to {second}: give both to the bot's user (chown)."
                )
            return next(iter(others.values()))
    return None


def refuse_root(database: Path, keys: Path) -> None:
    """Raises StorageRefused when root would start the bot on the list of another user, who could not open it then."""
    if os.geteuid() == _ROOT and (owner := owner_of_store(database, keys)):
        raise StorageRefused(
            f"The list and its keys belong to {owner.name} (uid {owner.uid}), and this is root, whose files "
            f"{owner.name} could not open: start the bot as that user ({how_to_be(owner)}), "
            f"or give the folders of {database} and {keys} to root (chown -R)."
        )


@contextmanager
def acting_for_store(database: Path, keys: Path) -> Iterator[None]:
    """Root acts as the owner of the list inside this block; everybody else as themselves."""
    owner = owner_of_store(database, keys) if os.getuid() == _ROOT else None
    with _acting_as(owner) if owner else nullcontext():
        yield


@contextmanager
def acting_for(path: Path) -> Iterator[None]:
    """Root acts as the owner of `path`, or of the nearest folder above it that is there."""
    with as_caller():
        owner = owner_of(path) if os.getuid() == _ROOT else None
        with _acting_as(owner) if owner and owner.uid != _ROOT else nullcontext():
            yield


@contextmanager
def as_caller() -> Iterator[None]:
    """Inside `acting_for_store`, go back to the user who gave the command: for the files that were named in it."""
    if os.geteuid() == os.getuid():
        yield
        return
    acted = os.geteuid(), os.getegid(), os.getgroups()
    _become(os.getuid(), os.getgid(), [])
    try:
        yield
    finally:
        _become(*acted)


@contextmanager
def _acting_as(account: Account) -> Iterator[None]:
    before = os.geteuid(), os.getegid(), os.getgroups()
    try:
        _become(account.uid, account.gid, account.groups)
    except PermissionError:  # a container without these rights
        raise StorageRefused(
            f"The list belongs to {account.name} (uid {account.uid}), and this root may not act as that user: "
            f"run the command as that user ({how_to_be(account)}; in Docker exec -u {account.uid}:{account.gid} …)."
        ) from None
    try:
        yield
    finally:
        _become(*before)


def _become(uid: int, gid: int, groups: list[int]) -> None:
    """The real user stays who it was, so that there is a way back; the order matters, for only root may do this."""
    os.seteuid(os.getuid())
    os.setgroups(groups)
    os.setegid(gid)
    os.seteuid(uid)


def why_not(path: Path, what_to_do: str) -> str:
    """Return the remedy for a place that this user may not use: whose it is, and how to act as that one.

    `what_to_do` is said when it is this user's own.
    """
    owner = owner_of(path)
    if owner is None or owner.uid == os.geteuid():
        return what_to_do
    if owner.uid == _ROOT:
        me = Account(os.geteuid(), os.getegid())
        return f"it belongs to root, and this is uid {me.uid}: chown {me.uid}:{me.gid} {path}"
    return f"it belongs to {owner.name} (uid {owner.uid}), and this is uid {os.geteuid()}: {how_to_be(owner)}"
