"""`python -m bot audit` shows what admins did and finds changes; its exit code says which."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from storage.audit.audit_log import Actor
from storage.audit.record import AuditAct
from tests.integration.cli.test_maintenance import BOT, env, run_command
from tests.support.storage_process import Place, place_in


@pytest.fixture
async def place(tmp_path: Path) -> Place:
    """A store with three records."""
    place = place_in(tmp_path)
    async with place.opened(bot=BOT) as store:
        for act in (AuditAct.REQUESTED, AuditAct.APPROVED, AuditAct.SENT):
            async with store.database.transaction() as transaction:
                owner = Actor("owner", "a1b2c3d4")
                await store.audit.append(transaction, owner, act=act, at=1_796_131_800.0, subject="7.0a1b2c3d")
    return place


async def test_the_log_is_listed_and_its_head_fits(place: Place, tmp_path: Path) -> None:
    code, listed = await run_command(env(tmp_path), "audit", "list")
    lines = listed.splitlines()
    head = lines[-1].partition("The head is: ")[2]

    assert code == 0
    assert lines[0].split() == ["1", "2026-12-01", "13:30:00", "UTC", "owner", "a1b2c3d4", "requested", "7"]
    assert lines[-1].startswith("3 records.")
    assert await run_command(env(tmp_path), "audit", "verify", "--head", head) == (
        0,
        f"The log is whole: 3 records. Its head is: {head}\n",
    )


async def test_changes_and_foreign_heads_are_reported_with_exit_code_3(place: Place, tmp_path: Path) -> None:
    other = "2 00ff 1234 abcd 5678"
    foreign = await run_command(env(tmp_path), "audit", "verify", "--head", other, "--head", "9 00ff1234abcd5678")
    with contextlib.closing(sqlite3.connect(place.database, isolation_level=None)) as stolen:
        stolen.execute("DELETE FROM audit")
    removed = await run_command(env(tmp_path), "audit", "verify")

    assert foreign == (
        3,
        "The head 2 00ff1234abcd5678: record 2 is another one now: the log was changed after that head was shown.\n"
        "The head 9 00ff1234abcd5678: the log ends at record 3, before that head: later records were removed.\n",
    )
    assert removed == (3, "Records 1 to 3: missing. Somebody removed what was recorded there.\n")


async def test_a_head_that_is_none_is_refused(tmp_path: Path) -> None:
    code, output = await run_command(env(tmp_path), "audit", "verify", "--head", "12")

    assert code == 1
    assert output.startswith("'12' is not a head of the log")
