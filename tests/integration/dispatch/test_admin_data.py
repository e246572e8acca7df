"""What is kept of admins beside what subscribers choose: /mydata tells it, /forget erases it and says so."""

import asyncio
from pathlib import Path

import pytest

from content.model import Lang
from storage.store import reading
from tests.support.announcement_admins import NOON, Office, at_check, closed_office, gone, office, write
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.person import Person

NOBODY = "Nothing is stored about you."


async def kept(one: Office) -> dict[bytes, bytes]:
    chosen = one.place.settings()
    async with reading(chosen.database, chosen.keys) as store:
        return await store.documents.all(store.database, b"")


async def is_kept(one: Office, admin: Person) -> bool:
    """Whether any document is named for them or names them."""
    documents, name = await kept(one), b"%d" % admin.id
    return b"draft/" + name in documents or any(b'"' + name + b'"' in plain for plain in documents.values())


async def shown(one: Office) -> None:
    """Waits until it is kept which messages show how it goes."""
    async with asyncio.timeout(60):
        while b'"%d"' % one.writer.id not in (await kept(one)).get(b"watch/broadcasts", b""):
            await asyncio.sleep(0.1)


async def told(person: Person, title: str = "What is stored about you") -> list[str]:
    """What /mydata says, whatever else comes meanwhile."""

    async def texts() -> list[str]:
        return [said["text"] for said in await person.messages() if said.get("text", "").startswith(title)]

    before = len(await texts())
    await person.post(f"chats/{person.chat}/send", text="/mydata")
    async with asyncio.timeout(60):
        while len(found := await texts()) == before:
            await asyncio.sleep(0.02)
    return found[-1].splitlines()


@pytest.mark.parametrize("language", ["en", "fa", "ps"])
async def test_mydata_tells_an_admin_their_draft_the_language_and_the_messages_that_show_how_it_goes(
    tmp_path: Path, language: str
) -> None:
    async with office(tmp_path, language=language) as one:
        answered = one.word("mydata.admin", value=CAMPAIGN.languages[Lang(language)].name)
        await one.other.say("/broadcast")
        before = await told(one.other, one.word("mydata.title"))
        await one.begin()
        await one.other.sees(one.word("progress.ended"))
        await one.other.say("/broadcast")
        after = await told(one.other, one.word("mydata.title"))

        nothing = one.word("mydata.draft", value=one.word("mydata.draft_empty"))
        assert [answered, nothing] == before[-4:-2]
        shows = one.word("mydata.progress", value=CAMPAIGN.languages[Lang(language)].number(1))
        assert [answered, nothing, shows] == after[-5:-2]
        assert str(one.other.id) in before[2]


async def test_forget_erases_an_admin_s_draft_and_nobody_can_confirm_it(tmp_path: Path) -> None:
    async with closed_office(tmp_path) as one:
        async with one.at_work():
            await one.writer.start()
            await one.other.start()
            await one.ask()
            await one.other.sees("Another admin wants")
            assert "Your draft of an announcement: English" in await told(one.writer)
            await one.writer.say("/forget")
            await one.writer.sees("Your draft of an announcement is erased, too")
            await one.writer.sees(NOBODY)
            await one.confirm()
            await one.other.sees("This request is void")
            await gone(one.writer, "Waiting for the confirmation")
        assert not await is_kept(one, one.writer)
        async with one.at_work():
            assert NOON not in str((await one.writer.say("/broadcast"))["text"])


async def test_what_shows_an_admin_how_it_goes_is_erased_too_and_leaving_by_a_button_is_the_same(
    tmp_path: Path,
) -> None:
    async with closed_office(tmp_path) as one:
        async with one.at_work():
            await one.writer.start()
            await one.other.start()
            await one.writer.say("/subscribe")
            await one.send()
            await shown(one)
            await write(one.writer, "The next one")
            lines = await told(one.writer)
            assert "Announcements whose progress you were shown: 1" in lines
            await one.writer.press("Unsubscribe and erase")
            await one.writer.sees("You are unsubscribed, and everything about you is erased.")
            await one.writer.sees("Your draft of an announcement is erased, too")
        assert not await is_kept(one, one.writer)
        assert await is_kept(one, one.other)


async def test_of_an_admin_without_a_draft_nothing_is_said_about_one(tmp_path: Path) -> None:
    async with office(tmp_path) as one:
        assert (await one.writer.say("/forget"))["text"].startswith(NOBODY)
        assert not any("draft" in str(said.get("text")) for said in await one.writer.messages())
        await write(one.writer)
        assert "Another admin has to confirm" in await at_check(one.writer)
