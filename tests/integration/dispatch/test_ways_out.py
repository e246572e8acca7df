"""Each way in which a text leaves the bot reveals what docs/security.md says.

The bytes that arrive name the bot or not. The receivers are a group. What a person copies, they paste there as a
message of their own.
"""

import json
from pathlib import Path

from content.model import AddresseeId, ClauseId
from content.screens.copying.letters import letter_text
from content.screens.copying.plain_text import addressee_of, clause_text
from content.screens.reader import Reader
from tests.support.bot_and_playground import CAMPAIGN, DARI, ENGLISH, GROUP, BotAndPlayground, bot_and_playground
from tests.support.person import Json, Person, labels
from tests.support.subscriptions import BOOKS, EN, FA

CLAUSE = CAMPAIGN.clause_by_id[ClauseId("4")]


def names_bot(place: BotAndPlayground, arrived: Json) -> bool:
    """Return whether a message that arrived has the username or the number of the bot anywhere."""
    return any(
        name in json.dumps(arrived) for name in ("declaration_bot", str(place.bot_id), "via_bot", "forward_origin")
    )


async def pasted(place: BotAndPlayground, person: int, text: str) -> Json:
    """Return the message that arrives in the group when a person pastes what they have copied."""
    group = place.person(person, GROUP)
    await group.post(f"chats/{GROUP}/send", text=text)
    arrived = (await group.messages())[-1]
    assert arrived["text"] == text
    return arrived


async def forwarded(place: BotAndPlayground, person: Person, message: Json) -> Json:
    """Return the message that arrives in the group when a message of the bot is forwarded there."""
    url = f"{place.playground.url}/bot{place.playground.token}/forwardMessage"
    body = {"chat_id": GROUP, "from_chat_id": person.id, "message_id": message["message_id"]}
    async with place.session.post(url, json=body) as response:
        assert response.status == 200, await response.text()
    return (await place.person(person.id, GROUP).messages())[-1]


async def ways_of(person: Person, payload: str) -> Json:
    """Open a clause or a demand and then the ways to share it; return their screen."""
    await person.start(payload)
    return await person.press(BOOKS[EN].say("button.pass_on"))


def copied_by_button(screen: Json, label: str) -> str:
    """Return what the button `label` copies to the clipboard."""
    buttons = (button for row in screen["reply_markup"]["inline_keyboard"] for button in row)
    return next(str(button["copy_text"]["text"]) for button in buttons if button["text"] == label)


async def test_a_copied_clause_arrives_word_for_word_and_does_not_name_the_bot(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        person = place.person(ENGLISH)
        await ways_of(person, "clause-4")
        shown = await person.press(BOOKS[EN].say("copying.button"))
        arrived = await pasted(place, ENGLISH, shown["text"])

        assert shown["text"] == clause_text(Reader(CAMPAIGN, EN), CLAUSE, EN)
        assert CLAUSE.texts[EN] in arrived["text"]
        assert [entity["type"] for entity in shown["entities"]] == ["pre"]
        assert shown["link_preview_options"] == {"is_disabled": True}
        assert person.toast == BOOKS[EN].say("copying.hint")
        assert not names_bot(place, arrived)


async def test_a_copied_letter_quotes_word_for_word_and_does_not_name_the_bot(tmp_path: Path) -> None:
    addressee = addressee_of(Reader(CAMPAIGN, FA), AddresseeId("un"))
    assert addressee
    async with bot_and_playground(tmp_path) as place:
        person, say = place.person(DARI), BOOKS[FA].say
        await person.start("demand-un")
        await person.press(say("button.pass_on"))
        about = await person.press(say("letter.button"))
        letter = await person.press(labels(about)[0])
        subject = copied_by_button(letter, say("letter.copy_subject"))
        await person.press(say("button.back"))
        original = await person.press(labels(about)[1])

        assert letter["text"] == letter_text(Reader(CAMPAIGN, FA), addressee, FA)
        assert original["text"] == letter_text(Reader(CAMPAIGN, FA), addressee, EN)
        for statement in CAMPAIGN.statements_to(addressee.id):
            assert statement.quotes[FA] in letter["text"]
            assert statement.quotes[EN] in original["text"]
        for text in (letter["text"], original["text"], subject):
            assert not names_bot(place, await pasted(place, DARI, text))


async def test_a_forwarded_message_names_the_bot_also_if_its_text_does_not(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        person = place.person(ENGLISH)
        clause = await person.start("clause-4")
        await person.press(BOOKS[EN].say("button.pass_on"))
        shown = await person.press(BOOKS[EN].say("copying.button"))

        assert names_bot(place, await forwarded(place, person, clause))
        assert names_bot(place, await forwarded(place, person, shown))


async def test_a_link_and_a_shared_clause_name_the_bot(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        person = place.person(ENGLISH)
        ways = await ways_of(person, "clause-4")
        link = await pasted(place, ENGLISH, copied_by_button(ways, BOOKS[EN].say("button.copy_link")))
        results = await person.inline("clause-4")
        result = results["results"][0]["id"]
        shared = await person.post("inline/choose", chat=GROUP, id=results["id"], result_id=result)

        assert names_bot(place, link)
        assert names_bot(place, shared)
        assert shared["via_bot"]["username"] == "declaration_bot"
