"""Remember in memory for 15 minutes what people read last, so that /language can return there. Nothing is stored."""

from collections import OrderedDict

from bot.model.events import Event, UserId, is_public
from bot.model.replies import EditMessage, Leave, Replies, SendText
from content.screens.navigation.places import AtCommand, LanguageChosen, Languages, Place
from content.screens.screen import Screen

EXPIRY = 900.0  # seconds
MAX_PEOPLE = 1_000


class LastPlaces:
    """The places (screens of the declaration) that people read last in private, for at most `max_people` people."""

    def __init__(self, max_people: int = MAX_PEOPLE) -> None:
        self._max_people = max_people
        self._places: OrderedDict[UserId, tuple[Place, float]] = OrderedDict()

    def place_of(self, event: Event, now: float) -> Place | None:
        """Return the screen of the declaration that the sender of `event` read last.

        Return None if it is unknown, longer than EXPIRY ago, or if the event is public. `now` is in monotonic
        seconds.
        """
        place, at = self._places.get(event.sender.id, (None, 0.0))
        return None if is_public(event) or now - at > EXPIRY else place

    def record(self, event: Event, replies: Replies, now: float) -> None:
        """Remember the screen of the declaration that `replies` show in private; forget a person who unsubscribes."""
        for reply in replies:
            match reply:
                case Leave():
                    self._places.pop(event.sender.id, None)
                case SendText(screen) | EditMessage(screen) if _has_text(screen) and not is_public(event):
                    self._remember(event.sender.id, screen.place, now)

    def _remember(self, user: UserId, place: Place | None, now: float) -> None:
        self._drop_expired(now)
        if place is None:
            return
        self._places.pop(user, None)
        self._places[user] = (place, now)
        if len(self._places) > self._max_people:
            self._places.popitem(last=False)

    def _drop_expired(self, now: float) -> None:
        """Forget the entries that are older than EXPIRY. The oldest entries come first."""
        while self._places and now - next(iter(self._places.values()))[1] > EXPIRY:
            self._places.popitem(last=False)


def _has_text(screen: Screen) -> bool:
    """Return whether the screen shows a part of the declaration, not a command or the choice of languages."""
    return screen.place is not None and not isinstance(screen.place, (AtCommand, Languages, LanguageChosen))
