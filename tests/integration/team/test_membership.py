"""The team in the database: who is in it, what a restart and a backup leave of it, and what nobody can do."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.audit.denials import Denials
from bot.audit.trail import AuditTrail
from bot.model.events import ChatId, ParsedCommand, Sender, TextMessage, UserId
from bot.model.roles import Permission, Role
from bot.team.invitations import GuessLimiter, digest_of, new_secret
from bot.team.joining import Joining
from bot.team.members import Member, Standing
from bot.team.membership import WAITING, Refusal, Team
from bot.team.team_news import TeamNews
from bot.team.team_storage import DOCUMENT
from content.model import Lang
from content.screens.reader import Reader
from storage import migrations_runner
from storage.store import Store
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.storage_process import DAY, place_in, put_back_to_third_migration

FIRST, SECOND, GUEST, OTHER = 5_000_000_001, 5_000_000_002, 5_000_000_003, 5_000_000_004


@dataclass
class Now:
    """A clock that stands still, in Unix time."""

    time: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.time


async def team_in(store: Store, now: Callable[[], float], *owners: int, is_restored: bool = False) -> Team:
    team = Team(owners, store, AuditTrail(store, now), key=b"key", now=now)
    await team.open(is_restored=is_restored)
    return team


async def join(team: Team, user: int, role: Role, by: int = FIRST) -> Member:
    secret = await team.invite(by, role)
    assert not isinstance(secret, Refusal)
    member = await team.accept(user, digest_of(secret), f"Name {user % 10}")
    assert isinstance(member, Member)
    return member


async def test_nothing_is_stored_while_only_the_settings_name_admins(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        team = await team_in(store, Now(), SECOND, FIRST)

        assert (team.ids, team.confirmers()) == ([FIRST, SECOND], [FIRST, SECOND])
        assert await store.documents.get(store.database, DOCUMENT) is None


async def test_the_last_owner_who_can_act_stays(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        team = await team_in(store, Now(), FIRST)
        await join(team, GUEST, Role.OWNER)
        assert await team.suspend(FIRST, by=FIRST) is None
        for change in (
            team.suspend(GUEST, by=FIRST),
            team.remove(GUEST, by=FIRST),
            team.change_role(GUEST, Role.EDITOR, by=FIRST),
        ):
            assert await change is Refusal.LAST_OWNER
        assert await team.restore(FIRST, by=FIRST) is None
        assert await team.remove(FIRST, by=FIRST) is Refusal.CONFIGURED
        assert await team.change_role(FIRST, Role.EDITOR, by=FIRST) is Refusal.CONFIGURED
        assert await team.remove(GUEST, by=FIRST) is None
        assert await team.suspend(FIRST, by=FIRST) is Refusal.LAST_OWNER


async def test_roles_suspensions_and_names_survive_restarts_and_rotations(tmp_path: Path) -> None:
    now, place = Now(), place_in(tmp_path)
    async with place.opened() as store:
        team = await team_in(store, now, FIRST, SECOND)
        await join(team, GUEST, Role.EDITOR)
        await team.suspend(SECOND, by=FIRST)
        await team.rename(FIRST, "Amina")
        await store.rotation.begin(DAY)
        await store.rotation.go_on()
    async with place.opened() as store:
        team = await team_in(store, now, FIRST, SECOND)
        names = [member.name for member in team.members()]

    assert team.ids == [FIRST, GUEST]
    assert team.role_of(GUEST) is Role.EDITOR
    assert team.role_of(SECOND) is None
    assert names == ["Amina", "", "Name 3"]


async def test_an_invitation_lets_one_person_in_who_is_not_in_the_team_already(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        team = await team_in(store, Now(), FIRST)
        await join(team, GUEST, Role.EDITOR)
        await team.suspend(GUEST, by=FIRST)
        secret = await team.invite(FIRST, Role.OWNER)
        assert isinstance(secret, str)

        for member in (FIRST, GUEST):
            assert await team.accept(member, digest_of(secret), "Again") is Refusal.GONE
        assert isinstance(await team.accept(OTHER, digest_of(secret), "Other"), Member)
        assert await team.accept(OTHER + 1, digest_of(secret), "Late") is Refusal.GONE


async def test_a_suspended_owner_takes_their_invitations_along(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        team = await team_in(store, Now(), FIRST, SECOND)
        secret = await team.invite(SECOND, Role.OWNER)
        assert isinstance(secret, str)
        await team.suspend(SECOND, by=FIRST)

        assert await team.accept(GUEST, digest_of(secret), "Guest") is Refusal.GONE
        await team.restore(SECOND, by=FIRST)
        assert await team.accept(GUEST, digest_of(secret), "Guest") is Refusal.GONE


async def test_a_stolen_owner_can_neither_confirm_with_a_second_account_nor_send_alone_for_a_day(
    tmp_path: Path,
) -> None:
    now = Now()
    async with place_in(tmp_path).opened() as store:
        team = await team_in(store, now, FIRST, SECOND)
        await join(team, GUEST, Role.APPROVER)
        await team.suspend(SECOND, by=FIRST)
        await join(team, OTHER, Role.EDITOR)
        await team.change_role(OTHER, Role.OWNER, by=FIRST)

        assert team.confirmers() == [FIRST]
        assert team.alone_from == now.time + WAITING
        now.time += WAITING
        assert team.confirmers() == [FIRST, GUEST, OTHER]


async def test_where_nobody_else_could_refuse_a_new_approver_confirms_at_once(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        team = await team_in(store, Now(), FIRST)
        await join(team, GUEST, Role.APPROVER)

        assert team.confirmers() == [FIRST, GUEST]


async def test_a_backup_brings_no_invited_member_back_until_an_owner_says_so(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        before = await team_in(store, Now(), FIRST)
        await join(before, GUEST, Role.OWNER)
        secret = await before.invite(FIRST, Role.EDITOR)
        assert isinstance(secret, str)
        team = await team_in(store, Now(), FIRST, is_restored=True)
        member = team.member(GUEST)

        assert team.ids == [FIRST]
        assert team.is_of_backup
        assert member is not None
        assert member.standing is Standing.HELD
        assert await team.accept(OTHER, digest_of(secret), "Other") is Refusal.GONE
        assert (await team_in(store, Now(), FIRST)).ids == [FIRST], "a second start let the member in"
        await team.restore(GUEST, by=FIRST)
        assert (await team_in(store, Now(), FIRST)).ids == [FIRST, GUEST]


async def test_forgetting_erases_a_member_but_not_the_suspension_of_an_owner_of_the_settings(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        team = await team_in(store, Now(), FIRST, SECOND)
        await join(team, GUEST, Role.EDITOR)
        await team.rename(SECOND, "Amina")
        await team.suspend(SECOND, by=FIRST)
        for user in (GUEST, SECOND):
            await team.forget(user)
        stored = await store.documents.get(store.database, DOCUMENT)

        assert stored is not None
        assert b"Amina" not in stored
        assert str(GUEST).encode() not in stored
        assert not team.may(SECOND, Permission.WRITE)


async def test_a_database_made_before_the_team_opens_with_the_owners_of_the_settings(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with place.opened():
        pass
    put_back_to_third_migration(place)
    async with place.opened() as store:
        assert await migrations_runner.current_migration(store.database) == len(migrations_runner.load_migrations())
        assert (await team_in(store, Now(), FIRST, SECOND)).ids == [FIRST, SECOND]


async def test_none_of_100_guesses_opens_an_invitation(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    async with place_in(tmp_path).opened() as store:
        team = await team_in(store, Now(), FIRST)
        right = await team.invite(FIRST, Role.OWNER)
        denials = Denials(AuditTrail(store, Now()), lambda user: False)
        joining = Joining(team, TeamNews(team, lambda *_: None), denials, "bot", Now(), Now())
        reader = Reader(CAMPAIGN, Lang("en"))

        async def is_answered(user: int, secret: str | Refusal) -> bool:
            command = ParsedCommand("start", f"join-{secret}")
            message = TextMessage(ChatId(user), Sender(UserId(user)), 1, "/start", is_private=True, command=command)
            return await joining.replies(message, reader) is not None

        guesses = [await is_answered(GUEST, new_secret()) for _ in range(100)]

        assert not any(guesses)
        assert len([record for record in caplog.records if "was refused" in record.message]) == 100
        assert not await is_answered(GUEST, right), "the guesser may go on"
        assert await is_answered(OTHER, right)


def test_wrong_links_of_one_person_count_for_an_hour() -> None:
    limiter = GuessLimiter()
    for _ in range(5):
        assert not limiter.is_limited(GUEST, 0.0)
        limiter.add_wrong(GUEST, 0.0)

    assert limiter.is_limited(GUEST, 3599.0)
    assert not limiter.is_limited(OTHER, 3599.0)
    assert not limiter.is_limited(GUEST, 3600.0)
