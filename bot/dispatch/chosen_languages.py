"""Remember in memory which languages people have chosen; nothing is written to disk."""

from collections import OrderedDict

from bot.model.events import Sender, UserId
from content.model import Campaign, Lang

MAX_PEOPLE = 10_000


class ChosenLanguages:
    """The languages that people have chosen, for at most `max_people` people.

    For anybody else the bot uses the language of the person's Telegram app.
    """

    def __init__(self, campaign: Campaign, max_people: int = MAX_PEOPLE) -> None:
        self._campaign = campaign
        self._max_people = max_people
        self._chosen: OrderedDict[UserId, Lang] = OrderedDict()

    def chosen(self, user: UserId) -> Lang | None:
        """Return the language that `user` chose; None when they chose none."""
        return self._chosen.get(user)

    def language_of(self, sender: Sender) -> Lang:
        """Return the language that the sender chose.

        Without a choice, return the language of the campaign that best matches the sender's Telegram app.
        """
        return self._chosen.get(sender.id) or self._campaign.language_for(sender.language_code)

    def choose(self, user: UserId, lang: Lang) -> None:
        """Remember that `user` chose `lang`.

        When more than `max_people` choices are remembered, forget the oldest one.
        """
        self._chosen.pop(user, None)
        self._chosen[user] = lang
        if len(self._chosen) > self._max_people:
            self._chosen.popitem(last=False)

    def forget(self, user: UserId) -> None:
        """Forget which language `user` chose."""
        self._chosen.pop(user, None)
