"""Remove the chat ids of people who left from the ledgers of broadcasts. The rows stay, so that totals are right."""

from collections.abc import Collection

from storage.database import Database, Transaction
from storage.deliveries.broadcast_store import BroadcastStore
from storage.deliveries.ledger import Entry, Ledger, LedgerId, Outcome


class LedgerEraser:
    """Remove the chat ids of people who left from the ledgers of all broadcasts.

    A person can leave while a message to them is being sent. The result of that message is stored afterwards, and its
    row contains the chat id again. Call `erase_late_results` to remove it from such rows.
    """

    def __init__(self, database: Database, broadcasts: BroadcastStore) -> None:
        self._database = database
        self._broadcasts = broadcasts
        self._late: dict[int, set[bytes]] = {}  # pseudonyms of messages in flight, by broadcast

    async def erase(self, transaction: Transaction, chats: Collection[int], pushes_too: bool = False) -> list[int]:
        """Remove the chat ids `chats` from all ledgers. Call `database.mark_erased()` after the commit.

        By default, the row of a discreet message, a neutral notice that is still to be deleted, keeps its chat id
        until then, and the returned list is empty. With `pushes_too`, these rows lose the chat id as well, and the
        ids of the notices are returned: the caller must delete them now.
        """
        pushes = list[int]()
        for number, ledger in self._ledgers():
            entries = await ledger.entries_for(transaction, [ledger.pseudonym(chat) for chat in chats])
            if pushes_too:
                pushes += [entry.message for entry in entries if entry.is_push]
            await _erase(transaction, ledger, entries, pushes_too=pushes_too)
            if late := _in_flight(entries):
                self._late.setdefault(number, set()).update(late)
        return pushes

    async def erase_late_results(self) -> None:
        """Remove chat ids again from rows that were overwritten after `erase` had removed them.

        This happens if the result of a message arrives after its recipient has left. Call this method regularly. If
        there are no such rows, it returns at once.
        """
        if not self._late:
            return
        done = dict[int, set[bytes]]()
        async with self._database.transaction() as transaction:
            ledgers = dict(self._ledgers())
            for number, late in list(self._late.items()):
                if number not in ledgers:
                    done[number] = set(late)
                    continue
                entries = await ledgers[number].entries_for(transaction, late)
                await _erase(transaction, ledgers[number], entries, pushes_too=False)
                done[number] = late - _in_flight(entries)
        self._database.mark_erased()
        for number, pseudonyms in done.items():
            self._late[number] -= pseudonyms
        self._late = {number: late for number, late in self._late.items() if late}

    def _ledgers(self) -> list[tuple[int, Ledger]]:
        states = self._broadcasts.known.items()
        return [(number, Ledger(LedgerId.for_broadcast(number), state.key)) for number, state in states if state.key]


async def _erase(transaction: Transaction, ledger: Ledger, entries: list[Entry], *, pushes_too: bool) -> None:
    erased = [entry.without_recipient() for entry in entries if entry.chat and (pushes_too or not entry.is_push)]
    if erased:
        await ledger.settle(transaction, erased)


def _in_flight(entries: list[Entry]) -> set[bytes]:
    return {entry.pseudonym for entry in entries if entry.outcome is Outcome.CLAIMED}
