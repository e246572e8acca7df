"""Remember in memory for 15 minutes who has sent /verify, and whose next message is therefore to be verified."""

from collections import OrderedDict

from bot.model.events import UserId

EXPIRY = 900.0  # seconds
MAX_PEOPLE = 1_000


class AwaitedMessages:
    """The people, at most `max_people`, who have sent /verify but no message since. Times are monotonic seconds."""

    def __init__(self, max_people: int = MAX_PEOPLE) -> None:
        self._max_people = max_people
        self._since: OrderedDict[UserId, float] = OrderedDict()

    def begin(self, user: UserId, now: float) -> None:
        """Record that the next message of `user` is to be verified. Above `max_people`, forget the oldest entry."""
        self._since.pop(user, None)
        self._since[user] = now
        if len(self._since) > self._max_people:
            self._since.popitem(last=False)

    def is_awaited(self, user: UserId, now: float) -> bool:
        """Return whether a message that `user` sends at `now` is to be verified."""
        since = self._since.get(user)
        return since is not None and now - since <= EXPIRY

    def end(self, user: UserId) -> None:
        """Record that the next message of `user` is an ordinary message."""
        self._since.pop(user, None)
