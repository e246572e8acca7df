"""Judge whether refusals of messages are due to the recipients or to the announcement itself. Pure.

By default a refusal is due to its recipient. The announcement is judged wrong in two cases:

- Nobody has received it yet, and 5 people in a row (`FIRST`) are refused in the same words.
- 20 people in a row (`IN_A_ROW`) are refused in the same words, and these words concern the message.

Refusals in a row are counted for each variant (language and kind of message), and also for all variants together.
"""

from collections.abc import Collection, Hashable
from dataclasses import dataclass, field

from bot.broadcast.delivery.results.outcome import RefusalCause, RefusedForNow
from bot.broadcast.delivery.results.refusal_kinds import words_of

FIRST = 5
IN_A_ROW = 20


@dataclass(slots=True)
class _Streak:
    """A series of refusals in the same words, without a sent message in between.

    `people` are the pseudonyms of the recipients. When they are `limit` or more, the announcement is blamed.
    """

    limit: int
    words: str = ""
    people: set[bytes] = field(default_factory=set)

    def add(self, words: str, person: bytes) -> bool:
        """Add a refusal. Return whether there are enough of them in a row to blame the announcement.

        `words` are those of the refusal, and `person` is the pseudonym of the recipient.
        """
        if words != self.words:
            self.words, self.people = words, set()
        self.people.add(person)
        return len(self.people) >= self.limit

    def end(self) -> None:
        """Begin a new series, because a message has been sent.

        From now on, the announcement is blamed only after IN_A_ROW refusals.
        """
        self.limit, self.words, self.people = IN_A_ROW, "", set()


class RefusalJudge:
    """Collect the refusals of one job, and judge whether the announcement is wrong.

    `words` is "" until the announcement is judged wrong. Then it is the text of Telegram's error, without ids and
    numbers, and `people` are the pseudonyms of the recipients for whom Telegram sent this error.
    """

    def __init__(self, has_arrived: bool, excused: Collection[str] = ()) -> None:
        """`has_arrived` is True if anybody has received the announcement already.

        `excused` are the texts of errors that an admin has decided to ignore: the announcement is never blamed for
        them.
        """
        self._limit = IN_A_ROW if has_arrived else FIRST
        self._excused = excused
        self._all = _Streak(self._limit)
        self._variants: dict[Hashable, _Streak] = {}
        self.words = ""
        self.people: set[bytes] = set()

    def record_arrival(self, variant: Hashable) -> None:
        """Record that a recipient received the announcement.

        `variant` is the form of the announcement that they received: its language and kind of message.
        """
        self._all.end()
        self._streak_of(variant).end()

    def record_refusal(self, variant: Hashable, person: bytes, refusal: RefusedForNow) -> None:
        """Record that Telegram refused the announcement for the recipient with the pseudonym `person`.

        `variant` is the form of the announcement that was refused: its language and kind of message.
        """
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
        """Judge the refusals when no recipients remain, even if only a few messages were refused.

        Blame the announcement if nobody has received it, and the words of the last series of refusals concern the
        message.
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
