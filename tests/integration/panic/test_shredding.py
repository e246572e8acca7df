"""The keys are destroyed in an emergency: in the chat, on the server, while the bot runs and while it does not."""

import asyncio
import random
import shutil
from pathlib import Path

import pyrage

from bot.panic.panic_record import WAITING
from playground.world.model import User as Resident
from storage import backup
from storage.errors import StorageRefused
from storage.sealing import emergency_notes, key_file
from storage.sealing.key_file import EpochKeys
from storage.store import reading
from tests.integration.cli.test_maintenance import run_command
from tests.integration.dispatch.test_traces import contents
from tests.integration.panic.test_freezing import freeze
from tests.support.announcement_admins import only_admin, two_admins_stopped
from tests.support.bot_and_playground import BotAndPlayground, bot_env, playground_alone, start_bot
from tests.support.leak_scan import scan
from tests.support.person import Person

CLOSED = "This bot is out of service."


async def shred_in_chat(owner: Person) -> None:
    await owner.say("/panic")
    await owner.press_under("The bot has been frozen since", "Destroy the list")
    await owner.press_under("Destroy the list for ever?", "Yes, destroy")
    await owner.sees("All keys were destroyed")


async def answers_closed(person: Person) -> None:
    """Wait until the bot gives only the neutral sentence."""
    for _ in range(200):
        if (await person.say("/subscribe"))["text"] == CLOSED:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the bot is not closed")


async def test_a_second_owner_destroys_the_list_and_the_bot_says_one_sentence_after_a_restart_too(
    tmp_path: Path,
) -> None:
    neutral = "این ربات از کار افتاده است."
    async with two_admins_stopped(tmp_path) as admins:
        async with admins.running_bot():
            await admins.writer.start()
            await admins.other.start()
            await freeze(admins.writer)
            await shred_in_chat(admins.other)
            notice = await admins.writer.sees("All keys were destroyed")
            assert "destroyed by: Owner" in notice["text"]
            await answers_closed(admins.writer)
            stranger = await admins.place.newcomer("fa")
            assert [(await stranger.say(text))["text"] for text in ("/start", "/forget")] == [neutral, neutral]
        before = contents(tmp_path)
        async with admins.running_bot():
            assert (await admins.other.say("/broadcast"))["text"] == CLOSED
            assert (await stranger.say("/subscribe"))["text"] == neutral
        assert contents(tmp_path) == before
        assert not admins.place.settings().keys.exists()


async def test_an_only_owner_destroys_the_list_after_ten_minutes_and_not_before(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await freeze(admins.writer)
        await admins.writer.press_under("The bot has been frozen since", "Destroy the list")
        assert admins.writer.toast == "You cannot do this yet."
        admins.clock.ahead = WAITING + 1
        await shred_in_chat(admins.writer)
        await answers_closed(admins.writer)

        assert emergency_notes.is_shredded(admins.place.settings().keys)


def key_findings(folders: list[Path], epochs: tuple[EpochKeys, ...]) -> list[Path]:
    """Return the files that contain a key, as bytes or as hexadecimal digits."""
    needles = [form for epoch in epochs for key in (epoch.index, epoch.record) for form in (key, key.hex().encode())]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return [file for file in files if any(needle in file.read_bytes() for needle in needles)]


async def subscribed_residents(place: BotAndPlayground, number: int) -> list[int]:
    """Let people with ids of today's length subscribe; return their ids."""
    chance = random.Random(number)
    ids = [chance.randrange(5_000_000_000, 8_000_000_000) for _ in range(number)]
    for user in ids:
        place.playground.state.people[user] = Resident(user, "New", "en")
        await place.person(user).say("/subscribe")
    return ids


async def test_after_a_shred_under_a_running_bot_no_file_and_no_backup_opens_or_names_anybody(tmp_path: Path) -> None:
    """A real process, killed right after the operator's command: what is left is searched."""
    async with playground_alone(tmp_path, rate=10_000) as place:
        env, identity = bot_env(place.playground, tmp_path), pyrage.x25519.Identity.generate()
        bot = await start_bot(env)
        ids = await subscribed_residents(place, 6)
        settings = place.settings()
        await backup.backup(settings.database, tmp_path / "backup.age", str(identity.to_public()))
        shutil.copytree(settings.database.parent, tmp_path / "stolen")
        keys = key_file.parse(settings.keys.read_bytes(), settings.keys)
        backup.restore(tmp_path / "backup.age", str(identity), tmp_path / "restored" / "bot.db")
        folders = [tmp_path]
        assert key_findings(folders, keys) == [settings.keys]
        async with reading(tmp_path / "restored" / "bot.db", settings.keys) as store:
            assert await store.subscribers.count() == 6

        code, output = await run_command(env, "panic", "--shred", "--yes")
        assert code == 0, output
        await answers_closed(place.person(ids[0]))
        bot.kill()
        await bot.wait()

        assert key_findings(folders, keys) == []
        for database in (settings.database, tmp_path / "stolen" / "bot.db", tmp_path / "restored" / "bot.db"):
            try:
                async with reading(database, settings.keys):
                    raise AssertionError(f"{database} opens")
            except StorageRefused:
                pass
        assert scan(folders, ids, place.playground.token) == []


async def test_the_operator_freezes_and_unfreezes_with_the_bot_running_or_not(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        env = bot_env(place.playground, tmp_path)
        owner = place.person(1009)
        bot = await start_bot(env)
        await owner.start()
        assert (await run_command(env, "panic"))[0] == 0
        assert "person who runs the server" in (await owner.sees("The bot is frozen"))["text"]
        stranger = await place.newcomer()
        assert "not possible" in (await stranger.say("/subscribe"))["text"]
        bot.kill()
        await bot.wait()

        bot = await start_bot(env)
        assert "not possible" in (await stranger.say("/subscribe"))["text"]
        assert (await run_command(env, "panic", "--lift"))[0] == 0
        await owner.sees("The freeze is over")
        assert "not possible" not in (await stranger.say("/subscribe"))["text"]
        bot.terminate()
        assert await bot.wait() == 0
