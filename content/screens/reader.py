"""Look up the phrases and the labels of buttons in one person's language."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from content.model import Campaign, Clause, Lang, Phrasebook
from content.screens.navigation.button_data import to_data
from content.screens.navigation.places import AtClause, AtDemand, AtTopic, Demands, Place, Topics
from content.screens.screen import ActionButton, Button, CallbackButton, Row


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of a screen: the campaign, and the language `lang` of all phrases and labels.

    `username` is that of the bot, for links to it. If it is empty, screens have no such links.
    """

    campaign: Campaign
    lang: Lang
    username: str = ""

    def speaking(self, lang: Lang) -> "Reader":
        """Return a copy of this reader with the language `lang`, which must be one of the campaign's languages."""
        return replace(self, lang=lang)

    def speaking_if_known(self, lang: str) -> "Reader":
        """Return a copy of this reader with the language `lang`; this reader if the campaign lacks the language."""
        return self.speaking(Lang(lang)) if lang in self.campaign.languages else self

    @property
    def book(self) -> Phrasebook:
        """Return the phrases in the reader's language."""
        return self.campaign.phrasebooks[self.lang]

    def say(self, key: str, **values: str | int) -> str:
        """Return the phrase `key` in the reader's language, with its placeholders filled from `values`."""
        return self.book.say(key, **values)

    def place_button(self, label: str, place: Place, **values: str | int) -> CallbackButton:
        """Return a button that opens `place`. Its label is the phrase `button.LABEL`, filled with `values`."""
        return CallbackButton(self.say(f"button.{label}", **values), to_data(place, self.lang))

    def browse_rows(self) -> tuple[Row, ...]:
        """Return a row with the buttons "Topics" and "Demands".

        Leave out a button for which the campaign has no content.
        """
        row: Row = ()
        if self.campaign.topics:
            row += (self.place_button("topics", Topics()),)
        if self.campaign.addressees:
            row += (self.place_button("demands", Demands()),)
        return (self.directed_row(row),) if row else ()

    def language_name(self, code: str) -> str:
        """Return the name of a language in the reader's language; `code` itself if the campaign lacks it."""
        language = self.campaign.languages.get(Lang(code))
        return self.book.language.name_of(language) if language else code

    def action_button(self, label: str, action: str) -> ActionButton:
        """Return a button with the text `label` that carries out `action` for the person who presses it."""
        return ActionButton(label, self.lang, action)

    def clause_label(self, clause: Clause) -> str:
        """Return the text of a clause's button: its number and title, or the title if it has no number."""
        title = clause.titles[self.lang]
        return self.say("button.clause", number=clause.number, title=title) if clause.number else title

    def clause_button(self, clause: Clause, origin: Place | None = None) -> CallbackButton:
        """Return a button that opens `clause`, from which "Back" leads to `origin`."""
        return CallbackButton(self.clause_label(clause), to_data(self.place_of(clause, origin=origin), self.lang))

    def text_language(self, in_original: bool) -> Lang:
        """Return the language of quotes and clauses on a screen: the original if `in_original`, else the reader's.

        All other words on the screen are in the reader's language.
        """
        return self.campaign.original if in_original else self.lang

    def place_of(self, clause: Clause, *, in_original: bool = False, origin: Place | None = None) -> AtClause:
        """Return the place that shows `clause`, for a button.

        `in_original` chooses the text in the original language. `origin` is the place to which "Back" leads, or None.
        The place has the hash of the clause's current text. When the button is pressed later, the bot compares the
        hashes, and so notices that the text has changed.
        """
        return AtClause(clause.id, clause.text_hash(self.text_language(in_original)), in_original, origin)

    def callback_data(self, clause: Clause) -> str:
        """Return the callback data of a button that opens `clause`."""
        return to_data(self.place_of(clause), self.lang)

    def edition_notice(self, lang: Lang | None = None) -> str:
        """Return the sentence that says whether the text in `lang` is the original or a translation.

        For a translation the sentence also says who reviewed it. If `lang` is None, the reader's language is used.
        """
        edition = self.campaign.editions[lang or self.lang]
        if edition.is_official:
            return self.say("mark.original")
        if edition.reviewed_by:
            return self.say("mark.reviewed", reviewer=edition.reviewed_by)
        return self.say("mark.unreviewed")

    def directed_row(self, buttons: Iterable[Button]) -> Row:
        """Return a row with `buttons` in reading direction: reversed if the language is written from right to left.

        Telegram always shows the first button at the left.
        """
        row = tuple(buttons)
        return row[::-1] if self.book.language.rtl else row

    def original_toggle(self, target: AtClause | AtTopic | AtDemand) -> tuple[Row, ...]:
        """Return a row with a button that opens `target`, the same content as on the screen but in another language.

        If `target.in_original` is True, the button is for the original language, else for the reader's language.
        Return () if the reader's language is the original language.
        """
        if self.lang == self.campaign.original:
            return ()
        return ((self.place_button("original" if target.in_original else "translation", target),),)
