"""Run the bot's main loop together with its background loops, and end it on a signal."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any


def stop_on_signals(stopping: asyncio.Event) -> None:
    """Set `stopping` at SIGTERM, SIGINT or SIGHUP."""
    # A terminal that closes sends SIGHUP; under nohup it is ignored, and must stay so.
    hangup = (signal.SIGHUP,) if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL else ()
    for number in (signal.SIGTERM, signal.SIGINT, *hangup):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)


async def run_together(main: Coroutine[Any, Any, None], *background: Coroutine[Any, Any, None]) -> None:
    """Wait for `main` to end while the background loops run, then cancel the loops.

    An exception of `main` or of a loop ends all of them, and is raised.
    """
    running = asyncio.ensure_future(main)
    others = [asyncio.ensure_future(loop) for loop in background]
    try:
        waiting: set[asyncio.Future[None]] = {running, *others}
        while not running.done():
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        running.result()
    finally:
        for task in (running, *others):
            task.cancel()
        await asyncio.gather(running, *others, return_exceptions=True)
