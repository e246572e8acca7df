"""Run the bot with the playground, empty or as a demo: `python -m bot play [--demo]`."""

import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from bot.cli.parser import program_name
from bot.cli.playing.demo_history import PEOPLE, STAYING
from bot.cli.playing.simulator import RunningPlayground, running_playground
from bot.errors import OperatorError
from bot.settings import Settings
from content.search.matcher import Matcher

Prepare = Callable[[Matcher], Awaitable[None]]
Serve = Callable[[Settings, Prepare], Coroutine[Any, Any, None]]

DEMO_NOTICE = (
    f"Demo: {STAYING:,} invented subscribers. Nobody here is real, and everything is deleted when the demo stops."
)
_DEMO_SETTINGS = {"FEEDBACK": "on"}  # unless the environment says otherwise
_REAL = ("BOT_TOKEN", "BOT_TOKEN_FILE", "BOT_API_URL", "DATABASE_URL", "SEAL_KEY_FILE")


@dataclass(frozen=True, slots=True)
class PlayOptions:
    """The options of the command line. `make_target` is the make target that started the command, or ""."""

    port: int
    is_demo: bool
    make_target: str = ""

    def with_other_port(self) -> str:
        """Return the command that starts this with another port, such as "make run PORT=8082"."""
        port = self.port + 1 if self.port < 65535 else 0
        if self.make_target:
            return f"make {self.make_target} PORT={port}"
        return f"{program_name()} play{' --demo' if self.is_demo else ''} --port {port}"


async def play(options: PlayOptions, env: Mapping[str, str], serve: Serve) -> None:
    """Start the playground, and run the bot on it with `serve`, until one of them ends. Raises OperatorError."""
    if options.is_demo:
        _refuse_real_data(env)
        env = _DEMO_SETTINGS | {name: value for name, value in env.items() if name != "SEND_RATE"}
    arguments = ("--notice", DEMO_NOTICE, "--bulk-users", str(PEOPLE)) if options.is_demo else ()
    async with running_playground(options.port, env, *arguments, other_port=options.with_other_port()) as playground:
        logging.getLogger("storage").setLevel(logging.ERROR)  # the data is temporary: nobody needs advice about keys

        async def prepare(matcher: Matcher) -> None:
            print(f"\n{await _welcome(playground, matcher, options.is_demo)}\n", flush=True)  # noqa: T201

        await playground.run_alongside(serve(playground.settings, prepare))


def _refuse_real_data(env: Mapping[str, str]) -> None:
    """Raise OperatorError if a setting names a real bot or real data, which the demo must never use."""
    named = [name for name in _REAL if name in env]
    if named:
        raise OperatorError(
            f"The demo does not run beside a real bot: unset {', '.join(named)} (also in .env), and start it again."
        )


async def _welcome(playground: RunningPlayground, matcher: Matcher, is_demo: bool) -> str:
    """Prepare the demo if `is_demo`; return the text for the console when the bot is ready."""
    if not is_demo:
        return f"  The bot is ready. Open  {playground.url}/  in a browser; press Ctrl-C to stop."
    from bot.cli.playing import demo  # it imports the bot's broadcasts, which take a while

    await demo.prepare_demo(playground.settings, matcher.campaign)
    return demo.describe(playground.url, playground.admins, playground.settings)
