"""Test that a thief of the machine's files finds no user id and no token in them, whenever the bot is killed.

Hundreds of people use the real bot with the log at DEBUG. Every update ends in an exception, and the bot is killed
several times. Then all files that could be stolen are searched for the ids of the people and for the token. The files
are the database with its WAL and shm at each kill and at the end, the backups, and the log. The key file is not among
them, because it is in another place.
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

AT_ONCE = 10  # people at the same time
SAY = BOOKS[FA].say


async def people_come_and_go(folder: Path, size: int, kills: int) -> tuple[list[int], str]:
    """Let `size` people use the bot, which is killed `kills` times. Return their ids and the bot's token.

    Afterwards `folder` has the subfolders data, keys, stolen, backups, restored and logs. "stolen" holds a copy of
    data for each kill, and one from the end.
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
            some = visits[turn * share : (turn + 1) * share]
            coming = asyncio.create_task(visited(place, some))
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
        wanted = {person.id for person, how in visits if how == "stay"}
        assert await listed(place, [person.id for person in people]) == wanted
        shutil.copytree(folder / "data", folder / "stolen" / "last")
        bot.terminate()
        await bot.wait()
        return [person.id for person in people], place.playground.token


def _resident(place: BotAndPlayground, number: int) -> Person:
    """Add and return a person with this user id, which should be as long as Telegram's ids are today."""
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


async def visited(place: BotAndPlayground, visits: list[tuple[Person, str]]) -> None:
    turns = asyncio.Semaphore(AT_ONCE)

    async def visit_in_turn(person: Person, how: str) -> None:
        async with turns:
            await visit(place, person, how)

    await asyncio.gather(*(visit_in_turn(person, how) for person, how in visits))


async def visit(place: BotAndPlayground, person: Person, how: str) -> None:
    """Subscribe, choose some options, and then leave, forget, block or stay, as `how` says."""
    await person.start()
    await person.press(SAY("button.subscribe"))
    for action in ("discreet.1", "topic.3.0", "daily.21.0"):
        await press_data(place, person, signed_data(place, person.id, FA, action, time.time()))
    match how:
        case "leave":
            await person.press(SAY("button.unsubscribe"))
        case "forget":
            await person.say("/forget")
        case "block":
            await person.post(f"chats/{person.chat}/block", blocked=True)


async def listed(place: BotAndPlayground, ids: list[int]) -> set[int]:
    """Return which of the `ids` are subscribed, after the bot has had time for its last updates."""
    chosen, subscribed = place.settings(), set[int]()
    async with reading(chosen.database, chosen.keys) as store:
        for _ in range(20):
            subscribed = {user_id for user_id in ids if await store.subscribers.get(user_id)}
            if len(subscribed) == await store.subscribers.count():
                await asyncio.sleep(0.1)
    return subscribed


def scanned(folder: Path, ids: list[int], token: str) -> list[Finding]:
    return scan([folder / name for name in ("data", "stolen", "backups", "restored", "logs")], ids, token)


def check(folder: Path, ids: list[int], token: str) -> None:
    assert scanned(folder, ids, token) == []
    raised = (folder / "logs" / "bot.log").read_text().count("Spilled")
    assert raised >= 5 * len(ids)
    assert {file.name for file in (folder / "stolen").rglob("*")} >= {"bot.db", "bot.db-wal", "bot.db-shm"}


def plant(folder: Path, ids: list[int], token: str) -> set[tuple[str, str]]:
    """Write a leak into each folder. Return the path of each changed file, with the secret in it."""
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


async def leaks(folder: Path, size: int, kills: int) -> None:
    ids, token = await people_come_and_go(folder, size, kills)
    check(folder, ids, token)
    planted = plant(folder, ids, token)
    findings = {(str(finding.file.relative_to(folder)), finding.secret) for finding in scanned(folder, ids, token)}

    assert planted <= findings


async def test_no_file_names_anybody_of_60_who_came_and_went_through_2_kills(tmp_path: Path) -> None:
    await leaks(tmp_path, 60, 2)


@pytest.mark.torture
async def test_no_file_names_anybody_of_500_who_came_and_went_through_12_kills(tmp_path: Path) -> None:
    await leaks(tmp_path, 500, 12)
