"""Define the context that a flow gets together with an event: data about the bot and about the person."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.model.events import TextMessage
from bot.model.replies import MessageReplies
from bot.model.roles import Permission
from content.model import Lang
from content.screens.navigation.places import Place
from content.screens.reader import Reader
from content.search.matcher import Matcher
from storage.subscriptions.subscriber import Subscriber


@dataclass(frozen=True, slots=True)
class FlowContext:
    """The data that a flow needs in addition to the event: about the bot, and about the person who sent it.

    `reader` has the language in which the person reads.
    """

    reader: Reader
    matcher: Matcher
    username: str  # of the bot, for links to it
    subscriber: Subscriber | None = None  # None when the person is not subscribed, or in a group
    admin_data: tuple[str, ...] = ()  # lines about data stored about an admin, for /mydata
    now: float = 0.0  # seconds since 1970
    has_draft: bool = False  # whether an admin's draft would be erased with everything else
    leaves_team: bool = False  # whether leaving would also take the person out of the team of admins
    is_recorded: bool = False  # whether a pseudonym of an admin is stored, under which their acts are recorded
    permissions: frozenset[Permission] = frozenset()  # of an admin, in a private chat
    optional_commands: frozenset[str] = frozenset()  # the names of those that the operator has switched on
    feedback_data: tuple[str, ...] = ()  # lines about the person's feedback, for /mydata
    last_place: Place | None = None  # that the person saw in this chat a short time ago
    offered_pictures: Callable[[str], tuple[str, ...]] = lambda _: ()  # Telegram's file ids, by the name of a card

    def speaking(self, lang: Lang) -> "FlowContext":
        """Return this context with the language `lang`, which must be a language of the campaign."""
        return replace(self, reader=self.reader.speaking(lang))


CommandFlow = Callable[[TextMessage, FlowContext], MessageReplies]
