"""Account for the refusals of one job: count them by kind, and return people when the announcement was to blame."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from bot.broadcast.delivery.recipients import Recipient
from bot.broadcast.delivery.results import refusal_kinds
from bot.broadcast.delivery.results.list_updates import kind_of
from bot.broadcast.delivery.results.outcome import RefusedForNow, SendResult, Sent
from bot.broadcast.delivery.results.refusal_judge import RefusalJudge
from storage.deliveries.broadcast_state import BroadcastState
from storage.deliveries.broadcast_store import BroadcastChange
from storage.deliveries.ledger import Entry, Ledger, Outcome

_Form = tuple[str, str, bool]


class RefusalAccount:
    def __init__(self, standing: BroadcastState) -> None:
        self._judge = RefusalJudge(standing.totals[Outcome.SENT] > 0, standing.excused)
        self._kinds: dict[bytes, str] = {}  # of those whose refusal is not settled yet

    @property
    def blame(self) -> str:
        """The words in which Telegram refused the announcement itself; empty while it did not."""
        return self._judge.words

    def hear(self, recipient: Recipient, fate: SendResult) -> None:
        """Note what became of a call."""
        form, person = _form(recipient), recipient.entry.pseudonym
        match fate:
            case Sent():
                self._judge.hear_arrived(form)
            case RefusedForNow():
                self._judge.hear_refused(form, person, fate)
        if kind := kind_of(fate, recipient.one):
            self._kinds[person] = kind

    def hear_flood(self, recipient: Recipient) -> None:
        """Note that Telegram does not want more messages to this person for a long time."""
        self._kinds[recipient.entry.pseudonym] = refusal_kinds.FLOOD_WAIT

    def judge_end(self) -> None:
        """Judge a list that has ended."""
        self._judge.judge_end()

    def counted(self, standing: BroadcastState, settled: Collection[Entry]) -> BroadcastState:
        """Return `standing` with the reasons of those who are being settled."""
        kinds = [self._kinds[one.pseudonym] for one in settled if one.pseudonym in self._kinds]
        return replace(standing, reasons=refusal_kinds.counted(standing.reasons, kinds)) if kinds else standing

    def forget(self, settled: Collection[Entry]) -> None:
        """Drop what is on disk now."""
        for one in settled:
            self._kinds.pop(one.pseudonym, None)

    async def return_people(self, inside: BroadcastChange, ledger: Ledger) -> None:
        """Make those who were refused for the sake of the announcement its next recipients, as if never called."""
        if not self._judge.people:
            return
        entries = await ledger.entries_for(inside.change, self._judge.people)
        refused = [one for one in entries if one.outcome is Outcome.PUT_OFF]
        await ledger.settle(inside.change, [one.with_outcome(Outcome.AGAIN) for one in refused])
        kind = refusal_kinds.kind_of(self._judge.words)
        standing = inside.standing.add_to_totals(
            Counter({Outcome.PUT_OFF: -len(refused), Outcome.AGAIN: len(refused)})
        )
        reasons = refusal_kinds.counted(standing.reasons, [kind] * len(refused), sign=-1)
        inside.standing = replace(standing, reasons=reasons)


def _form(recipient: Recipient) -> _Form:
    """What people get alike: a mistake in one language, or in one file, says nothing of the others."""
    return recipient.entry.language, recipient.form.method, recipient.form.discreet
