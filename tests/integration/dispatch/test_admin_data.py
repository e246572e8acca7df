"""/mydata shows what is stored about an admin, and /forget erases it and says so."""

import asyncio
from pathlib import Path

import pytest

from content.model import Lang
from storage.store import reading
from tests.support.announcement_admins import (
    NOON,
    TwoAdmins,
    open_check_page,
    two_admins,
    two_admins_stopped,
    wait_until_gone,
    write_draft,
)
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.person import Person

NOBODY = "Nothing is stored about you."


async def stored_documents(admins: TwoAdmins) -> dict[bytes, bytes]:
    settings = admins.place.settings()
    async with reading(settings.database, settings.keys) as store:
        return await store.documents.all(store.database, b"")


async def is_stored(admins: TwoAdmins, admin: Person) -> bool:
    """Return whether any document but the one with pseudonyms has the admin's id in its name or its content."""
    documents, name = await stored_documents(admins), b"%d" % admin.id
    documents.pop(b"audit/pseudonyms", None)
    return b"draft/" + name in documents or any(b'"' + name + b'"' in plain for plain in documents.values())


async def wait_until_shown(admins: TwoAdmins) -> None:
    """Wait until the messages that show the progress are stored."""
    async with asyncio.timeout(60):
        while b'"%d"' % admins.writer.id not in (await stored_documents(admins)).get(b"watch/broadcasts", b""):
            await asyncio.sleep(0.1)


async def my_data(person: Person, title: str = "What is stored about you") -> list[str]:
    """Return the lines of /mydata, whatever other messages arrive meanwhile."""

    async def texts() -> list[str]:
        return [message["text"] for message in await person.messages() if message.get("text", "").startswith(title)]

    before = len(await texts())
    await person.post(f"chats/{person.chat}/send", text="/mydata")
    async with asyncio.timeout(60):
        while len(answers := await texts()) == before:
            await asyncio.sleep(0.02)
    return answers[-1].splitlines()


@pytest.mark.parametrize("language", ["en", "fa", "ps"])
async def test_mydata_shows_an_admin_their_draft_their_language_and_the_progress_messages(
    tmp_path: Path, language: str
) -> None:
    async with two_admins(tmp_path, language=language) as admins:
        language_line = admins.phrase("mydata.admin", value=CAMPAIGN.languages[Lang(language)].name)
        await admins.other.say("/broadcast")
        before = await my_data(admins.other, admins.phrase("mydata.title"))
        await admins.begin_sending()
        await admins.other.sees(admins.phrase("progress.ended"))
        await admins.other.say("/broadcast")
        after = await my_data(admins.other, admins.phrase("mydata.title"))

        nothing = admins.phrase("mydata.draft", value=admins.phrase("mydata.draft_empty"))
        assert [language_line, nothing] == before[-4:-2]
        shows = admins.phrase("mydata.progress", value=CAMPAIGN.languages[Lang(language)].number(1))
        assert [language_line, nothing, shows] == after[-6:-3]
        assert str(admins.other.id) in before[2]


async def test_forget_erases_an_admin_s_draft_and_nobody_can_confirm_it(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as admins:
        async with admins.running_bot():
            await admins.writer.start()
            await admins.other.start()
            await admins.request()
            await admins.other.sees("Another admin wants")
            assert "Your draft announcement: English" in await my_data(admins.writer)
            await admins.writer.say("/forget")
            await admins.writer.sees("Your draft announcement is deleted too")
            await admins.writer.sees(NOBODY)
            await admins.writer.sees("The pseudonym under which your acts are recorded stays")
            await admins.confirm()
            await admins.other.sees("This request is no longer valid")
            await wait_until_gone(admins.writer, "Waiting for another admin to confirm")
        assert not await is_stored(admins, admins.writer)
        async with admins.running_bot():
            assert NOON not in str((await admins.writer.say("/broadcast"))["text"])


async def test_progress_messages_are_erased_too_and_a_button_does_the_same(
    tmp_path: Path,
) -> None:
    async with two_admins_stopped(tmp_path) as admins:
        async with admins.running_bot():
            await admins.writer.start()
            await admins.other.start()
            await admins.writer.say("/subscribe")
            await admins.send()
            await wait_until_shown(admins)
            await write_draft(admins.writer, "The next one")
            lines = await my_data(admins.writer)
            assert "Announcements whose progress you are shown: 1" in lines
            await admins.writer.press("Unsubscribe and delete my data")
            await admins.writer.sees("You are unsubscribed, and everything stored about you is deleted.")
            await admins.writer.sees("Your draft announcement is deleted too")
        assert not await is_stored(admins, admins.writer)
        assert await is_stored(admins, admins.other)


async def test_an_admin_without_a_draft_reads_nothing_about_drafts(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        assert (await admins.writer.say("/forget"))["text"].startswith(NOBODY)
        assert not any("draft" in str(message.get("text")) for message in await admins.writer.messages())
        await write_draft(admins.writer)
        assert "Another admin has to confirm" in await open_check_page(admins.writer)
