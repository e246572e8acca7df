"""When Telegram is slow, forgetful, angry or gone, a reader is answered all the same; a stop is quick and safe."""

import asyncio
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.support.bot_and_playground import CAMPAIGN, bot_and_playground, bot_env, playground_alone, start_bot

ANSWER = "Clause 4 of 11"


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "slow", "seconds": 1.0},
        {"kind": "lost", "times": 1},
        {"kind": "torn", "times": 1},
        {"kind": "429", "times": 1, "seconds": 1.0},
        {"kind": "502", "times": 2},
        {"kind": "html403", "times": 2},
        {"kind": "offline", "times": 2},
    ],
    ids=lambda fault: str(fault["kind"]),
)
async def test_a_reader_gets_the_answer_all_the_same(tmp_path: Path, fault: dict[str, Any]) -> None:
    async with bot_and_playground(tmp_path) as place:
        person = await place.newcomer()
        await person.start()
        await person.post("faults", faults=[{"methods": ["sendMessage", "editMessageText"], "share": 1, **fault}])
        answer = await person.say("4")
        if fault["kind"] in ("lost", "torn"):
            await asyncio.sleep(2)  # an answer that may have been lost is sent once more
        pressed = await person.press(CAMPAIGN.phrasebooks[CAMPAIGN.original].say("button.next"))

    assert ANSWER in answer["text"]
    assert "Clause 5 of 11" in pressed["text"]


async def test_a_dead_network_is_survived(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        person = await place.newcomer()
        await person.start()
        await person.post("faults", faults=[{"kind": "offline", "methods": [], "share": 1, "times": None}])
        await person.post(f"chats/{person.chat}/send", text="4")
        await asyncio.sleep(1.5)
        await person.post("faults", faults=[])
        async with asyncio.timeout(60):
            while ANSWER not in (await person.screen())["text"]:
                await asyncio.sleep(0.05)


@pytest.mark.timing
async def test_a_stop_takes_five_seconds_at_most_and_what_was_open_is_answered_after(tmp_path: Path) -> None:
    slow = {"kind": "slow", "methods": ["sendMessage"], "share": 1, "times": None, "seconds": 30.0}
    async with playground_alone(tmp_path) as place:
        bot = await start_bot(bot_env(place.playground, tmp_path))
        person, loop = await place.newcomer(), asyncio.get_running_loop()
        await person.start()
        await person.post("faults", faults=[slow])
        await person.post(f"chats/{person.chat}/send", text="4")
        await asyncio.sleep(0.5)
        begun = loop.time()
        bot.terminate()
        code = await asyncio.wait_for(bot.wait(), 10)
        took = loop.time() - begun
        await person.post("faults", faults=[])
        bot = await start_bot(bot_env(place.playground, tmp_path))
        async with asyncio.timeout(60):
            while ANSWER not in (await person.screen())["text"]:
                await asyncio.sleep(0.05)
        bot.terminate()
        await bot.wait()

    assert code == 0
    assert took < 5


@pytest.mark.timing
async def test_an_idle_bot_stops_at_once(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        bot = await start_bot(bot_env(place.playground, tmp_path))
        await (await place.newcomer()).start()
        begun = asyncio.get_running_loop().time()
        bot.send_signal(signal.SIGINT)
        code = await bot.wait()

        assert code == 0
        assert asyncio.get_running_loop().time() - begun < 1


async def test_somebody_who_blocks_the_bot_meanwhile_harms_nobody(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        gone, reader = await place.newcomer(), await place.newcomer()
        await gone.start()
        await gone.post(f"chats/{gone.chat}/send", text="4")
        await gone.post(f"chats/{gone.chat}/block", blocked=True)
        screen = await reader.say("4")

    assert ANSWER in screen["text"]


async def test_a_button_of_a_message_that_is_gone_answers_with_a_new_one(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        person = await place.newcomer()
        await person.start("clause-4")
        await person.post("faults", faults=[{"kind": "slow", "methods": ["answerCallbackQuery"], "seconds": 0.5}])
        screen = await person.screen()
        pressing = asyncio.create_task(person.press_at(screen["message_id"], 0, 2))
        await asyncio.sleep(0.2)
        api = f"{place.playground.url}/bot{place.playground.token}/deleteMessage"
        await place.session.post(api, json={"chat_id": person.id, "message_id": screen["message_id"]})
        await pressing
        async with asyncio.timeout(60):
            while not any("Clause 5 of 11" in message.get("text", "") for message in await person.messages()):
                await asyncio.sleep(0.05)


async def test_hammering_a_button_is_told_and_others_are_answered(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        hasty, reader = await place.newcomer(), await place.newcomer()
        screen = await hasty.start()
        presses, hasty.toast = 0, ""
        while not hasty.toast:
            presses += 1
            await hasty.press_at(screen["message_id"], 0, 0)
        answered = await reader.say("4")

    assert "at once" in hasty.toast
    assert presses >= 20
    assert ANSWER in answered["text"]


async def test_a_flood_of_messages_starves_nobody(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        flooder, reader = await place.newcomer(), await place.newcomer()
        await flooder.start()
        await reader.start()
        for _ in range(300):
            await flooder.post(f"chats/{flooder.chat}/send", text="4")
        screen = await asyncio.wait_for(reader.say("4"), 5)

    assert ANSWER in screen["text"]
