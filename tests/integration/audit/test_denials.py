"""Refusals of the bot are in the audit log, and nobody can fill the log by being refused."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from bot.audit.denials import Denial, Denials
from bot.audit.trail import AuditTrail
from bot.model.events import UserId
from bot.second_factor.factor_record import MAX_FAILURES
from bot.second_factor.factors import Factors
from bot.telegram_api.sending.callback_signing import Signer
from content.model import Lang
from storage.audit import chain
from storage.audit.record import AuditRecord
from storage.store import reading
from tests.support.announcement_admins import TwoAdmins, two_admins, write_draft
from tests.support.person import Person
from tests.support.storage_process import place_in
from tests.support.subscriptions import press_planted
from tests.support.team import invite, suspend

ADMIN, STRANGER = 5_000_000_001, 5_000_000_009


class Log:
    """Refusals with a clock that stands still, and what they have recorded."""

    def __init__(self, trail: AuditTrail) -> None:
        self.now = 0.0
        self.denials = Denials(trail, lambda user: user != STRANGER, lambda: self.now)
        self.records = list[AuditRecord]()


@contextlib.asynccontextmanager
async def log_in(folder: Path) -> AsyncIterator[Log]:
    async with place_in(folder).opened() as store:
        log = Log(AuditTrail(store, lambda: 1.0))
        running = asyncio.create_task(log.denials.run())
        yield log
        await asyncio.sleep(0)
        async with asyncio.timeout(10):
            while log.denials._queue.qsize():
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        running.cancel()
        log.records += chain.decoded((await store.audit.read_all(store.database)).stored)


async def test_each_reason_is_recorded_with_the_person(tmp_path: Path) -> None:
    async with log_in(tmp_path) as log:
        for denial in Denial:
            log.denials.add(denial, ADMIN)

    assert [(record.act, record.subject) for record in log.records] == [("denied", denial.value) for denial in Denial]
    assert len({record.person for record in log.records}) == 1
    assert log.records[0].person


async def test_of_a_stranger_not_even_a_pseudonym_is_recorded(tmp_path: Path) -> None:
    async with log_in(tmp_path) as log:
        log.denials.add(Denial.INVITATION, STRANGER)

    assert [(record.person, record.role) for record in log.records] == [("", "")]


async def test_six_refusals_of_one_kind_and_person_are_recorded_in_an_hour_and_sixty_of_all(tmp_path: Path) -> None:
    async with log_in(tmp_path) as log:
        for _ in range(100):
            log.denials.add(Denial.OWN, ADMIN)
        for admin in range(100):
            log.denials.add(Denial.ROLE, ADMIN + 100 + admin)
        log.now = 3600.0
        log.denials.add(Denial.OWN, ADMIN)

    assert sum(record.subject == Denial.OWN for record in log.records) == 7
    assert len(log.records) == 61


async def test_wrong_codes_are_recorded_until_the_person_is_locked(tmp_path: Path) -> None:
    async with place_in(tmp_path).opened() as store:
        factors = Factors(store, AuditTrail(store, lambda: 1.0), lambda: 1.0)
        for _ in range(2 * MAX_FAILURES):
            await factors.try_code(ADMIN, "000000")
        records = chain.decoded((await store.audit.read_all(store.database)).stored)

    assert [record.act for record in records] == [*["factor_wrong_code"] * (MAX_FAILURES - 1), "factor_locked"]


async def test_every_refusal_in_the_chat_is_recorded(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        link = await invite(admins.writer, "Editor")
        stranger = await admins.place.newcomer()
        await stranger.start(link[:-1] + ("a" if link[-1] != "a" else "b"))
        await admins.request()
        question = await admins.other.sees("Another admin wants")
        button = question["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        signer = Signer(admins.place.playground.token)
        opened = signer.verify(button, UserId(admins.other.id), admins.clock())
        assert opened is not None
        await _press(admins, admins.writer, opened.action)
        await _press(admins, admins.other, opened.action, age=9 * 24 * 3600.0)
        await write_draft(admins.writer, "Another text")
        await _press(admins, admins.other, opened.action)
        await suspend(admins.writer, "Owners")
        await _press(admins, admins.other, opened.action)
        denied = await _denied(admins, 5)

    assert denied == [Denial.INVITATION, Denial.OWN, Denial.EXPIRED, Denial.VOID, Denial.NO_ADMIN]


async def _press(admins: TwoAdmins, person: Person, action: str, age: float = 0.0) -> None:
    """Let a person press a button for an action that was made `age` seconds ago."""
    signer = Signer(admins.place.playground.token)
    await press_planted(
        admins.place, person, signer.sign(UserId(person.id), Lang("en"), action, admins.clock() - age)
    )


async def _denied(admins: TwoAdmins, number: int) -> list[str]:
    """Return the reasons of all recorded refusals, once there are `number` of them."""
    chosen = admins.place.settings()
    async with asyncio.timeout(20):
        while True:
            async with reading(chosen.database, chosen.keys) as store:
                records = list(chain.decoded((await store.audit.read_all(store.database)).stored))
            reasons = [record.subject for record in records if record.act == "denied"]
            if len(reasons) >= number:
                return reasons
            await asyncio.sleep(0.05)
