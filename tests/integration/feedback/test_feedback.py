"""A person writes to the campaign without a name, and an admin answers."""

import asyncio
from pathlib import Path

from tests.support.announcement_admins import new_subscriber, two_admins_stopped
from tests.support.bot_and_playground import GROUP, at_work
from tests.support.feedback import (
    ASK,
    ONLY,
    TEXT,
    answer,
    feedback_bot,
    number_in,
    running_bot,
    texts,
    write,
    write_and_send,
)
from tests.support.person import Person, labels


async def test_a_person_writes_an_admin_answers_and_the_person_reads_it(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        warning = await person.say("/feedback")
        assert "may identify you" in warning["text"]
        preview = await person.say(TEXT)
        assert TEXT in preview["text"]
        assert labels(preview)[:2] == [ASK, ONLY]
        assert TEXT not in str(await admins.writer.messages()), "sent before it was confirmed"
        await person.press(ASK)
        sent = await person.sees("Your number is")

        number = number_in(sent)
        for admin in (admins.writer, admins.other):
            assert TEXT in (await admin.sees(f"number {number}"))["text"]
        await answer(admins.writer, number, "We have read it.")
        await admins.writer.sees(f"Your answer has reached number {number}")
        received = await person.sees("Answer from the campaign")
        assert "We have read it." in received["text"]
        assert "This comes from the campaign" in received["text"]
        assert "has answered number" in (await admins.other.sees("We have read it."))["text"]


async def test_what_admins_get_names_nobody_and_has_nothing_to_tap(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        number = await write_and_send(person)
        message = await admins.other.sees(f"number {number}")
        rest = {name: value for name, value in message.items() if name not in ("message_id", "date")}

        assert str(person.id) not in str(rest)
        assert "New" not in message["text"]
        assert [entity["type"] for entity in message["entities"]] == ["bold", "code"], "a link could be tapped"
        assert message["link_preview_options"] == {"is_disabled": True}


async def test_without_an_answer_nothing_is_stored_and_admins_cannot_answer(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        number = await write_and_send(person, ONLY)
        shown = await admins.writer.sees(f"number {number}")

        assert "wants no answer" in shown["text"]
        assert not [label for label in labels(shown) if label in ("Answer", "Mute for 48 hours")]
        assert "Nothing is stored about you." in (await person.say("/mydata"))["text"]


async def test_mydata_shows_a_conversation_and_forget_destroys_it(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        number = await write_and_send(person)
        await admins.writer.sees(f"number {number}")
        stored = (await person.say("/mydata"))["text"]
        assert f"Feedback with the number {number}: your Telegram ID and your language (English) are stored" in stored
        await person.say("/forget")
        await person.sees("The link for an answer to your feedback is deleted too")

        assert "Nothing is stored about you." in (await person.say("/mydata"))["text"]
        await admins.writer.press_under(f"number {number}", "Answer")
        assert admins.writer.toast == "No answer can reach this person any more."


async def test_screens_do_not_say_that_nothing_is_stored_where_something_is(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (_, person):
        assert "your Telegram ID, a random number and your language" in (await person.say("/privacy"))["text"]
        assert "nothing is stored about you" in (await person.say("/settings"))["text"]
        await write_and_send(person)
        await asyncio.sleep(1.5)  # the flood gate lets a few messages through at once

        assert "nothing is stored about you" not in (await person.say("/settings"))["text"]


async def test_where_it_is_off_nothing_shows_and_nothing_answers(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as admins, at_work(admins.place, admins.clock):
        person = await admins.place.newcomer()
        start, known = await person.start(), await person.say("/feedback")
        unknown = await person.say("/unheard")

        assert "Write to the campaign" not in labels(start)
        assert known["text"] == unknown["text"].replace("unheard", "feedback")
        assert "feedback" not in (await person.say("/help"))["text"]
        assert "/feedback" not in (await person.say("/privacy"))["text"]
        assert "This link no longer leads" in (await person.start("feedback"))["text"]
        assert "may identify you" not in (await person.say("contact"))["text"]


async def test_where_it_is_on_menu_help_link_and_words_open_it(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        assert "Write to the campaign" in labels(await person.start())
        assert "may identify you" in (await person.press("Write to the campaign"))["text"]
        assert "/feedback" in (await person.say("/help"))["text"]
        assert "may identify you" in (await person.start("feedback"))["text"]
        await person.say("/start")
        assert "may identify you" in (await person.say("How can I contact you?"))["text"]
        profile = await person.get(f"chats/{person.chat}/profile")
        assert "feedback" in [command["command"] for command in profile["commands"]]
        stranger = await admins.place.newcomer()  # whom the flood gate does not know yet
        group = Person(person.url, person.session, stranger.id, GROUP)
        assert "private chat" in (await group.say("/feedback"))["text"]


async def test_who_leaves_the_screen_asks_ordinary_questions_again(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (_, person):
        await person.say("/feedback")
        await person.press("Main menu")

        assert "Exactly this" not in (await person.say("girls school"))["text"]


async def test_several_messages_are_sent_as_one_and_an_earlier_preview_sends_nothing(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        first = await write(person, "Good day.")
        second = await person.say("The well is dry.")
        assert "Good day.\nThe well is dry." in second["text"]
        await person.press_at(first["message_id"], 0, 0)
        assert person.toast == "This text is not the latest one. Please use the last message."
        await person.press_under("The well is dry.", ASK)
        number = number_in(await person.sees("Your number is"))

        assert "Good day.\nThe well is dry." in (await admins.writer.sees(f"number {number}"))["text"]


async def test_files_are_not_taken(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (_, person):
        await person.say("/feedback")
        await person.post(f"chats/{person.chat}/send", kind="photo", caption="A photo")

        await person.sees("Only text that you type yourself")
        assert "Exactly this" not in str(await texts(person))


async def test_a_long_text_reaches_the_admins_whole_and_one_that_is_longer_is_not_taken(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        longest = ("نامهٔ دراز " * 400)[:4095] + "۹"
        await person.say("/feedback")
        await person.post(f"chats/{person.chat}/send", text=longest)
        await person.press_under("Does it name a person", ASK)
        number = number_in(await person.sees("Your number is"))
        await admins.writer.sees("۹")

        received = "".join("".join(await texts(admins.writer)).split())
        assert "".join(longest.split()) in received
        assert number in received
        await write(person, "x")
        assert "That is too long" in (await person.say(longest))["text"]


async def test_a_conversation_goes_on_under_the_same_number(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, person):
        number = await write_and_send(person)
        admins.clock.ahead = 24 * 3600.0
        await answer(admins.writer, number)
        await person.sees("Answer from the campaign")
        await write(person, "One more thing.")
        await person.press_under("One more thing.", ASK)
        again = await admins.writer.sees("One more thing.")

        assert number in again["text"]
        admins.clock.ahead = 24 * 3600.0 + 46 * 3600.0
        await answer(admins.other, number, "Of course.")
        await person.sees("Of course.")


async def test_a_subscriber_writes_too_and_stays_subscribed(tmp_path: Path) -> None:
    async with feedback_bot(tmp_path) as (admins, _):
        subscriber = await new_subscriber(admins.place)
        number = await write_and_send(subscriber)
        data = (await subscriber.say("/mydata"))["text"]

        assert f"Feedback with the number {number}" in data
        assert "Topics: all" in data


async def test_a_restart_keeps_a_conversation(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as admins:
        async with running_bot(admins):
            await admins.writer.start()
            person = await admins.place.newcomer()
            number = await write_and_send(person)
            await admins.writer.sees(f"number {number}")
        async with running_bot(admins):
            await answer(admins.writer, number)
            await person.sees("Answer from the campaign")
