"""The command line of the playground: `python -m playground`."""

import argparse
import asyncio
import json
import signal
import sys

from playground.errors import CannotListen
from playground.server import Playground, serving
from playground.settings import ADMINS, PEOPLE, TOKEN, PlaygroundSettings


def main(arguments: list[str] | None = None) -> int:
    """Run the playground until it is interrupted, and return the exit code: 1 if it cannot start, otherwise 0."""
    try:
        options = _parser().parse_args(arguments)
        settings = _settings(options)
    except ValueError as error:
        return _fail(str(error))
    try:
        asyncio.run(_serve(settings, options.json, options.while_stdin))
    except CannotListen as error:
        if options.json:
            _print(json.dumps({"error": str(error), "port_in_use": error.is_port_in_use}))
            return 1
        return _fail(str(error))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m playground", description="A local Telegram for development and tests, on this machine only."
    )
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8081, help="0 for any free port (default: 8081)")
    parser.add_argument(
        "--json", action="store_true", help="print url, token and admins (or error) in a line of JSON"
    )
    parser.add_argument("--while-stdin", action="store_true", help="stop when standard input ends")
    parser.add_argument("--rate", type=float, default=30.0, help="messages a second for each bot (default: 30)")
    parser.add_argument(
        "--no-flood-limits", dest="has_flood_limits", action="store_false", help="switch all flood limits off"
    )
    parser.add_argument("--latency", type=float, default=0.0, metavar="MS", help="milliseconds before every response")
    parser.add_argument("--bot", action="append", metavar="TOKEN[@USERNAME]", help="a bot; may be repeated")
    parser.add_argument(
        "--bulk-users", type=int, default=0, metavar="N", help="number of bulk users, who only count messages"
    )
    parser.add_argument(
        "--first-bulk-user-id", type=int, default=10_000_000, metavar="I", help="the id of the first bulk user"
    )
    parser.add_argument("--notice", default="", metavar="TEXT", help="a sentence to show above the web chat")
    return parser


def _settings(options: argparse.Namespace) -> PlaygroundSettings:
    return PlaygroundSettings(
        host=options.host,
        port=options.port,
        rate=options.rate,
        has_flood_limits=options.has_flood_limits,
        latency=options.latency / 1000,
        bots=tuple(options.bot or [TOKEN]),
        bulk_users=options.bulk_users,
        first_bulk_user_id=options.first_bulk_user_id,
        notice=options.notice,
    )


async def _serve(settings: PlaygroundSettings, as_json: bool, while_stdin: bool) -> None:
    stop = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    if while_stdin:  # the parent process holds the other end, which closes however that process ends
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), stop.set)
    async with serving(settings) as server:
        _print(_json_line(server) if as_json else _welcome(server))
        await stop.wait()


def _json_line(server: Playground) -> str:
    admins = {number: name for number, name, _ in PEOPLE if number in ADMINS}
    return json.dumps({"url": server.url, "token": server.token, "admins": admins})


def _welcome(server: Playground) -> str:
    lines = [
        f"{server.url} is the web chat: open it in a browser.",
        f"Bots reach the Bot API at {server.url}/bot<token>/<method>.",
    ]
    lines += [f"The token of @{bot.username} is {bot.token}" for bot in server.state.bots.values()]
    return "\n".join([*lines, "All data is in memory and lost when the playground stops (Ctrl-C)."])


def _fail(message: str) -> int:
    sys.stderr.write(message + "\n")
    return 1


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
