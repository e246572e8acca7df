"""What a message costs by our engine and by others: one delivery after the other to the box, in turn, as ratios.

    make bench-peers [PEERS_ARGS="--people 2000 --rounds 5 --json"]

Every delivery has a process of its own, so that nobody pays for what others have imported; what is counted is that
process's CPU time, all threads, after a warm-up. The box counts what arrived.
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
from benchmarks.senders import WARMING, WAYS, Delivery

TOKEN = "7000001:the-box-has-no-secrets-this-is-public"
FIRST = 10_000_000
MOST = 5000  # the file storage of aiogram-broadcaster is written anew for each message, and grows with the people
PATIENCE = 180.0  # seconds for one delivery
PACKAGES = ("python-telegram-bot", "aiolimiter", "aiogram", "aiogram-broadcaster")
Costs = dict[str, list[float]]


def measure(people: int, rounds: int) -> Costs:
    """Milliseconds of CPU a message, a round, for each way."""
    return asyncio.run(_interleaved(people, rounds))


async def _interleaved(people: int, rounds: int) -> Costs:
    costs: Costs = {way: [] for way in WAYS}
    async with server(None, TOKEN, people, FIRST, 0) as address:
        to = Delivery(address.removesuffix(f"/bot{TOKEN}"), TOKEN, FIRST, people)
        with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as processes:
            for number in range(rounds):
                for way in WAYS:
                    before = await asyncio.to_thread(_arrived, to)
                    costs[way].append(await asyncio.get_running_loop().run_in_executor(processes, cost, way, to))
                    _check(way, await asyncio.to_thread(_arrived, to) - before, people)
                sys.stderr.write(f"round {number + 1} of {rounds} is done\n")
    return costs


def cost(way: str, to: Delivery) -> float:
    logging.disable(logging.WARNING)  # a new database says so every time
    return asyncio.run(asyncio.wait_for(_cost(way, to), PATIENCE))


async def _cost(way: str, to: Delivery) -> float:
    async with WAYS[way](to) as send:
        gc.collect()
        before = cpu_seconds()
        await send(to.chats)
        return (cpu_seconds() - before) * 1000 / to.people


def _arrived(to: Delivery) -> int:
    with urllib.request.urlopen(f"{to.api}/box/received?from={to.first}&to={to.chats.stop}", timeout=30) as answer:
        total: int = json.load(answer)["total"]
        return total


def _check(way: str, arrived: int, people: int) -> None:
    if arrived != WARMING + people:
        raise RuntimeError(
            f"{way} delivered {arrived} messages instead of {WARMING + people}: its figure is worthless."
        )


def summary(costs: Costs) -> dict[str, dict[str, float]]:
    """Medians, extremes, and the median of the rounds' ratios to ours."""
    ours = next(iter(costs.values()))
    return {
        way: {
            "CPU ms a message": statistics.median(found),
            "least": min(found),
            "most": max(found),
            "times ours": statistics.median(one / mine for one, mine in zip(found, ours, strict=True)),
        }
        for way, found in costs.items()
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


def _lacking() -> list[str]:
    return [name for name in PACKAGES if not _is_installed(name)]


def _is_installed(package: str) -> bool:
    try:
        return bool(metadata.version(package))
    except metadata.PackageNotFoundError:
        return False


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description="Our broadcast beside others'.")
    parser.add_argument("--people", type=int, default=2000, metavar="N", help="a delivery (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="the median of so many (default %(default)s)")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if not (WARMING <= given.people <= MOST and 1 <= given.rounds <= 25):
        parser.error(f"{WARMING} to {MOST} people, 1 to 25 rounds")
    if lacking := _lacking():
        parser.error(f"{', '.join(lacking)} not installed here: make bench-peers has an environment for it.")
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]  # all is on this machine, and others' libraries heed these
    load = os.getloadavg()[0]
    found = summary(measure(given.people, given.rounds))
    circumstances = _circumstances(given.people, given.rounds, load)
    if given.json:
        json.dump({"ways": found, "circumstances": circumstances}, sys.stdout, indent=2)
        return
    _print(found, circumstances)


def _print(found: dict[str, dict[str, float]], circumstances: dict[str, object]) -> None:
    print(f"  {'CPU a message':44} {'median ms':>10} {'least':>8} {'most':>8} {'times ours':>11}")
    for way, one in found.items():
        ms, least, most, times = one.values()
        print(f"  {way:44} {ms:10.3f} {least:8.3f} {most:8.3f} {times:11.2f}")
    for what, value in circumstances.items():
        print(f"  {what}: {value}")


if __name__ == "__main__":
    main()
