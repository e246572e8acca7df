"""Help admins whose second factor is lost or locked, on the server and with the bot stopped."""

import time
from dataclasses import replace

from bot.second_factor.factor_record import FactorRecord
from bot.second_factor.factors import Factors
from storage.store import Store


async def carry_out(act: str, store: Store) -> str:
    """Lift all locks (`unlock`) or erase all second factors (`off`); return the sentence to print."""
    factors = Factors(store, time.time)
    await factors.open()
    if act == "off":
        await factors.change(lambda record: replace(record, people=(), is_required=False))
        return "All second factors are deleted, and none is required now. Admins set up new ones with /factor."
    await factors.change(_unlocked)
    return "All locks are lifted."


def _unlocked(record: FactorRecord) -> FactorRecord:
    for person in record.people:
        record = record.unlocked(person.admin)
    return record
