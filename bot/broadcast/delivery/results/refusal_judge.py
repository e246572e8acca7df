"""Judge whether refusals concern the people or the announcement itself. Pure.

A refusal is that person's, whatever its words. The announcement is judged wrong when its first FIRST recipients are
refused in the same words and nobody has got it, or when IN_A_ROW different people are refused in the same words and
those words speak of the message. Each language and kind of message is judged by itself, and all of them together.
"""

from collections.abc import Collection, Hashable
from dataclasses import dataclass, field

from bot.broadcast.delivery.results.outcome import About, RefusedForNow
from bot.broadcast.delivery.results.refusal_kinds import words_of

FIRST = 5
IN_A_ROW = 20


@dataclass(slots=True)
class _Streak:
    """Different people refused in the same words, one after the other."""

    limit: int
    words: str = ""
    people: set[bytes] = field(default_factory=set)

    def add(self, words: str, person: bytes) -> bool:
        """Return whether that is enough to judge the announcement."""
        if words != self.words:
            self.words, self.people = words, set()
        self.people.add(person)
        return len(self.people) >= self.limit

    def end(self) -> None:
        self.limit, self.words, self.people = IN_A_ROW, "", set()


class RefusalJudge:
    """`words` are those for which the announcement was judged wrong; `people` were refused for it, not for them."""

    def __init__(self, has_arrived: bool, excused: Collection[str] = ()) -> None:
        """`has_arrived` when somebody got it before; `excused` words are known to concern people."""
        self._limit = IN_A_ROW if has_arrived else FIRST
        self._excused = excused
        self._all = _Streak(self._limit)
        self._forms: dict[Hashable, _Streak] = {}
        self.words = ""
        self.people: set[bytes] = set()

    def hear_arrived(self, form: Hashable) -> None:
        """Note that somebody got this form of it."""
        self._all.end()
        self._of(form).end()

    def hear_refused(self, form: Hashable, person: bytes, refusal: RefusedForNow) -> None:
        """Note a refusal; `person` is a pseudonym."""
        words = words_of(refusal.why)
        if self.words or words in self._excused or refusal.about is About.PERSON:
            if words == self.words:
                self.people.add(person)
            return
        names_message = refusal.about is About.MESSAGE
        streaks = [self._all] if names_message or self._all.limit == FIRST else []
        streaks += [self._of(form)] if names_message else []
        self._judge([streak for streak in streaks if streak.add(words, person)])

    def judge_end(self) -> None:
        """Judge a list that has ended, when all of its few people were refused in words that speak of the message."""
        alike = [one for one in self._forms.values() if one.words == self._all.words]
        if (
            not self.words
            and self._all.limit == FIRST
            and self._all.people == set[bytes]().union(*(one.people for one in alike))
        ):
            self._judge([self._all] if self._all.people else [])

    def _judge(self, streaks: list[_Streak]) -> None:
        for streak in streaks:
            self.words = streak.words
            self.people |= streak.people

    def _of(self, form: Hashable) -> _Streak:
        if form not in self._forms:
            self._forms[form] = _Streak(self._limit)
        return self._forms[form]
