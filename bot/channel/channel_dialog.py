"""Answer the buttons and messages with which an owner chooses the channel. Only owners reach this dialog."""

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
    """The dialog in which owners choose the campaign's channel, change it and forget it."""

    def __init__(self, access: ChannelAccess, team: Team) -> None:
        self._access = access
        self._team = team
        self._awaiting: set[int] = set()  # owners whose next message names the channel

    async def replies(self, event: Event, reader: Reader, message: Mapping[str, Any]) -> Replies | None:
        """Return the replies to an event of an owner; None if it does not concern the channel.

        `message` is the event's message in the form in which Telegram sent it.
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
        """Wait no longer for the message of an owner that names the channel."""
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
                log.info("An owner let the bot forget the channel")
                return (Toast(reader.say("channel.forgotten")), EditMessage(await self._page(reader)))
            case _:
                return (Toast(), EditMessage(await self._page(reader)))

    async def _receive(self, owner: int, message: Mapping[str, Any], reader: Reader) -> Replies:
        """Store the channel that a message names, if the bot can post in it. Otherwise ask again and say why."""
        reference = typed_channel.channel_in(message)
        if reference is None:
            return (SendText(channel_screens.request(reader, reader.say("channel.not_understood"))),)
        channel = await self._access.rights.find(reference)
        if isinstance(channel, ChannelProblem):
            headline = channel_screens.problem_text(reader, channel)
            return (SendText(channel_screens.request(reader, headline)),)
        self._awaiting.discard(owner)
        await self._access.store.name(channel.chat, channel.title, channel.username, by=owner)
        log.info("An owner named the channel for announcements")
        headline = reader.say("channel.spare_rights") if channel.has_spare_rights else ""
        return (SendText(await self._page(reader, headline)),)

    async def _page(self, reader: Reader, headline: str = "") -> Screen:
        problem = await self._access.problem()
        return channel_screens.channel(reader, self._access.current, problem, headline)
