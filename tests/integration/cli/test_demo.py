"""`python -m bot play --demo` shows invented subscribers and announcements, and keeps away from real data."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.support.bot_and_playground import ADMIN, CAMPAIGN, ENGLISH, start_bot
from tests.support.person import Person, labels, place_of
from tests.support.program_output import read_until

BOT, SECOND_ADMIN = 7000001, 1010
PIPES = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.STDOUT}
TOKEN = "7000001:the-token-of-a-real-bot-somewhere"


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[tuple[str, str, aiohttp.ClientSession]]:
    """Run the demo. Yield its output until the bot runs, the address of the playground, and an HTTP session."""
    bot = await start_bot({"TMPDIR": str(folder)}, "play", "--demo", "--port", "0", **PIPES)
    try:
        output = await read_until(bot.stdout, "Running")
        address = re.search(r"http://[\d.:]+", output)
        assert address
        async with aiohttp.ClientSession() as session:
            yield output, address[0], session
    finally:
        bot.terminate()
        await bot.communicate()
    assert bot.returncode == 0
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", TOKEN),
        ("BOT_TOKEN_FILE", "/run/secrets/token"),
        ("DATABASE_URL", "sqlite:///data/bot.db"),
        ("SEAL_KEY_FILE", "keys/seal.key"),
    ],
)
async def test_the_demo_does_not_start_beside_a_real_bot(tmp_path: Path, name: str, value: str) -> None:
    bot = await start_bot({"TMPDIR": str(tmp_path), name: value}, "play", "--demo", "--port", "0", **PIPES)
    out, _ = await asyncio.wait_for(bot.communicate(), 30)

    assert bot.returncode == 1
    assert out.decode() == (
        f"The demo does not run beside a real bot: unset {name} (also in .env), and start it again.\n"
    )
    assert not list(tmp_path.iterdir())


async def test_an_admin_sees_a_thousand_subscribers_and_two_announcements(tmp_path: Path) -> None:
    async with demo(tmp_path) as (output, url, session):
        admin, second = (Person(url, session, number, BOT) for number in (ADMIN, SECOND_ADMIN))
        async with session.get(f"{url}/box/notice") as response:
            notice = (await response.json())["notice"]
        await admin.say("/stats")
        shown = await admin.sees("Subscribers: ")
        feedback = await Person(url, session, ENGLISH, BOT).say("/feedback")

        assert "DEMO: every subscriber is invented" in output
        assert "Second admin has to approve" in output
        assert "try /feedback" in output
        assert feedback["text"].startswith("Write to the campaign")
        assert notice.startswith("Demo: 1,000 invented subscribers. Nobody here is real")
        assert re.match("Subscribers: (1,?000|9[789][0-9])\n", shown["caption"])
        assert "fewer than" not in shown["caption"]
        for person in (admin, second):
            texts = [message.get("text", "") for message in await person.messages()]
            assert sum("Announcement no. " in text for text in texts) == 2


@pytest.mark.timing
async def test_an_announcement_begins_by_itself_and_reaches_the_invented_subscribers(tmp_path: Path) -> None:
    async with demo(tmp_path) as (_, url, session):
        totals = [await received(url, session)]
        begun, deadline = 0.0, time.monotonic() + 150
        while totals[-1] < 700:
            assert time.monotonic() < deadline, totals
            await asyncio.sleep(0.5)
            totals.append(await received(url, session))
            begun = begun or (time.monotonic() if totals[-1] else 0.0)
        rate = totals[-1] / (time.monotonic() - begun)

    assert totals[0] == 0
    assert 5 < rate < 35


async def received(url: str, session: aiohttp.ClientSession) -> int:
    """Return how many messages the invented subscribers received."""
    async with session.get(f"{url}/box/received") as response:
        total: int = (await response.json())["total"]
        return total


async def test_an_announcement_of_one_admin_is_approved_by_the_other(tmp_path: Path) -> None:
    say = CAMPAIGN.phrasebooks[CAMPAIGN.original].say
    async with demo(tmp_path) as (_, url, session):
        emma, admin, second = (Person(url, session, number, BOT) for number in (ENGLISH, ADMIN, SECOND_ADMIN))
        await emma.say("/subscribe")
        await admin.say("/broadcast")
        await press_newest(admin, "English")
        await admin.say("We meet on Friday.")
        for person, label in ((admin, "check"), (admin, "ask_approval"), (second, "confirm")):
            await press_newest(person, say(f"button.{label}"))
        async with asyncio.timeout(120):
            while not any("We meet on Friday." in str(message) for message in await emma.messages()):
                await asyncio.sleep(0.2)


async def press_newest(person: Person, label: str) -> None:
    """Press the newest button that begins with `label`, while other messages of the chat change."""
    async with asyncio.timeout(60):
        while True:
            for message in reversed(await person.messages()):
                if any(button.startswith(label) for button in labels(message)):
                    await person.press_at(message["message_id"], *place_of(label, message))
                    return
            await asyncio.sleep(0.05)
