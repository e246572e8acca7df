"""Carry out the operator's commands in an emergency: freeze the bot, destroy the keys, and begin a new list.

The commands work whether the bot runs or not: they write small files that a running bot reads within a second.
"""

import argparse
import time
from collections.abc import Iterator

from bot.errors import OperatorError
from bot.settings import StorePaths
from storage.sealing import emergency_notes


def carry_out_panic(options: argparse.Namespace, paths: StorePaths) -> Iterator[str]:
    """Run `panic`: freeze the bot, end the freeze (`--lift`) or destroy all keys (`--shred`); yield lines to print.

    A frozen bot sends no announcements and accepts no subscribers. Raises OperatorError.
    """
    if options.shred:
        yield from shred(options, paths, "panic --shred")
    elif options.lift:
        emergency_notes.unfreeze(paths.keys)
        yield "The freeze is over: announcements go on, and people can subscribe."
    else:
        emergency_notes.freeze(paths.keys, time.time())
        yield "The bot is frozen: it sends no announcements and accepts no subscribers, also after a restart."
        yield "To end that: `panic --lift`, or an owner in the chat. To destroy the list: `panic --shred --yes`."


def shred(options: argparse.Namespace, paths: StorePaths, command: str) -> Iterator[str]:
    """Destroy all keys, so that nobody can ever read the list of subscribers; yield the lines to print.

    `command` is the command that the operator typed, such as "keys shred". Raises OperatorError without `--yes`.
    """
    if not options.yes:
        raise OperatorError(f"This destroys the list for ever, for you, too: run `{command} --yes` to confirm.")
    emergency_notes.shred(paths.keys)
    yield "All keys are destroyed. Destroy your copies of the key file, too."
    yield "The bot now says one neutral sentence to everybody. To begin a new, empty list: `keys begin --yes`."


def begin_new_list(options: argparse.Namespace, paths: StorePaths) -> Iterator[str]:
    """Delete the database whose keys were destroyed; yield the lines to print.

    Raises OperatorError without `--yes`.
    """
    if not options.yes:
        raise OperatorError("This deletes the unreadable database: run `keys begin --yes` to confirm.")
    emergency_notes.begin_new_list(paths.database, paths.keys)
    yield "The old database is deleted. Start the bot again: it makes a new list and a new key file."
