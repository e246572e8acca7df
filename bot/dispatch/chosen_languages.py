"""Which language somebody chose, as long as this process lives: in memory, bounded, never written down."""

from collections import OrderedDict

from bot.model.events import Sender, UserId
from content.model import Campaign, Lang

PEOPLE = 10_000


class ChosenLanguages:
    """The latest choices. Who is forgotten is spoken to in the language of their Telegram again."""

    def __init__(self, campaign: Campaign, people: int = PEOPLE) -> None:
        self._campaign = campaign
        self._people = people
        self._chosen: OrderedDict[UserId, Lang] = OrderedDict()

    def chosen(self, user: UserId) -> Lang | None:
        return self._chosen.get(user)

    def of(self, sender: Sender) -> Lang:
        return self._chosen.get(sender.id) or self._campaign.language_for(sender.language_code)

    def choose(self, user: UserId, lang: Lang) -> None:
        self._chosen.pop(user, None)
        self._chosen[user] = lang
        if len(self._chosen) > self._people:
            self._chosen.popitem(last=False)

    def forget(self, user: UserId) -> None:
        self._chosen.pop(user, None)
