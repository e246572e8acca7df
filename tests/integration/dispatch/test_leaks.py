"""A thief of the machine's files finds nobody who joined, chose or left, whenever the bot is killed.

Hundreds of people use the real bot while it is killed and every update ends in an exception, with the log at DEBUG.
Then every file that a thief may get is searched for all their ids and the token: the database, its WAL and shm
(as at each kill, and at the end), the backups, the log. The key file lies elsewhere: a thief must not have it.
"""

import asyncio
import os
import random
import shutil
import sys
import time
from pathlib import Path

import pyrage
import pytest

from playground.world.model import User as Resident
from storage import backup
from storage.store import reading
from tests.support.bot_and_playground import ROOT, BotAndPlayground, bot_env, playground_alone
from tests.support.leak_scan import Finding, scan
from tests.support.person import Person
from tests.support.subscriptions import BOOKS, FA, press_data, signed_data

AT_ONCE = 10  # people who use the bot at the same time
SAY = BOOKS[FA].say


async def people_come_and_go(folder: Path, size: int, kills: int) -> tuple[list[int], str]:
    """Let people join and leave while the bot is killed. Return the ids of all, and the token.

    `folder` then holds the folders data, keys, stolen, backups, restored and logs.
    """
    chance, identity = random.Random(size), pyrage.x25519.Identity.generate()
    for name in ("stolen", "backups", "logs"):
        (folder / name).mkdir()
    async with playground_alone(folder, rate=10_000) as place:
        people = [_resident(place, chance.randrange(5_000_000_000, 8_000_000_000)) for _ in range(size)]
        visits = [(person, chance.choice(("stay", "leave", "forget", "block"))) for person in people]
        bot = await raising_bot(place)
        share = -(-size // (kills + 1))
        for turn in range(kills + 1):
            group = visits[turn * share : (turn + 1) * share]
            coming = asyncio.create_task(visit_all(place, group))
            if turn < kills:
                enough = place.answered() + chance.randrange(share, 3 * share)  # of the four or five a visit
                while place.answered() < enough:
                    await asyncio.sleep(0.002)
                bot.kill()
                await bot.wait()
                shutil.copytree(folder / "data", folder / "stolen" / str(turn))
                bot = await raising_bot(place)
            await coming
            target = folder / "backups" / f"{turn}.age"
            await backup.backup(folder / "data" / "bot.db", target, str(identity.to_public()))
            backup.restore(target, str(identity), folder / "restored" / f"{turn}.db")
        wanted = {person.id for person, ending in visits if ending == "stay"}
        assert await subscribed_ids(place, [person.id for person in people]) == wanted
        shutil.copytree(folder / "data", folder / "stolen" / "last")
        bot.terminate()
        await bot.wait()
        return [person.id for person in people], place.playground.token


def _resident(place: BotAndPlayground, number: int) -> Person:
    """Add somebody to the playground whose id is as long as those of Telegram today."""
    place.playground.state.people[number] = Resident(number, "New", "fa")
    return place.person(number)


async def raising_bot(place: BotAndPlayground) -> asyncio.subprocess.Process:
    env = bot_env(place.playground, place.data, LOG_LEVEL="DEBUG")
    with (place.data / "logs" / "bot.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.support.raising_bot",
            env={"PATH": os.environ["PATH"], **env},
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )


async def visit_all(place: BotAndPlayground, visits: list[tuple[Person, str]]) -> None:
    turns = asyncio.Semaphore(AT_ONCE)

    async def take_turn(person: Person, ending: str) -> None:
        async with turns:
            await visit(place, person, ending)

    await asyncio.gather(*(take_turn(person, ending) for person, ending in visits))


async def visit(place: BotAndPlayground, person: Person, ending: str) -> None:
    """Let a person join and choose, and then stay or leave in one of three ways."""
    await person.start()
    await person.press(SAY("button.subscribe"))
    for action in ("discreet.1", "topic.3.0", "daily.21.0"):
        await press_data(place, person, signed_data(place, person.id, FA, action, time.time()))
    match ending:
        case "leave":
            await person.press(SAY("button.unsubscribe"))
        case "forget":
            await person.say("/forget")
        case "block":
            await person.post(f"chats/{person.chat}/block", blocked=True)


async def subscribed_ids(place: BotAndPlayground, ids: list[int]) -> set[int]:
    """Return who is subscribed, once the last block has reached the bot."""
    settings, subscribed = place.settings(), set[int]()
    async with reading(settings.database, settings.keys) as store:
        for _ in range(20):
            subscribed = {number for number in ids if await store.subscribers.get(number)}
            if len(subscribed) == await store.subscribers.count():
                await asyncio.sleep(0.1)
    return subscribed


def scanned(folder: Path, ids: list[int], token: str) -> list[Finding]:
    return scan([folder / name for name in ("data", "stolen", "backups", "restored", "logs")], ids, token)


def check_no_leak(folder: Path, ids: list[int], token: str) -> None:
    assert scanned(folder, ids, token) == []
    raised = (folder / "logs" / "bot.log").read_text().count("LeakingError")
    assert raised >= 5 * len(ids)
    assert {file.name for file in (folder / "stolen").rglob("*")} >= {"bot.db", "bot.db-wal", "bot.db-shm"}


def plant(folder: Path, ids: list[int], token: str) -> set[tuple[str, str]]:
    """Plant a leak in each folder. Return the file and the secret of each."""
    planted = {
        "data/bot.db": ids[0].to_bytes(8, "big"),
        "stolen/0/bot.db-wal": ids[1].to_bytes(6, "big"),
        "stolen/last/bot.db-shm": b"%x" % ids[2],
        "backups/0.age": str(ids[3]).encode(),
        "restored/0.db": ids[4].to_bytes(5, "little"),
        "logs/bot.log": token.encode(),
    }
    for name, leak in planted.items():
        with (folder / name).open("ab") as file:
            file.write(b"\0" + leak + b"\0")
    return {*zip(planted, [*map(str, ids[:5]), "the token"], strict=True)}


async def check_for_leaks(folder: Path, size: int, kills: int) -> None:
    ids, token = await people_come_and_go(folder, size, kills)
    check_no_leak(folder, ids, token)
    planted = plant(folder, ids, token)
    findings = {(str(leak.file.relative_to(folder)), leak.secret) for leak in scanned(folder, ids, token)}

    assert planted <= findings


async def test_no_file_names_any_of_60_people_who_joined_and_left_between_2_kills(tmp_path: Path) -> None:
    await check_for_leaks(tmp_path, 60, 2)


@pytest.mark.torture
async def test_no_file_names_any_of_500_people_who_joined_and_left_between_12_kills(tmp_path: Path) -> None:
    await check_for_leaks(tmp_path, 500, 12)
