"""`team` counts admins without naming them, and `team restore` lets suspended owners act again."""

import time
from pathlib import Path

from bot.audit.trail import AuditTrail
from bot.model.roles import Permission
from bot.team.membership import Team
from tests.integration.cli.test_maintenance import BOT, env, run_command
from tests.support.storage_process import DAY, place_in

FIRST, SECOND = 5_000_000_001, 5_000_000_002


async def test_suspended_owners_of_the_settings_are_restored_on_the_server(tmp_path: Path) -> None:
    place, settings = place_in(tmp_path), env(tmp_path, ADMIN_IDS=f"{FIRST},{SECOND}")
    async with place.opened(bot=BOT) as store:
        team = Team([FIRST, SECOND], store, AuditTrail(store, time.time), key=b"", now=time.time)
        await team.open()
        await team.suspend(SECOND, by=FIRST)
    counted = await run_command(settings, "team")
    restored = await run_command(settings, "team", "restore")
    again = await run_command(settings, "team", "restore")

    assert counted == (0, "owners: 2, of them suspended: 1\napprovers: 0, of them suspended: 0\n"
                          "editors: 0, of them suspended: 0\n")  # fmt: skip
    assert restored[0] == 0
    assert "Restored owners of ADMIN_IDS: 1." in restored[1]
    assert again == (0, "No owner of ADMIN_IDS is suspended.\n")
    assert str(SECOND) not in counted[1] + restored[1]
    async with place.opened(DAY, BOT) as store:
        team = Team([FIRST, SECOND], store, AuditTrail(store, time.time), key=b"", now=time.time)
        await team.open()
        assert team.may(SECOND, Permission.TEAM)
