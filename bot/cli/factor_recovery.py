"""Help admins whose second factor is lost or locked: `python -m bot factor`, while the bot is stopped."""

import time
from dataclasses import replace

from bot.audit.trail import OPERATOR, AuditEntry, AuditTrail
from bot.second_factor.factor_record import FactorRecord
from bot.second_factor.factors import Factors
from storage.audit.record import AuditAct
from storage.store import Store


async def carry_out(act: str, store: Store) -> str:
    """Unlock or erase the second factors of all admins; return the sentence to print.

    After wrong codes, a second factor is locked. If `act` is "unlock", these locks end. If `act` is "off", all second
    factors are erased, and admins need no codes any more.
    """
    factors = Factors(store, AuditTrail(store, time.time), time.time)
    await factors.open()
    if act == "off":
        off = AuditEntry(AuditAct.FACTOR_TURNED_OFF, OPERATOR)
        await factors.change(lambda record: replace(record, people=(), is_required=False), off)
        return "All second factors are deleted, and none is required now. Admins set up new ones with /factor."
    await factors.change(_unlocked, AuditEntry(AuditAct.FACTOR_UNLOCKED, OPERATOR))
    return "All locks are lifted."


def _unlocked(record: FactorRecord) -> FactorRecord:
    for person in record.people:
        record = record.unlocked(person.admin)
    return record
