"""Run a bot that signs its announcements, with two admins and a subscriber."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from content.search.matcher import Matcher
from storage.files import durable_files
from storage.sealing import signing_key
from storage.sealing.signing_key import SigningKey
from tests.support.announcement_admins import (
    SEND,
    TwoAdmins,
    new_subscriber,
    open_check_page,
    two_admins_stopped,
    write_draft,
)
from tests.support.bot_and_playground import at_work
from tests.support.person import Json, Person
from tests.support.signing import KEY, SIGNING_MATCHER

TEXT = "Meet us at noon. ❤️ The plan: https://example.org/plan"
LINK = {"type": "text_link", "offset": 0, "length": 4, "url": "https://example.org/place"}
BOLD = {"type": "bold", "offset": 11, "length": 4}


@dataclass
class SigningBot:
    """A campaign that sends announcements, and a subscriber."""

    admins: TwoAdmins
    reader: Person

    async def announce(self, text: str = TEXT, entities: tuple[Json, ...] = (LINK, BOLD)) -> Json:
        """Send an announcement with two links; return the message that the subscriber gets."""
        writer = self.admins.writer
        await write_draft(writer, text, entities)
        await open_check_page(writer)
        await writer.press_under("Recipients", SEND)
        await self.admins.confirm()
        await writer.sees("Sending has ended")
        return await self.reader.sees(text[:10])


@asynccontextmanager
async def signing_bot(
    folder: Path, key: SigningKey | None = KEY, matcher: Matcher = SIGNING_MATCHER, language: str = "en"
) -> AsyncIterator[SigningBot]:
    """Run a bot of two admins and a subscriber; its key file has `key`."""
    async with two_admins_stopped(folder) as admins:
        settings = admins.place.settings()
        if key:
            path = signing_key.path_beside(settings.keys)
            durable_files.make_folder(path.parent)
            durable_files.write_whole(path, signing_key.encode(key))
        ids = f"{admins.writer.id},{admins.other.id}"
        async with at_work(admins.place, admins.clock, matcher, ADMIN_IDS=ids):
            await admins.writer.start()
            await admins.other.start()
            yield SigningBot(admins, await new_subscriber(admins.place, language))
