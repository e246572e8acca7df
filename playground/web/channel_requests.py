"""Handle the requests of the simulator API that change the channel."""

from typing import Any

from playground.errors import SimulatorError
from playground.web.simulator_request import SimulatorRequest
from playground.world.model import ChatType

Json = dict[str, Any]


def set_rights(request: SimulatorRequest) -> Json:
    """Set the rights of all bots in the channel to "rights", a list such as ["can_post_messages"].

    If "rights" is null, remove the bots from the channel.
    """
    chat, rights = request.chat(), request.values.get("rights")
    if chat.type is not ChatType.CHANNEL or not isinstance(rights, list | None):
        raise SimulatorError('"rights" must be a list or null, and the chat the channel.')
    chat.bot_rights = None if rights is None else frozenset(map(str, rights))
    for person in request.state.viewers_of(chat):
        request.state.announce_chat_change(chat, person)
    return {}
