"""What only admins can ask for. For everybody else these commands do not exist."""

from collections.abc import Collection

from bot import stats
from bot.events import Event, Said
from bot.flows import commands
from bot.replies import Replies
from bot.stats import Statistics
from content.reader import Reader

COMMANDS = (stats.COMMAND,)


class Administration:
    def __init__(self, admins: Collection[int], statistics: Statistics) -> None:
        self._admins = frozenset(admins)
        self._statistics = statistics

    async def replies(self, event: Event, reader: Reader) -> Replies | None:
        """The answer to an admin's command in private; None for anything and anybody else."""
        if not isinstance(event, Said) or not event.private or event.sender.id not in self._admins:
            return None
        command = commands.named(event.text)
        if command is None or command.name != stats.COMMAND:
            return None
        return await self._statistics.told(reader)
