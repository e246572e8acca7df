"""Answer the buttons and messages with which an owner chooses the channel for announcements."""

import logging
from collections.abc import Mapping
from typing import Any

from bot.channel import channel_screens, typed_channel
from bot.channel.channel_access import ChannelAccess
from bot.channel.channel_rights import ChannelProblem
from bot.model.events import Event, OtherMessage, SignedPress, TextMessage, is_edit
from bot.model.replies import EditMessage, Replies, SendText, Toast, as_panels
from bot.model.roles import Permission
from bot.team.membership import Team
from bot.team.permissions import CHANNEL_PREFIX
from content.screens.reader import Reader
from content.screens.screen import Screen

log = logging.getLogger(__name__)


class ChannelDialog:
    """Let owners choose the channel for announcements, change it and remove it. The caller lets only owners in."""

    def __init__(self, access: ChannelAccess, team: Team) -> None:
        self._access = access
        self._team = team
        self._awaiting: set[int] = set()  # owners whose next message names the channel

    async def replies(self, event: Event, reader: Reader, message: Mapping[str, Any]) -> Replies | None:
        """Return the replies to a button or message that concerns the channel; None for any other event.

        `message` is the event's message as the JSON object that Telegram sent.
        """
        owner = event.sender.id
        is_awaited = owner in self._awaiting and self._team.may(owner, Permission.TEAM) and not is_edit(event)
        match event:
            case SignedPress(action=action) if action.startswith(CHANNEL_PREFIX):
                return as_panels(await self._press(event, action.removeprefix(CHANNEL_PREFIX), reader))
            case TextMessage(command=None) | OtherMessage() if is_awaited:
                return as_panels(await self._receive(owner, message, reader))
            case _:
                return None

    def stop_waiting(self, owner: int) -> None:
        """Forget that the bot has asked `owner` for a channel, so that their next message is an ordinary one."""
        self._awaiting.discard(owner)

    async def _press(self, event: SignedPress, action: str, reader: Reader) -> Replies:
        owner, current = event.sender.id, self._access.current
        if event.is_expired:
            return (Toast(reader.say("toast.expired")), EditMessage(await self._page(reader)))
        match action:
            case "name":
                self._awaiting.add(owner)
                return (Toast(), EditMessage(channel_screens.request(reader)))
            case "forget" if current:
                return (Toast(), EditMessage(channel_screens.forgetting(reader, current)))
            case "forgotten" if await self._access.store.forget(by=owner):
                log.info("An owner removed the channel for announcements")
                return (Toast(reader.say("channel.forgotten")), EditMessage(await self._page(reader)))
            case _:
                return (Toast(), EditMessage(await self._page(reader)))

    async def _receive(self, owner: int, message: Mapping[str, Any], reader: Reader) -> Replies:
        """Store the channel that an owner's message names. If the bot cannot post there, say why and ask again."""
        reference = typed_channel.channel_in(message)
        if reference is None:
            return (SendText(channel_screens.request(reader, reader.say("channel.not_understood"))),)
        channel = await self._access.rights.find(reference)
        if isinstance(channel, ChannelProblem):
            headline = channel_screens.problem_text(reader, channel)
            return (SendText(channel_screens.request(reader, headline)),)
        self._awaiting.discard(owner)
        await self._access.store.name(channel.chat, channel.title, channel.username, by=owner)
        log.info("An owner chose the channel for announcements")
        headline = reader.say("channel.spare_rights") if channel.has_spare_rights else ""
        return (SendText(await self._page(reader, headline)),)

    async def _page(self, reader: Reader, headline: str = "") -> Screen:
        problem = await self._access.problem()
        return channel_screens.channel(reader, self._access.current, problem, headline)
