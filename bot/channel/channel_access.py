"""Report which Telegram channel the owners have chosen for announcements, and whether the bot can post in it."""

from dataclasses import dataclass

from bot.channel.channel_rights import ChannelProblem, ChannelRights
from bot.channel.channel_store import Channel, ChannelStore


@dataclass(frozen=True, slots=True)
class ChannelAccess:
    """The Telegram channel that an owner has chosen for announcements, and a check of the bot's rights in it."""

    store: ChannelStore
    rights: ChannelRights

    @property
    def current(self) -> Channel | None:
        """Return the chosen channel; None if no channel is chosen."""
        return self.store.current

    async def problem(self) -> ChannelProblem | None:
        """Return why the bot cannot post in the channel now; None if it can, or if no channel is chosen."""
        channel = self.current
        return await self.rights.problem(channel.chat) if channel else None
