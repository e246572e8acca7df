"""Who is erased is taken out of the ledgers: their rows stay, for the totals' sake, without a number in them."""

from collections.abc import Collection

from storage.database import Database, Transaction
from storage.deliveries.broadcast_store import BroadcastStore
from storage.deliveries.ledger import Entry, Ledger, Outcome


class LedgerEraser:
    """Take erased people out of all ledgers; their rows stay, so that the totals add up.

    A message in flight still writes its result, with the chat id: `erase_late_results` erases that afterwards.
    """

    def __init__(self, database: Database, broadcasts: BroadcastStore) -> None:
        self._database = database
        self._broadcasts = broadcasts
        self._late: dict[int, set[bytes]] = {}  # pseudonyms by broadcast

    async def erase(self, change: Transaction, chats: Collection[int], pushes_too: bool = False) -> list[int]:
        """In all ledgers; whoever ends the transaction calls `database.mark_erased()`.

        A discreet push that is still to be deleted keeps its row until then. With `pushes_too` it does not: these are
        their ids, to be deleted now.
        """
        pushes = list[int]()
        for number, ledger in self._ledgers():
            entries = await ledger.entries_for(change, [ledger.pseudonym(chat) for chat in chats])
            if pushes_too:
                pushes += [one.message for one in entries if one.is_push]
            await _forget(change, ledger, entries, pushes_too)
            if late := _in_flight(entries):
                self._late.setdefault(number, set()).update(late)
        return pushes

    async def erase_late_results(self) -> None:
        """To be called now and then; it costs nothing where nobody is late."""
        if not self._late:
            return
        done = dict[int, set[bytes]]()
        async with self._database.transaction() as change:
            ledgers = dict(self._ledgers())
            for number, late in list(self._late.items()):
                if number not in ledgers:
                    done[number] = set(late)
                    continue
                entries = await ledgers[number].entries_for(change, late)
                await _forget(change, ledgers[number], entries, pushes_too=False)
                done[number] = late - _in_flight(entries)
        self._database.mark_erased()
        for number, gone in done.items():
            self._late[number] -= gone
        self._late = {number: late for number, late in self._late.items() if late}

    def _ledgers(self) -> list[tuple[int, Ledger]]:
        known = self._broadcasts.known.items()
        return [(number, Ledger(number, one.key)) for number, one in known if one.key is not None]


async def _forget(change: Transaction, ledger: Ledger, entries: list[Entry], pushes_too: bool) -> None:
    gone = [one.without_recipient() for one in entries if one.chat and (pushes_too or not one.is_push)]
    if gone:
        await ledger.settle(change, gone)


def _in_flight(entries: list[Entry]) -> set[bytes]:
    return {one.pseudonym for one in entries if one.outcome is Outcome.CLAIMED}
