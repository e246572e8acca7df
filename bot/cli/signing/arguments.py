"""Define the command-line arguments of `python -m bot signing`."""

import argparse
from pathlib import Path


def add_signing(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `signing` with its subcommands `new`, `sign`, `page` and `handover`."""
    signing = commands.add_parser("signing", help="sign announcements, and the announcement of another bot")
    acts = signing.add_subparsers(dest="act", metavar="act", required=True)
    _add_key(acts.add_parser("new", help="make the campaign's signing key and show its public part"))
    sign = acts.add_parser("sign", help="sign the text of an announcement from standard input")
    sign.add_argument("--language", required=True, help="of the text, such as fa")
    _add_key(sign)
    page = acts.add_parser("page", help="write the web page that checks signatures without internet")
    page.add_argument("file", type=Path, help="such as verify.html")
    handover = acts.add_parser("handover", help="write the signed announcement of another bot, in every language")
    handover.add_argument("username", help="of the new bot, such as @new_campaign_bot")
    _add_key(handover)


def _add_key(act: argparse.ArgumentParser) -> None:
    act.add_argument("--key", type=Path, metavar="FILE", help="the signing key; default: next to SEAL_KEY_FILE")
