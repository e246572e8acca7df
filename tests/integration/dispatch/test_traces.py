"""Reading leaves no trace: no file in the data folder changes, and the log has no id, no name and no text."""

import asyncio
from pathlib import Path

from tests.support.bot_and_playground import DARI, ENGLISH, PASHTO, bot_env, playground_alone, start_bot
from tests.support.person import Person, labels

WORDS = "دختران مکتب girls school secret"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


async def settled_contents(folder: Path, person: Person) -> dict[str, bytes]:
    """Return the files after the first heartbeats of the engine. The next heartbeat is a minute later."""
    before: dict[str, bytes] = {}
    while before != (before := contents(folder)):
        await asyncio.sleep(1.5)
        await person.start()
    return before


async def test_an_hour_of_reading_leaves_no_trace(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        env = bot_env(place.playground, tmp_path, LOG_LEVEL="DEBUG")
        bot = await start_bot(env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        people = [place.person(number) for number in (DARI, PASHTO, ENGLISH)]
        await people[0].start()
        before = await settled_contents(tmp_path, people[0])
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
        *(str(number) for number in (DARI, PASHTO, ENGLISH)),
        *WORDS.split(),
    ]
    assert [word for word in planted if word in log.replace(place.playground.url, "")] == []
