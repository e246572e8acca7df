"""`python -m bot audit` shows what admins did and finds changes; its exit code says which."""

import contextlib
import sqlite3
import time
from pathlib import Path

import pyrage
import pytest

from bot.audit.operator_acts import OperatorActs
from bot.audit.trail import AuditEntry, AuditTrail
from storage import backup
from storage.audit import chain
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


async def test_a_head_from_after_the_restored_copy_is_explained_and_still_reported(
    place: Place, tmp_path: Path
) -> None:
    """A restore explains a head from after the copy. It explains neither an older head nor a shortened log."""
    copied_at, secret = 1_796_131_860.0, pyrage.x25519.Identity.generate()
    async with place.opened(bot=BOT) as store:
        await store.broadcasts.write_heartbeat(copied_at)
        fitting = str(store.audit.head)
    await backup.backup(place.database, tmp_path / "list.age", str(secret.to_public()))
    async with place.opened(bot=BOT) as store:
        await AuditTrail(store, lambda: copied_at).record_alone(AuditEntry(AuditAct.PAUSED, 1))
        newer = str(store.audit.head)
    place.database.unlink()
    backup.restore(tmp_path / "list.age", str(secret), place.database, 90)
    async with place.opened(bot=BOT) as store:
        await AuditTrail(store, lambda: copied_at + 300.0).open([])
    whole = await run_command(env(tmp_path), "audit", "verify", "--head", fitting)
    lost = await run_command(env(tmp_path), "audit", "verify", "--head", newer)
    foreign = await run_command(env(tmp_path), "audit", "verify", "--head", "2 00ff 1234 abcd 5678")
    async with place.opened(bot=BOT) as store:
        rows = await store.database.rows("SELECT pseudonym FROM audit")
        assert len(rows) == 4
    _, listed = await run_command(env(tmp_path), "audit", "list")

    assert whole[0] == 0
    assert lost[0] == 3
    assert lost[1] == (
        f"The head 4 {newer[2:].replace(' ', '')}: this head is newer than the copy that was restored "
        "on 2026-12-01 13:36:00 UTC (record 4). The copy ends at about 2026-12-01 13:31:00 UTC, and up to 90 seconds "
        "after it may be missing. The records from 4 on in which this head was were lost with the old server, or "
        "somebody cut them off: the log cannot show which. Compare: every head up to number 3 has to fit. If this "
        "head was shown before 2026-12-01 13:31:00 UTC, or after 2026-12-01 13:36:00 UTC by the new server, somebody "
        "changed the log; if after 2026-12-01 13:32:30 UTC by the old one, more is missing than that.\n"
    )
    assert foreign[0] == 3
    assert "record 2 is another one now" in foreign[1]
    assert "operator" in listed.splitlines()[3]


async def test_what_the_operator_does_on_the_server_is_in_the_log(place: Place, tmp_path: Path) -> None:
    assert (await run_command(env(tmp_path), "keys", "rotate"))[0] == 0
    assert (await run_command(env(tmp_path), "keys", "destroy", "1"))[0] == 0
    assert (await run_command(env(tmp_path), "keys", "copied"))[0] == 0
    assert (await run_command(env(tmp_path), "factor", "off"))[0] == 0
    async with place.opened(bot=BOT) as store:
        await OperatorActs(place.database, AuditTrail(store, lambda: 1.0)).record_noted()
        await OperatorActs(place.database, AuditTrail(store, lambda: 1.0)).record_noted()
        contents = await store.audit.read_all(store.database)
    recorded = list(chain.decoded(contents.stored))[3:]

    assert [(record.act, record.role, record.person, record.subject) for record in recorded] == [
        ("keys_rotated", "operator", "", ""),
        ("keys_destroyed", "operator", "", "epoch 1"),
        ("keys_copied", "operator", "", ""),
    ]
    assert abs(recorded[2].at - time.time()) < 600
    assert [file.name for file in place.database.parent.iterdir() if ".act-" in file.name] == []
