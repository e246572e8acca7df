"""A reader leaves no trace: no file of the data folder changes, and the log holds no id, no name and no text."""

import asyncio
from pathlib import Path

from tests.support.bot_and_playground import DARI, ENGLISH, PASHTO, bot_env, playground_alone, start_bot
from tests.support.person import Person, labels

WORDS = "دختران مکتب girls school secret"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


async def begun(folder: Path, person: Person) -> dict[str, bytes]:
    """The files when the engine's first heartbeats are over and were read; the next one comes a minute later."""
    before: dict[str, bytes] = {}
    while before != (before := contents(folder)):
        await asyncio.sleep(1.5)
        await person.start()
    return before


async def test_an_hour_of_reading_leaves_no_trace(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        env = bot_env(place.playground, tmp_path, LOG_LEVEL="DEBUG")
        bot = await start_bot(env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        people = [place.person(who) for who in (DARI, PASHTO, ENGLISH)]
        await people[0].start()
        before = await begun(tmp_path, people[0])
        for person in people:
            await person.start("clause-1")
            for _ in range(3):
                screen = await person.screen()
                await person.press(labels(screen)[0])
            await person.say("/privacy")
            await person.say(WORDS)
            await person.send("photo")
            await person.inline("clause-4")
        after = contents(tmp_path)
        bot.terminate()
        out, _ = await asyncio.wait_for(bot.communicate(), 10)

    assert before == after
    log = out.decode()
    assert "Running" in log
    planted = [
        str(place.bot_id),
        place.playground.token,
        *(str(who) for who in (DARI, PASHTO, ENGLISH)),
        *WORDS.split(),
    ]
    assert [word for word in planted if word in log.replace(place.playground.url, "")] == []
