"""A campaign as one person reads it: what is said and written on buttons in their language."""

from collections.abc import Iterable
from dataclasses import dataclass

from content.model import Campaign, Clause, Lang, Phrasebook
from content.screens.navigation import AtClause, AtDemand, AtTopic, Place, to_data
from content.screens.screen import ActionButton, Button, CallbackButton, Row


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

    def place_button(self, label: str, place: Place, **values: str | int) -> CallbackButton:
        return CallbackButton(self.say(f"button.{label}", **values), to_data(place, self.lang))

    def action_button(self, label: str, action: str) -> ActionButton:
        return ActionButton(label, self.lang, action)

    def clause_label(self, clause: Clause) -> str:
        """How a clause is called on a button: its number and title, or the title alone."""
        title = clause.titles[self.lang]
        return self.say("button.clause", number=clause.number, title=title) if clause.number else title

    def clause_button(self, clause: Clause) -> CallbackButton:
        return CallbackButton(self.clause_label(clause), self.callback_data(clause))

    def text_language(self, in_original: bool) -> Lang:
        """The language of the text before the person's eyes; all else is said in theirs."""
        return self.campaign.original if in_original else self.lang

    def place_of(self, clause: Clause, *, in_original: bool = False) -> AtClause:
        return AtClause(clause.id, clause.text_hash(self.text_language(in_original)), in_original)

    def callback_data(self, clause: Clause) -> str:
        return to_data(self.place_of(clause), self.lang)

    def edition_notice(self, shown: Lang | None = None) -> str:
        """What kind of text this is: the original, or a translation that says it is unofficial."""
        edition = self.campaign.editions[shown or self.lang]
        if edition.official:
            return self.say("mark.original")
        if edition.reviewed_by:
            return self.say("mark.reviewed", reviewer=edition.reviewed_by)
        return self.say("mark.unreviewed")

    def directed_row(self, buttons: Iterable[Button]) -> Row:
        """A row whose order carries meaning: Telegram never mirrors it, so we do."""
        row = tuple(buttons)
        return row[::-1] if self.book.language.rtl else row

    def original_toggle(self, place: AtClause | AtTopic | AtDemand) -> tuple[Row, ...]:
        """The way from a translation to the original and back: `place` is where the button leads."""
        if self.lang == self.campaign.original:
            return ()
        return ((self.place_button("original" if place.in_original else "translation", place),),)
