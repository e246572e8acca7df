"""The container runs Python without docstrings and assertions (PYTHONOPTIMIZE=2), which saves memory."""

import asyncio
from pathlib import Path

from tests.support.bot_and_playground import ADMIN, ROOT, bot_env, playground_alone, start_bot


async def test_the_bot_works_without_docstrings_and_assertions(tmp_path: Path) -> None:
    assert "PYTHONOPTIMIZE=2" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    async with playground_alone(tmp_path) as place:
        env = bot_env(place.playground, tmp_path, PYTHONOPTIMIZE="2")
        bot = await start_bot(env, stderr=asyncio.subprocess.PIPE)
        admin = place.person(ADMIN)
        start = await admin.start()
        clause = await admin.say("4")
        answer = await admin.say("girls schools")
        subscribed = await admin.say("/subscribe")
        statistics = await admin.say("/stats")
        bot.terminate()
        _, log = await bot.communicate()

    assert all(message["text"] for message in (start, clause, answer, subscribed))
    assert "photo" in statistics, "the process that draws charts works as well"
    assert b"error" not in log
