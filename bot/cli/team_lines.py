"""Count the admins for the command `team`, and restore suspended owners for `team restore`.

Nothing printed contains an id or a name.
"""

import time
from collections import Counter
from collections.abc import Collection

from bot.audit.trail import OPERATOR, AuditTrail
from bot.model.roles import Role
from bot.team.members import Standing, TeamRecord, decode
from bot.team.membership import Team
from bot.team.team_storage import DOCUMENT
from storage.store import Store


async def counts(store: Store, owners: Collection[int]) -> list[str]:
    """Return a line for each role: the number of admins with this role, and how many of them are suspended."""
    content = await store.documents.get(store.database, DOCUMENT)
    record = decode(content) if content else TeamRecord()
    members = record.with_configured(frozenset(owners)).members
    all_members = Counter(member.role for member in members)
    suspended = Counter(member.role for member in members if member.standing is not Standing.ACTIVE)
    return [f"{role.value}s: {all_members[role]}, of them suspended: {suspended[role]}" for role in reversed(Role)]


async def restore_owners(store: Store, owners: Collection[int]) -> str:
    """Restore the rights of all suspended owners that ADMIN_IDS names; return a sentence with their number."""
    trail = AuditTrail(store, time.time)
    team = Team(owners, store, trail, key=b"", now=time.time)
    await team.open()
    suspended = [
        member for member in team.members() if member.is_configured and member.standing is not Standing.ACTIVE
    ]
    for member in suspended:
        await team.restore(member.user, by=OPERATOR)
    if not suspended:
        return "No owner of ADMIN_IDS is suspended."
    return f"Restored owners of ADMIN_IDS: {len(suspended)}. Now start the bot, and look at the list in /team."
