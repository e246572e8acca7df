"""Compare the CPU time that a message costs with our broadcast engine and with other libraries, as ratios.

    make bench-peers [PEERS_ARGS="--people 2000 --rounds 5 --json"]

The ways to send (`benchmarks.senders.WAYS`) run in turns, each delivery in its own process, so that no way pays for
the imports of another. The CPU time is that of all threads of this process after a warm-up. The playground receives
and counts the messages, so that a way that loses messages is noticed.
"""

import argparse
import asyncio
import gc
import json
import logging
import os
import statistics
import sys
import urllib.request
from concurrent.futures import ProcessPoolExecutor
from importlib import metadata
from multiprocessing import get_context

from benchmarks.broadcast import cpu_seconds, server
from benchmarks.senders import WARM_UP, WAYS, DeliveryTarget

TOKEN = "7000001:the-box-has-no-secrets-this-is-public"
FIRST_CHAT = 10_000_000
MAX_PEOPLE = 5000  # aiogram-broadcaster rewrites its storage file for each message, and it grows with the people
TIMEOUT = 180.0  # seconds for one delivery
PACKAGES = ("python-telegram-bot", "aiolimiter", "aiogram", "aiogram-broadcaster")
Costs = dict[str, list[float]]


def measure(people: int, rounds: int) -> Costs:
    """Deliver a text to `people` people in each way to send, `rounds` times.

    Return the CPU milliseconds per message for each way by name, one figure for each round.
    """
    return asyncio.run(_interleaved(people, rounds))


async def _interleaved(people: int, rounds: int) -> Costs:
    costs: Costs = {way: [] for way in WAYS}
    async with server(None, TOKEN, people, FIRST_CHAT, 0) as api_url:
        target = DeliveryTarget(api_url.removesuffix(f"/bot{TOKEN}"), TOKEN, FIRST_CHAT, people)
        with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as processes:
            for number in range(rounds):
                for way in WAYS:
                    before = await asyncio.to_thread(_arrived, target)
                    costs[way].append(await asyncio.get_running_loop().run_in_executor(processes, cost, way, target))
                    _check(way, await asyncio.to_thread(_arrived, target) - before, people)
                sys.stderr.write(f"round {number + 1} of {rounds} is done\n")
    return costs


def cost(way: str, target: DeliveryTarget) -> float:
    """Deliver to all people in the way named `way`, in this process. Return the CPU milliseconds per message."""
    logging.disable(logging.WARNING)  # every new database logs a warning
    return asyncio.run(asyncio.wait_for(_cost(way, target), TIMEOUT))


async def _cost(way: str, target: DeliveryTarget) -> float:
    async with WAYS[way](target) as send:
        gc.collect()
        before = cpu_seconds()
        await send(target.chats)
        return (cpu_seconds() - before) * 1000 / target.people


def _arrived(target: DeliveryTarget) -> int:
    """Ask the playground how many messages the people of `target` have received so far, and return the number."""
    url = f"{target.api}/box/received?from={target.first}&to={target.chats.stop}"
    with urllib.request.urlopen(url, timeout=30) as response:
        total: int = json.load(response)["total"]
        return total


def _check(way: str, arrived: int, people: int) -> None:
    if arrived != WARM_UP + people:
        raise RuntimeError(
            f"{way} delivered {arrived} messages instead of {WARM_UP + people}: "
            "its figure has no meaning, so look for the error first."
        )


def summary(costs: Costs) -> dict[str, dict[str, float]]:
    """Return the median, minimum and maximum cost of each way to send, and a ratio.

    The ratio is the cost of the way divided by that of our engine, as the median over the rounds.
    """
    ours = next(iter(costs.values()))
    return {
        way: {
            "CPU ms per message": statistics.median(figures),
            "least": min(figures),
            "most": max(figures),
            "times ours": statistics.median(theirs / our for theirs, our in zip(figures, ours, strict=True)),
        }
        for way, figures in costs.items()
    }


def _circumstances(people: int, rounds: int, load: float) -> dict[str, object]:
    return {
        "people": people,
        "rounds": rounds,
        "cores": os.cpu_count(),
        "load before": round(load, 2),
        "load after": round(os.getloadavg()[0], 2),
        "versions": {name: metadata.version(name) for name in PACKAGES},
    }


def _missing_packages() -> list[str]:
    return [name for name in PACKAGES if not _is_installed(name)]


def _is_installed(package: str) -> bool:
    try:
        return bool(metadata.version(package))
    except metadata.PackageNotFoundError:
        return False


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description="Compare our broadcast with other libraries."
    )
    parser.add_argument(
        "--people", type=int, default=2000, metavar="N", help="people per delivery (default %(default)s)"
    )
    parser.add_argument(
        "--rounds", type=int, default=5, help="number of rounds, of which the median counts (default %(default)s)"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not (WARM_UP <= options.people <= MAX_PEOPLE and 1 <= options.rounds <= 25):
        parser.error(f"choose {WARM_UP} to {MAX_PEOPLE} people and 1 to 25 rounds")
    if missing := _missing_packages():
        parser.error(f"{', '.join(missing)} not installed: run `make bench-peers`, which has its own environment.")
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]  # the server is on this machine, and other libraries would use the proxy
    load = os.getloadavg()[0]
    figures = summary(measure(options.people, options.rounds))
    circumstances = _circumstances(options.people, options.rounds, load)
    if options.json:
        json.dump({"ways": figures, "circumstances": circumstances}, sys.stdout, indent=2)
        return
    _print(figures, circumstances)


def _print(figures: dict[str, dict[str, float]], circumstances: dict[str, object]) -> None:
    print(f"  {'CPU per message':44} {'median ms':>10} {'least':>8} {'most':>8} {'times ours':>11}")
    for way, values in figures.items():
        ms, least, most, times = values.values()
        print(f"  {way:44} {ms:10.3f} {least:8.3f} {most:8.3f} {times:11.2f}")
    for label, value in circumstances.items():
        print(f"  {label}: {value}")


if __name__ == "__main__":
    main()
