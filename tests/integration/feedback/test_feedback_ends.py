"""Conversations end after 48 hours whatever happens to the bot, and nobody answers who may not."""

import asyncio
from pathlib import Path

from bot.feedback.conversation import LIFETIME
from bot.feedback.conversation_store import DOCUMENT
from storage.store import reading
from tests.integration.panic.test_freezing import end_freeze, freeze
from tests.integration.panic.test_shredding import answers_closed, shred_in_chat
from tests.support.announcement_admins import TwoAdmins, two_admins_stopped
from tests.support.bot_and_playground import at_work, bot_env, start_bot
from tests.support.feedback import (
    ASK,
    ONLY,
    TEXT,
    answer,
    begin_answer,
    feedback_bot,
    running_bot,
    texts,
    write,
    write_and_send,
)
from tests.support.team import join, press_in_team

OVER = "No answer can reach this person any more."


async def stored(admins: TwoAdmins) -> bytes | None:
    """Return what is stored about conversations while the bot does not run."""
    settings = admins.place.settings()
    async with reading(settings.database, settings.keys) as store:
        return await store.documents.get(store.database, DOCUMENT)


async def test_a_conversation_is_destroyed_after_48_hours(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        number = await write_and_send(person)
        await begin_answer(admins.writer, number)
        admins.clock.ahead = LIFETIME + 1
        await admins.other.press_under(f"Message to the campaign, number {number}", "Answer")
        assert admins.other.toast == OVER
        assert "Nothing is stored about you." in (await person.say("/mydata"))["text"]


async def test_a_conversation_that_ended_while_the_bot_was_off_is_destroyed_at_the_start(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as admins:
        async with running_bot(admins):
            await admins.writer.start()
            person = await admins.place.newcomer()
            await write_and_send(person)
        before = await stored(admins)
        admins.clock.ahead = LIFETIME + 1
        async with running_bot(admins):
            await admins.writer.say("/help")
        after = await stored(admins)
        assert before is not None
        assert after is not None
        assert str(person.id).encode() in before
        assert str(person.id).encode() not in after
        assert len(before) == len(after), "the size shows how many conversations there are"


async def test_switching_feedback_off_erases_what_was_stored(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as admins:
        async with running_bot(admins):
            await admins.writer.start()
            await write_and_send(await admins.place.newcomer())
        async with at_work(admins.place, admins.clock):
            await admins.writer.say("/help")
        assert await stored(admins) is None


async def test_two_admins_who_answer_learn_of_each_other(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        number = await write_and_send(person)
        await begin_answer(admins.other, number, "The second answer.")
        await answer(admins.writer, number, "The first answer.")
        await admins.other.sees("has answered number")
        await admins.other.press_under("The second answer.", "Send the answer")
        await admins.other.press_under("Another admin has answered this person meanwhile", "Send the answer")
        await person.sees("The second answer.")

        assert sum("answer." in text for text in await texts(person)) == 2


async def test_a_muted_conversation_brings_admins_nothing_more_and_the_person_reads_why(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        number = await write_and_send(person)
        await write(person, "More of it")
        await admins.writer.press_under(f"Message to the campaign, number {number}", "Mute for 48 hours")
        await admins.other.sees("has muted number")
        await person.press_under("More of it", ONLY)
        await person.sees("takes no more messages from you")
        await person.say("/forget")
        await person.sees("The link for an answer to your feedback is deleted too")
        assert "takes no more messages" in (await person.say("/feedback"))["text"]
        assert "More of it" not in str(await texts(admins.writer))


async def test_an_editor_gets_nothing_and_a_suspended_approver_cannot_answer(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        editor = await join(admins, admins.writer, "Editor")
        approver = await join(admins, admins.writer, "Approver")
        number = await write_and_send(person)
        await begin_answer(approver, number, "Too late.")
        await press_in_team(admins.writer, "Approver 1", "Suspend")
        await admins.writer.sees("suspended")
        await approver.press_under("Too late.", "Send the answer")

        assert TEXT not in str(await texts(editor))
        assert "Too late." not in str(await texts(person))


async def test_a_frozen_bot_takes_no_feedback_and_sends_no_answer(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        number = await write_and_send(person)
        await begin_answer(admins.writer, number)
        await write(person, "Once more")
        await freeze(admins.other)
        await admins.writer.press_under("Exactly this will be sent to", "Send the answer")
        assert admins.writer.toast == "The bot is frozen: nothing is sent now."
        await person.press_under("Once more", ASK)
        await person.sees("Writing to the campaign is not possible at the moment")
        assert "not possible" in (await person.say("/feedback"))["text"]
        await end_freeze(admins.writer)
        assert "may identify you" in (await person.say("/feedback"))["text"]
        assert "Answer from" not in str(await texts(person))


async def test_destroying_the_list_destroys_conversations(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        await write_and_send(person)
        await freeze(admins.writer)
        await shred_in_chat(admins.other)
        await answers_closed(person)

        assert not list(tmp_path.rglob("seal.key"))


async def test_blocking_the_bot_destroys_a_conversation(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        number = await write_and_send(person)
        await begin_answer(admins.writer, number)
        await person.post(f"chats/{person.chat}/block", blocked=True)
        async with asyncio.timeout(20):
            while await _is_open(admins, number):
                await asyncio.sleep(0.05)


async def _is_open(admins: TwoAdmins, number: str) -> bool:
    await admins.other.press_under(f"Message to the campaign, number {number}", "Answer")
    return admins.other.toast != OVER


async def test_an_answer_that_telegram_refuses_is_reported_and_ends_the_conversation(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        number = await write_and_send(person)
        refusal = {"kind": "refused", "code": 403, "description": "Forbidden: bot was blocked by the user"}
        await person.post("faults", faults=[refusal | {"methods": ["sendMessage"], "chats": [person.id]}])
        await answer(admins.writer, number)
        await admins.writer.sees("Your answer did not arrive")
        await admins.other.press_under(f"Message to the campaign, number {number}", "Answer")

        assert admins.other.toast == OVER


async def test_if_no_admin_can_be_reached_the_person_reads_that_and_can_send_again(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        refusal = {"kind": "refused", "code": 403, "description": "Forbidden: bot was blocked by the user"}
        chats = [admins.writer.id, admins.other.id]
        await write(person)
        await person.post("faults", faults=[refusal | {"methods": ["sendMessage"], "chats": chats}])
        await person.press(ASK)
        await person.sees("This could not be delivered just now")
        assert "Nothing is stored about you." in (await person.say("/mydata"))["text"]
        await person.post("faults", faults=[])
        await person.press_under("could not be delivered", ONLY)
        await person.sees("Sent. Its number is")


async def test_a_kill_between_confirming_and_delivering_tells_nobody_that_it_was_sent(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as admins:
        owners = f"{admins.writer.id},{admins.other.id}"
        bot = await start_bot(bot_env(admins.place.playground, tmp_path, FEEDBACK="on", ADMIN_IDS=owners))
        person = await admins.place.newcomer()
        await admins.writer.start()
        preview = await write(person)
        slow = {"kind": "slow", "seconds": 3.0, "methods": ["sendMessage"], "chats": [admins.writer.id]}
        await person.post("faults", faults=[slow])
        pressing = asyncio.create_task(person.press_at(preview["message_id"], 0, 0))
        await asyncio.sleep(1.0)
        bot.kill()
        await bot.wait()
        assert "Your number is" not in str(await texts(person))
        await person.post("faults", faults=[])
        async with running_bot(admins):
            await person.sees("The bot no longer has this text")
            await pressing
        assert sum(TEXT in text for text in await texts(admins.writer)) <= 1
