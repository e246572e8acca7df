"""Parse the command line. The modules that carry out the commands are not imported here."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from bot import __version__
from bot.cli.signing.arguments import add_signing
from bot.runtime.logs import redact_tokens

PLAYGROUND_PORT = 8081
_LONGEST_MISSING = 30 * 86_400  # seconds; an older copy does not open
STANDARD_STREAM = Path("-")  # standard input or output, so that no secret has to be stored on the server


class _Parser(argparse.ArgumentParser):
    """An argument parser whose error messages contain no bot token, even if one was typed on the command line."""

    def error(self, message: str) -> NoReturn:
        super().error(redact_tokens(message))


def parser() -> argparse.ArgumentParser:
    known: argparse.ArgumentParser = _Parser(prog=program_name(), description="The declaration bot.")
    known.add_argument("--version", action="version", version=f"declaration-bot {__version__}")
    commands = known.add_subparsers(dest="command", metavar="command")
    commands.add_parser("run", help="serve on Telegram; the default where BOT_TOKEN or BOT_TOKEN_FILE is set")
    play = commands.add_parser(
        "play", help="try it in the playground, a Telegram on this machine; the default without a token"
    )
    play.add_argument(
        "--port", type=int, default=PLAYGROUND_PORT, help="of the web chat; 0 for any free one (%(default)s)"
    )
    play.add_argument(
        "--demo", action="store_true", help="with 1,000 invented subscribers and two announcements to try"
    )
    _add_new(commands)
    check = commands.add_parser("check", help="list every error and warning in a campaign's folder")
    check.add_argument("directory", type=Path, nargs="?", help="default: CONTENT_DIR, or the shipped campaign")
    export = commands.add_parser("export", help="write the declaration as files to read without Telegram")
    export.add_argument("directory", type=Path, help="the folder; files of an earlier export are replaced")
    _add_ask(commands)
    _add_maintenance(commands)
    add_signing(commands)
    commands.add_parser("health", help="check whether the running bot is healthy")
    commands.add_parser("doctor", help="check the whole set-up, also while the bot runs, and say what to do")
    return known


def program_name() -> str:
    """Return the command that started this program, to be shown in its help text.

    This is `declaration-bot` or `python -m bot`.
    """
    return "declaration-bot" if Path(sys.argv[0]).name == "declaration-bot" else "python -m bot"


def _add_ask(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    commands.add_parser(
        "ask",
        help='find clauses: a line {"q": "..."} in, a line of results out',
        description="Answer questions from standard input, as the bot would, with the campaign in CONTENT_DIR or the "
        'shipped one. Each line is a JSON object with the text as "q" and, if you like, its language as "lang". Each '
        'result is a line of JSON: "kind" is answer, clause, suggest or none, or command for a screen of the bot. '
        '"clauses" and "topics" are what was found, "micros" is the duration in microseconds.',
        epilog=f"""example: echo '{{"q": "clean water", "lang": "en"}}' | {program_name()} ask""",
    )


def _add_new(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    new = commands.add_parser("new", help="write a campaign of your own into a new folder")
    new.add_argument("directory", type=Path, help="the folder; it must not exist, or be empty")
    new.add_argument("--title", default="", help="of the declaration; required")
    new.add_argument("--languages", default="", help="codes of its languages, the original first, such as pt,en")
    new.add_argument(
        "--from-text", type=Path, metavar="FILE", help="a declaration to split into clauses; - for input"
    )
    new.add_argument("--language", default="", help="the language of FILE; default: the first of --languages")
    new.add_argument("--id", default="", help="a short name for the campaign; default: made from the title")


def _add_maintenance(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    commands.add_parser("migrate", help="bring the database to this code's migration (run does so automatically)")
    save = commands.add_parser("backup", help="write an encrypted copy of the database, also while the bot runs")
    save.add_argument("file", type=Path, help="- for standard output")
    save.add_argument("--recipient", help="an age public key (age1…); default: BACKUP_RECIPIENT")
    restore = commands.add_parser("restore", help="restore a backup where there is no database")
    restore.add_argument("file", type=Path, help="- for standard input from `age --decrypt`")
    restore.add_argument("--identity", type=Path, help="the file with the age secret key; - for standard input")
    restore.add_argument(
        "--missing",
        type=_seconds,
        default=0,
        metavar="SECONDS",
        help="how long the old server may have gone on sending after this copy; recipients of that time are unknown",
    )
    _add_audit(commands.add_parser("audit", help="show or check the log of what admins did"))
    _add_keys(commands.add_parser("keys", help="show, rotate or destroy the keys that open the list"))
    _add_panic(commands)
    _add_factor(commands)
    commands.add_parser("stats", help="count the subscribers")
    team = commands.add_parser("team", help="count the admins by role, or restore suspended owners")
    acts = team.add_subparsers(dest="act", metavar="act")
    acts.add_parser("restore", help="let the suspended owners of ADMIN_IDS act again: stop the bot first")


def _add_audit(audit: argparse.ArgumentParser) -> None:
    acts = audit.add_subparsers(dest="act", metavar="act", required=True)
    acts.add_parser("list", help="show each act: when, by whom (role and pseudonym), what, and a hash of the text")
    verify = acts.add_parser("verify", help="find records that were changed, removed, inserted or reordered")
    verify.add_argument(
        "--head",
        action="append",
        help="shown by the bot earlier, such as '12 00ff 1234 abcd 5678'; may be repeated",
    )


def _seconds(text: str) -> int:
    seconds = int(text) if text.isdecimal() else 0
    if not 1 <= seconds <= _LONGEST_MISSING:
        raise argparse.ArgumentTypeError(f"give 1 to {_LONGEST_MISSING} seconds")
    return seconds


def _add_panic(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    panic = commands.add_parser("panic", help="freeze sending and subscribing at once, whether the bot runs or not")
    choice = panic.add_mutually_exclusive_group()
    choice.add_argument("--lift", action="store_true", help="end the freeze")
    choice.add_argument("--shred", action="store_true", help="destroy all keys: nobody can ever read the list again")
    panic.add_argument("--yes", action="store_true", help="confirm that all keys are to be destroyed")


def _add_factor(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    factor = commands.add_parser(
        "factor", help="help admins whose second factor is lost or locked; stop the bot first"
    )
    acts = factor.add_subparsers(dest="act", metavar="act", required=True)
    acts.add_parser("unlock", help="lift all locks after wrong codes")
    acts.add_parser("off", help="erase all second factors, and require none")


def _add_keys(keys: argparse.ArgumentParser) -> None:
    acts = keys.add_subparsers(dest="act", metavar="act")
    acts.add_parser("rotate", help="make new keys; a running bot does so within a minute")
    copied = acts.add_parser("copied", help="record that you have copied the key file as it is now")
    copied.add_argument("copy", type=Path, nargs="?", help="the copy to compare; - for standard input")
    destroy = acts.add_parser("destroy", help="destroy the keys of an old epoch: its backups never open again")
    destroy.add_argument("epoch", type=int)
    destroy.add_argument("--force", action="store_true", help="even if rows in use become unreadable")
    shred = acts.add_parser("shred", help="destroy all keys: nobody can ever read the list again")
    shred.add_argument("--yes", action="store_true", help="confirm that all keys are to be destroyed")
    begin = acts.add_parser("begin", help="after a shred: delete the unreadable database, so that a new list begins")
    begin.add_argument("--yes", action="store_true", help="confirm that the database is to be deleted")
    acts.add_parser("adopt", help="assign the list to the bot of this token")
