"""Report to the delivery of announcements which channel is named, and whether the bot may post there."""

from dataclasses import dataclass

from bot.channel.channel_rights import ChannelProblem, ChannelRights
from bot.channel.channel_store import Channel, ChannelStore


@dataclass(frozen=True, slots=True)
class ChannelAccess:
    """The channel that is named, and the bot's rights there."""

    store: ChannelStore
    rights: ChannelRights

    @property
    def current(self) -> Channel | None:
        """Return the channel; None if none is named."""
        return self.store.current

    async def problem(self) -> ChannelProblem | None:
        """Return why the bot cannot post in the channel now; None if it can, or if no channel is named."""
        channel = self.current
        return await self.rights.problem(channel.chat) if channel else None
