"""Count a job's refused messages by kind, and requeue their recipients if the announcement itself is at fault."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from bot.broadcast.delivery.recipients import Recipient
from bot.broadcast.delivery.results import refusal_kinds
from bot.broadcast.delivery.results.list_updates import MessageResult, refusal_kind_of
from bot.broadcast.delivery.results.outcome import RefusedForNow, Sent
from bot.broadcast.delivery.results.refusal_judge import RefusalJudge
from storage.deliveries.broadcast_state import BroadcastState
from storage.deliveries.broadcast_store import BroadcastChange
from storage.deliveries.ledger import Entry, Ledger, Outcome

_Variant = tuple[str, str, bool]  # language, method, is discreet


class RefusalAccount:
    """Count the refused messages of one job by kind, and judge whether the announcement is at fault.

    The kind of a refusal is kept in memory until the recipient's ledger row is stored.
    """

    def __init__(self, state: BroadcastState) -> None:
        self._judge = RefusalJudge(state.totals[Outcome.SENT] > 0, state.excused)
        self._kinds: dict[bytes, str] = {}  # by pseudonym, of refusals that are not settled yet

    @property
    def blamed_words(self) -> str:
        """Return the error text for which the announcement is blamed; "" if the announcement is not at fault."""
        return self._judge.words

    def record(self, recipient: Recipient, result: MessageResult) -> None:
        """Record the result of a call to a recipient. Only sent and refused messages count."""
        variant, person = _variant(recipient), recipient.entry.pseudonym
        match result:
            case Sent():
                self._judge.record_arrival(variant)
            case RefusedForNow():
                self._judge.record_refusal(variant, person, result)
            case _:
                pass  # does not concern the announcement
        if kind := refusal_kind_of(result, recipient.subscriber):
            self._kinds[person] = kind

    def judge_end(self) -> None:
        """Judge whether the announcement is at fault, now that no recipients remain: see `RefusalJudge.judge_end`."""
        self._judge.judge_end()

    def count(self, state: BroadcastState, settled: Collection[Entry]) -> BroadcastState:
        """Return `state` with the refused messages among `settled` added to its numbers of refusals by kind.

        `settled` are the ledger rows that are about to be stored.
        """
        kinds = [self._kinds[entry.pseudonym] for entry in settled if entry.pseudonym in self._kinds]
        return replace(state, reasons=refusal_kinds.add_kinds(state.reasons, kinds)) if kinds else state

    def forget(self, settled: Collection[Entry]) -> None:
        """Forget the kinds of the refused messages in `settled`, the ledger rows that were stored just now."""
        for entry in settled:
            self._kinds.pop(entry.pseudonym, None)

    async def return_people(self, inside: BroadcastChange, ledger: Ledger) -> None:
        """If the announcement is at fault, requeue the people for whom it was refused.

        They no longer count as refused, and are the next recipients when the job continues.
        """
        if not self._judge.people:
            return
        entries = await ledger.entries_for(inside.change, self._judge.people)
        refused = [entry for entry in entries if entry.outcome is Outcome.PUT_OFF]
        await ledger.settle(inside.change, [entry.with_outcome(Outcome.AGAIN) for entry in refused])
        kind = refusal_kinds.kind_of(self._judge.words)
        state = inside.standing.add_to_totals(Counter({Outcome.PUT_OFF: -len(refused), Outcome.AGAIN: len(refused)}))
        reasons = refusal_kinds.add_kinds(state.reasons, [kind] * len(refused), sign=-1)
        inside.standing = replace(state, reasons=reasons)


def _variant(recipient: Recipient) -> _Variant:
    """Return the variant of the announcement that a recipient gets: language, method, and whether it is discreet.

    An error in one variant, such as a file that cannot be sent, does not affect recipients of another.
    """
    request = recipient.call.request
    return recipient.entry.language, request.method, request.discreet
