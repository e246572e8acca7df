"""A campaign as one person reads it: what is said and written on buttons in their language."""

from collections.abc import Iterable
from dataclasses import dataclass

from content.model import Campaign, Clause, Lang, Phrasebook
from content.screens.navigation import AtClause, AtDemand, AtTopic, Place, to_data
from content.screens.screen import Act, Button, Press, Row


@dataclass(frozen=True, slots=True)
class Reader:
    """The campaign as one person reads it: in `lang`."""

    campaign: Campaign
    lang: Lang

    @property
    def book(self) -> Phrasebook:
        return self.campaign.phrasebooks[self.lang]

    def say(self, key: str, **values: str | int) -> str:
        return self.book.say(key, **values)

    def press(self, label: str, place: Place, **values: str | int) -> Press:
        return Press(self.say(f"button.{label}", **values), to_data(place, self.lang))

    def act(self, label: str, action: str) -> Act:
        return Act(label, self.lang, action)

    def title(self, clause: Clause) -> str:
        """How a clause is called on a button: its number and title, or the title alone."""
        title = clause.titles[self.lang]
        return self.say("button.clause", number=clause.number, title=title) if clause.number else title

    def open(self, clause: Clause) -> Press:
        return Press(self.title(clause), self.address(clause))

    def shown(self, in_original: bool) -> Lang:
        """The language of the text before the person's eyes; all else is said in theirs."""
        return self.campaign.original if in_original else self.lang

    def at(self, clause: Clause, *, in_original: bool = False) -> AtClause:
        return AtClause(clause.id, clause.mark(self.shown(in_original)), in_original)

    def address(self, clause: Clause) -> str:
        return to_data(self.at(clause), self.lang)

    def mark(self, shown: Lang | None = None) -> str:
        """What kind of text this is: the original, or a translation that says it is unofficial."""
        edition = self.campaign.editions[shown or self.lang]
        if edition.official:
            return self.say("mark.original")
        if edition.reviewed_by:
            return self.say("mark.reviewed", reviewer=edition.reviewed_by)
        return self.say("mark.unreviewed")

    def ordered(self, buttons: Iterable[Button]) -> Row:
        """A row whose order carries meaning: Telegram never mirrors it, so we do."""
        row = tuple(buttons)
        return row[::-1] if self.book.language.rtl else row

    def other_text(self, place: AtClause | AtTopic | AtDemand) -> tuple[Row, ...]:
        """The way from a translation to the original and back: `place` is where the button leads."""
        if self.lang == self.campaign.original:
            return ()
        return ((self.press("original" if place.in_original else "translation", place),),)
