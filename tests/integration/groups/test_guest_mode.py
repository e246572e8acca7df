"""As a guest, the bot answers a mention in a chat of which it is no member, with text of the declaration alone."""

import asyncio
from pathlib import Path

import pytest

from bot import connection
from playground.world import views
from tests.integration.telegram_api.test_calls import CALLS, Recorder
from tests.support.bot_and_playground import MATCHER, BotAndPlayground, at_work, playground_alone
from tests.support.person import Json, Person
from tests.support.playground.bot_api_schema import check_call, check_object
from tests.support.subscriptions import EN, FA, stored_subscriber

CLAUSES = MATCHER.campaign.clause_by_id.values()
QUESTION = "@declaration_bot clause 4"


async def chat_without_bot(place: BotAndPlayground, language: str = "en", *, is_allowed: bool = True) -> Person:
    """Return a newcomer in a chat of which the bot is not a member. `is_allowed` is the setting in @BotFather."""
    place.playground.state.bots[place.bot_id].has_guest_mode = is_allowed
    number = (await place.newcomer(language)).id
    return place.person(number, number)


async def say(person: Person, text: str) -> None:
    await person.post(f"chats/{person.chat}/send", text=text)


async def answers(person: Person, number: int) -> list[Json]:
    """Wait for at least `number` messages that the person did not send; return all of them."""
    async with asyncio.timeout(60):
        while True:
            others = [message for message in await person.messages() if not message.get("out")]
            if len(others) >= number:
                return others
            await asyncio.sleep(0.02)


def clause_text(number: int, lang: str) -> str:
    clause = next(clause for clause in CLAUSES if clause.number == number)
    return clause.texts[MATCHER.campaign.language_for(lang)]


@pytest.mark.parametrize(
    ("lang", "question"),
    [("en", "/clause@declaration_bot 4"), ("fa", "@declaration_bot 4"), ("ps", "@declaration_bot ۴")],
)
async def test_a_mention_gets_the_clause_letter_by_letter_and_nothing_is_stored(
    tmp_path: Path, lang: str, question: str
) -> None:
    async with playground_alone(tmp_path) as place:
        person = await chat_without_bot(place, lang)
        async with at_work(place, GUEST_MODE="on"):
            await say(person, question)
            [answer] = await answers(person, 1)

            assert clause_text(4, lang) in answer["text"]
            buttons = [button for row in answer["reply_markup"]["inline_keyboard"] for button in row]
            assert [button for button in buttons if "url" not in button] == []
            assert await stored_subscriber(place, person) is None


async def test_a_question_that_finds_nothing_gets_no_answer(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        person = await chat_without_bot(place)
        async with at_work(place, GUEST_MODE="on"):
            for words in ("good morning", "/help", "/forget"):
                await say(person, f"@declaration_bot {words}")
            await say(person, QUESTION)
            [answer] = await answers(person, 1)

            assert clause_text(4, EN) in answer["text"]


async def test_without_the_setting_the_bot_never_asks_telegram_for_such_mentions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "Transport", Recorder)
    CALLS.clear()
    async with playground_alone(tmp_path) as place:
        person = await chat_without_bot(place)
        async with at_work(place):
            await place.person(person.id).start()
            await say(person, QUESTION)
            await place.person(person.id).say("4")

            assert await answers(person, 0) == []
    polls = [parameters for name, parameters in CALLS if name == "getUpdates"]
    assert [poll for poll in polls if "guest_message" in poll["allowed_updates"]] == []


async def test_the_calls_of_a_guest_match_the_bot_api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "Transport", Recorder)
    CALLS.clear()
    async with playground_alone(tmp_path) as place:
        person = await chat_without_bot(place, FA)
        async with at_work(place, GUEST_MODE="on"):
            await say(person, QUESTION)
            await answers(person, 1)
            posted = list(person_messages(place, person))
    sent = [call for call in CALLS if call[0] == "answerGuestQuery"]

    assert len(sent) == 1
    assert [problem for name, parameters in sent for problem in check_call(name, parameters)] == []
    assert [problem for message in posted for problem in check_object("Message", message)] == []


def person_messages(place: BotAndPlayground, person: Person) -> list[Json]:
    """Return the messages of a person's own chat as Bot API objects."""
    state = place.playground.state
    chat = state.chat_of_person(state.people[person.id], person.id)
    return [views.message_for_bot(message, state.bots[place.bot_id]) for message in chat.messages.values()]


@pytest.mark.parametrize("is_allowed", [True, False])
async def test_the_start_says_when_botfather_does_not_allow_guest_mode(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, is_allowed: bool
) -> None:
    async with playground_alone(tmp_path) as place:
        person = await chat_without_bot(place, is_allowed=is_allowed)
        async with at_work(place, GUEST_MODE="on"):
            await place.person(person.id).start()
    warnings = [record.message for record in caplog.records if "GUEST_MODE" in record.message]

    assert len(warnings) == (0 if is_allowed else 1)
