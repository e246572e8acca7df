"""What the command line understands. Each command is carried out elsewhere, with imports of its own."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from bot import __version__
from bot.runtime.logs import redact_tokens

BOX_PORT = 8081
STANDARD = Path("-")  # as a file: standard input or output, so that nothing has to lie on the server


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        super().error(redact_tokens(message))


def parser() -> argparse.ArgumentParser:
    known: argparse.ArgumentParser = _Parser(prog=_program(), description="The declaration bot.")
    known.add_argument("--version", action="version", version=f"declaration-bot {__version__}")
    commands = known.add_subparsers(dest="command", metavar="command")
    commands.add_parser("run", help="serve on Telegram; the default where BOT_TOKEN or BOT_TOKEN_FILE is set")
    play = commands.add_parser(
        "play", help="try it in the box, a Telegram on this machine; the default without a token"
    )
    play.add_argument("--port", type=int, default=BOX_PORT, help="of the web chat; 0 for any (default %(default)s)")
    check = commands.add_parser("check", help="tell every mistake in a campaign's folder")
    check.add_argument("directory", type=Path, nargs="?", help="default: CONTENT_DIR, or the shipped campaign")
    commands.add_parser("ask", help='find clauses: {"q": "..."} a line in, findings out')
    _add_keeping(commands)
    commands.add_parser("health", help="ask the running bot whether it is well")
    return known


def _program() -> str:
    """Return how the command was typed: by its installed name, or as a module of Python."""
    return "declaration-bot" if Path(sys.argv[0]).name == "declaration-bot" else "python -m bot"


def _add_keeping(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    commands.add_parser("migrate", help="bring the database to this code's migration (run does it by itself)")
    save = commands.add_parser("backup", help="write an encrypted copy of the database, beside a running bot")
    save.add_argument("file", type=Path, help="- for standard output")
    save.add_argument("--recipient", help="an age public key (age1…); default: BACKUP_RECIPIENT")
    restore = commands.add_parser("restore", help="put a backup in the place of a database that is not there")
    restore.add_argument("file", type=Path, help="- for standard input, out of `age --decrypt`")
    restore.add_argument("--identity", type=Path, help="the file with the age secret key; - for standard input")
    _add_keys(commands.add_parser("keys", help="the keys that open the list: see, rotate, destroy"))
    commands.add_parser("stats", help="how many are subscribed")


def _add_keys(keys: argparse.ArgumentParser) -> None:
    acts = keys.add_subparsers(dest="act", metavar="act")
    acts.add_parser("rotate", help="new keys now; the running bot does it within a minute")
    copied = acts.add_parser("copied", help="say that you have copied the key file as it is now")
    copied.add_argument("copy", type=Path, nargs="?", help="the copy, to be compared; - for standard input")
    destroy = acts.add_parser("destroy", help="destroy an old epoch: backups of its time never open again")
    destroy.add_argument("epoch", type=int)
    destroy.add_argument("--force", action="store_true", help="also when rows that are in use go with it")
    shred = acts.add_parser("shred", help="destroy all keys: nobody can ever read the list again")
    shred.add_argument("--yes", action="store_true", help="yes, all of them, at once")
    acts.add_parser("adopt", help="hand the list to the bot of this token, on purpose")
