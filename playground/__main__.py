"""The command line: python -m playground."""

import argparse
import asyncio
import json
import signal
import sys

from playground.errors import CannotListen
from playground.server import Box, serving
from playground.settings import ADMIN, TOKEN, Settings


def main(arguments: list[str] | None = None) -> int:
    try:
        given = _parser().parse_args(arguments)
        settings = _settings(given)
    except ValueError as wrong:
        return _failed(str(wrong))
    try:
        asyncio.run(_serve(settings, given.json, given.while_stdin))
    except CannotListen as wrong:
        return _failed(str(wrong))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m playground", description="A Telegram in a box, on this machine only.")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8081, help="0 for any (8081)")
    parser.add_argument("--json", action="store_true", help="print url, token and admin as one line of JSON")
    parser.add_argument("--while-stdin", action="store_true", help="stop when standard input ends")
    parser.add_argument("--rate", type=float, default=30.0, help="messages a second that a bot may send (30)")
    parser.add_argument("--unpaced", action="store_true", help="no flood limits at all")
    parser.add_argument("--latency", type=float, default=0.0, metavar="MS", help="milliseconds before every answer")
    parser.add_argument("--bot", action="append", metavar="TOKEN[@USERNAME]", help="a bot; may be repeated")
    parser.add_argument("--quiet-people", type=int, default=0, metavar="N", help="people who only count messages")
    parser.add_argument("--first-id", type=int, default=10_000_000, metavar="I", help="the first quiet person's id")
    return parser


def _settings(given: argparse.Namespace) -> Settings:
    return Settings(
        host=given.host,
        port=given.port,
        rate=given.rate,
        unpaced=given.unpaced,
        latency=given.latency / 1000,
        bots=tuple(given.bot or [TOKEN]),
        quiet_people=given.quiet_people,
        first_id=given.first_id,
    )


async def _serve(settings: Settings, as_json: bool, while_stdin: bool) -> None:
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    if while_stdin:  # whoever started us holds the other end: it ends with them, however they end
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), stop.set)
    async with serving(settings) as box:
        _say(_line(box) if as_json else _sentences(box))
        await stop.wait()


def _line(box: Box) -> str:
    return json.dumps({"url": box.url, "token": box.token, "admin": ADMIN})


def _sentences(box: Box) -> str:
    lines = [
        f"{box.url} is the box's web chat: open it in a browser.",
        f"Bots reach the Bot API at {box.url}/bot<token>/<method>.",
    ]
    lines += [f"The token of @{bot.username} is {bot.token}" for bot in box.state.bots.values()]
    return "\n".join([*lines, "Everything is in memory and gone when the box stops (Ctrl-C)."])


def _failed(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
