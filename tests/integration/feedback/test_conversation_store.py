"""Stored conversations: sealed, erased on disk, unreadable in old copies after 30 days, and recorded by who acts."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.audit.trail import AuditTrail
from bot.feedback.conversation import LIFETIME
from bot.feedback.conversation_store import ConversationStore
from storage import migrations_runner, sqlite
from storage.audit.chain import decoded
from storage.errors import StorageRefused
from storage.sealing.rotation import DAYS
from storage.store import Store, reading
from tests.support.leak_scan import scan
from tests.support.storage_process import DAY, FIRST, TOKEN, place_in, put_back_to_third_migration

ADMIN = FIRST + 1


class Clock:
    """A clock that a test moves."""

    now = 1_796_000_000.0

    def __call__(self) -> float:
        return self.now


async def conversations_in(store: Store, clock: Clock, *, is_restored: bool = False) -> ConversationStore:
    trail = AuditTrail(store, clock)
    await trail.open([ADMIN])
    conversations = ConversationStore(store, trail, clock)
    await conversations.open(is_on=True, is_restored=is_restored)
    return conversations


async def test_the_files_name_nobody_who_waits_for_an_answer(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        conversations = await conversations_in(store, Clock())
        await conversations.begin(FIRST, "fa")

        assert not scan([tmp_path], [FIRST], TOKEN)


async def test_an_old_copy_of_a_destroyed_conversation_opens_with_no_key_after_30_days(tmp_path: Path) -> None:
    place, clock = place_in(tmp_path), Clock()
    async with place.opened() as store:
        await (await conversations_in(store, clock)).begin(FIRST, "fa")
    older = shutil.copytree(place.database.parent, tmp_path / "older") / place.database.name
    async with reading(older, place.keys) as copy:
        assert str(FIRST).encode() in str(await copy.documents.all(copy.database, b"feedback/")).encode()
    async with place.opened() as store:
        conversations = await conversations_in(store, clock)
        clock.now += LIFETIME
        await conversations.destroy_over()
        await store.maintain(DAY + timedelta(days=DAYS))

        assert conversations.of_chat(FIRST) is None
        with pytest.raises(StorageRefused):
            async with reading(older, place.keys):
                pass


async def test_a_conversation_survives_a_change_of_keys(tmp_path: Path) -> None:
    place, clock = place_in(tmp_path), Clock()
    async with place.opened() as store:
        begun = await (await conversations_in(store, clock)).begin(FIRST, "fa")
        await store.maintain(DAY + timedelta(days=DAYS))
    async with place.opened() as store:
        assert (await conversations_in(store, clock)).of_chat(FIRST) == begun


async def test_a_restored_backup_has_no_conversations(tmp_path: Path) -> None:
    place, clock = place_in(tmp_path), Clock()
    async with place.opened() as store:
        await (await conversations_in(store, clock)).begin(FIRST, "fa")
    sqlite.mark_copy(place.database)
    async with place.opened() as store:
        conversations = await conversations_in(store, clock, is_restored=await store.database.is_restored())

        assert conversations.of_chat(FIRST) is None


async def test_who_answered_and_muted_is_in_the_audit_log_without_the_person(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        conversations = await conversations_in(store, Clock())
        begun = await conversations.begin(FIRST, "fa")
        assert begun is not None
        await conversations.count_answer(begun, ADMIN)
        answered = conversations.of_chat(FIRST)
        assert answered is not None
        assert answered.answers == 1
        await conversations.mute(answered, ADMIN)
        contents = await store.audit.read_all(store.database)
        records = list(decoded(contents.stored))

        assert [(record.act, record.subject) for record in records] == [
            ("feedback_answered", str(begun.number)),
            ("feedback_muted", str(begun.number)),
        ]
        assert records[0].person == records[1].person != ""
        assert records[0].role == "owner"
        assert str(FIRST) not in str(contents)


async def test_a_database_made_before_feedback_opens_without_conversations(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened():
        pass
    put_back_to_third_migration(place)
    async with place.opened() as store:
        assert await migrations_runner.current_migration(store.database) == len(migrations_runner.load_migrations())
        assert (await conversations_in(store, Clock())).of_chat(FIRST) is None
