"""The bot remembers the language of each admin until they are forgotten."""

import time
from pathlib import Path

from bot.audit.trail import AuditTrail
from bot.broadcast.authoring.admins import Admins
from bot.broadcast.authoring.draft_store import DraftStore
from bot.model.replies import Replies
from bot.team.membership import Team
from content.model import Lang
from content.screens.screen import Screen
from storage.store import Store
from storage.subscriptions.subscriber import Subscriber
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.storage_process import DAY, place_in

ONE, OTHER = 5_000_000_001, 5_000_000_002


class NoSender:
    """Send nothing to anybody."""

    async def notify(self, person: int, replies: Replies) -> bool:
        return False

    async def show_screen(self, person: int, screen: Screen, message: int | None = None) -> int | None:
        return None

    async def remove_message(self, person: int, message: int) -> bool:
        return False


async def admins(store: Store, *ids: int) -> Admins:
    drafts = DraftStore(store, AuditTrail(store, time.time))
    known = Admins(
        Team(ids, store, AuditTrail(store, time.time), key=b"", now=time.time), CAMPAIGN, store, drafts, NoSender()
    )
    await known.open()
    return known


async def test_an_admin_is_notified_in_the_language_of_their_last_answer_after_a_restart(
    tmp_path: Path,
) -> None:
    async with place_in(tmp_path).opened() as store:
        await (await admins(store, ONE, OTHER)).remember_language(ONE, Lang("fa"))
        after = await admins(store, ONE, OTHER)

        assert (await after.reader(ONE, "ps")).lang == "fa"
        assert (await after.reader(OTHER, "ps")).lang == "ps"

        await store.subscribers.save(Subscriber(OTHER, "fa"), DAY)
        assert (await after.reader(OTHER, "ps")).lang == "fa"


async def test_nothing_is_stored_about_forgotten_and_former_admins(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        before = await admins(store, ONE, OTHER)
        await before.remember_language(ONE, Lang("fa"))
        await before.remember_language(OTHER, Lang("fa"))
        await before.forget(ONE)
        await admins(store, ONE)
        stored = await store.documents.get(store.database, b"admins/languages")

    assert stored == b"{}"
