"""Judge whether refusals concern the recipients or the announcement itself. Pure.

By default a refusal concerns its recipient, whatever its words. The announcement is judged wrong in two cases. In the
first, nobody has received it and FIRST recipients in a row are refused in the same words. In the second, IN_A_ROW
different people are refused in the same words, and those words name the message. Each variant (language and kind of
message) is judged separately. In addition, all variants are judged together.
"""

from collections.abc import Collection, Hashable
from dataclasses import dataclass, field

from bot.broadcast.delivery.results.outcome import RefusalCause, RefusedForNow
from bot.broadcast.delivery.results.refusal_kinds import words_of

FIRST = 5
IN_A_ROW = 20


@dataclass(slots=True)
class _Streak:
    """Different people in a row who were refused in the same words. At `limit` people the announcement is blamed."""

    limit: int
    words: str = ""
    people: set[bytes] = field(default_factory=set)

    def add(self, words: str, person: bytes) -> bool:
        """Add a refusal; return whether the streak is long enough to blame the announcement."""
        if words != self.words:
            self.words, self.people = words, set()
        self.people.add(person)
        return len(self.people) >= self.limit

    def end(self) -> None:
        """Forget the streak, because a message has arrived; from now on the limit is IN_A_ROW refusals."""
        self.limit, self.words, self.people = IN_A_ROW, "", set()


class RefusalJudge:
    """Collect the refusals of one job, and judge whether the announcement is wrong.

    `words` are the words for which the announcement was judged wrong, empty until then. `people` are the pseudonyms
    of those who were refused in these words.
    """

    def __init__(self, has_arrived: bool, excused: Collection[str] = ()) -> None:
        """`has_arrived` says whether anybody has received the announcement.

        `excused` are words of refusals that concern their recipients only and never blame the announcement.
        """
        self._limit = IN_A_ROW if has_arrived else FIRST
        self._excused = excused
        self._all = _Streak(self._limit)
        self._variants: dict[Hashable, _Streak] = {}
        self.words = ""
        self.people: set[bytes] = set()

    def record_arrival(self, variant: Hashable) -> None:
        """Record that somebody received this variant of the announcement."""
        self._all.end()
        self._streak_of(variant).end()

    def record_refusal(self, variant: Hashable, person: bytes, refusal: RefusedForNow) -> None:
        """Record that this variant was refused for the recipient with the pseudonym `person`."""
        words = words_of(refusal.description)
        if self.words or words in self._excused or refusal.cause is RefusalCause.PERSON:
            if words == self.words:
                self.people.add(person)
            return
        names_message = refusal.cause is RefusalCause.MESSAGE
        streaks = [self._all] if names_message or self._all.limit == FIRST else []
        streaks += [self._streak_of(variant)] if names_message else []
        self._blame([streak for streak in streaks if streak.add(words, person)])

    def judge_end(self) -> None:
        """Judge the refusals at the end of the list of recipients, even if there were fewer than FIRST.

        Blame the announcement if nobody has received it and everybody in the current streak was refused in words that
        name the message.
        """
        alike = [streak for streak in self._variants.values() if streak.words == self._all.words]
        if (
            not self.words
            and self._all.limit == FIRST
            and self._all.people == set[bytes]().union(*(streak.people for streak in alike))
        ):
            self._blame([self._all] if self._all.people else [])

    def _blame(self, streaks: list[_Streak]) -> None:
        for streak in streaks:
            self.words = streak.words
            self.people |= streak.people

    def _streak_of(self, variant: Hashable) -> _Streak:
        if variant not in self._variants:
            self._variants[variant] = _Streak(self._limit)
        return self._variants[variant]
