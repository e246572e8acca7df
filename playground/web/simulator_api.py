"""Handle the simulator API under /box/, with which the web chat and tests act as people and plant faults.

ROUTES maps addresses to handlers. A handler returns the JSON value of its response, or raises SimulatorError.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from playground.errors import SimulatorError
from playground.people import user_actions, user_edits, user_messages
from playground.web.channel_requests import set_rights
from playground.web.simulator_request import SimulatorRequest
from playground.world import views
from playground.world.bot_profile import BotProfile, group_scopes, primary_language, private_scopes, text_for
from playground.world.bulk_users import BLOCKED, DEACTIVATED
from playground.world.model import Bot, Chat, ChatType, User
from playground.world.state import PlaygroundState

Json = dict[str, Any]
Handler = Callable[[SimulatorRequest], Json] | Callable[[SimulatorRequest], Awaitable[Json]]
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


# People and chats


def list_people(request: SimulatorRequest) -> Json:
    """Return all people as JSON, without the bulk users for load tests."""
    return {"people": [_person(request.state, person) for person in request.state.people.values()]}


def add_person(request: SimulatorRequest) -> Json:
    """Add and return a person with the "first_name" and "language_code" of the request."""
    name, language = request.text("first_name").strip(), request.text("language_code")
    if not 1 <= len(name) <= 64:
        raise SimulatorError(f'"first_name" must have 1 to 64 characters, not {len(name)}.')
    if not _LANGUAGE_TAG.fullmatch(language):
        raise SimulatorError(f'"language_code" must be a language tag such as en, fa or ps, not {language!r}.')
    return _person(request.state, request.state.add_person(name, language))


def show_notice(request: SimulatorRequest) -> Json:
    """Return the sentence to show above the web chat; "" for none."""
    return {"notice": request.state.settings.notice}


def list_bots(request: SimulatorRequest) -> Json:
    """Return all bots, without their tokens."""
    return {"bots": [_bot(bot) for bot in request.state.bots.values()]}


def list_chats(request: SimulatorRequest) -> Json:
    """Return a person's chats with their last messages and unread counts."""
    person = request.person()
    return {"chats": [_chat(chat, person) for chat in request.state.chats_of(person)]}


def list_messages(request: SimulatorRequest) -> Json:
    """Return the messages of a chat as a person sees them, oldest first."""
    person = request.person()
    return {"messages": [views.message_for_person(message, person) for message in request.chat().seen_by(person)]}


def show_profile(request: SimulatorRequest) -> Json:
    """Return the profile of a chat's bot in the person's language; for the group, the commands of all bots."""
    person, chat = request.person(), request.chat()
    language = primary_language(person.language_code)
    if chat.bot:
        return _bot_profile(chat.bot.profile, chat, person, language) | {"name": views.bot_name(chat.bot, person)}
    commands: list[Json] = []
    for bot in request.state.bots.values() if chat.type is ChatType.GROUP else ():
        commands += bot.profile.commands_for(group_scopes(chat.id, person.id, person.is_admin), language)
    return {
        "name": chat.title,
        "description": "",
        "short_description": "",
        "commands": commands,
        "menu_button": "default",
    }


def mark_read(request: SimulatorRequest) -> Json:
    """Mark all messages of a chat as read by the person."""
    user_actions.mark_read(request.state, request.person(), request.chat())
    return {}


def set_blocked(request: SimulatorRequest) -> Json:
    """Block the bot of a chat if "blocked" is true, or unblock it if "blocked" is false."""
    user_actions.set_blocked(request.state, request.person(), request.chat(), request.boolean("blocked"))
    return {}


def clear_history(request: SimulatorRequest) -> Json:
    """Hide all messages of a chat from the person."""
    user_actions.clear_history(request.state, request.person(), request.chat())
    return {}


def convert_group(request: SimulatorRequest) -> Json:
    """Make the group a supergroup, which has topics if "forum" is true. Return its Chat object."""
    chat = request.chat()
    user_actions.convert_to_supergroup(request.state, chat, is_forum=request.boolean("forum"))
    return views.chat_for_person(chat, request.person())


# Messages


def send(request: SimulatorRequest) -> Json:
    """Send a message as the person, and return it. If "kind" is set, it is media, otherwise a text."""
    person, chat = request.person(), request.chat()
    if "kind" in request.values:
        message = user_messages.send_media(request.state, person, chat, _outgoing_media(request))
    else:
        message = user_messages.send_text(
            request.state,
            person,
            chat,
            request.text("text"),
            reply_to=request.optional_integer("reply_to"),
            entities=request.values.get("entities"),
            extra=user_messages.text_extra_fields(request.values),
            message_thread_id=request.optional_integer("message_thread_id"),
            send_as=request.send_as(),
            receiver=request.receiver(),
        )
    return views.message_for_person(message, person)


def start(request: SimulatorRequest) -> Json:
    """Press Start in a bot's chat, with an optional deep-link "payload"; return the message."""
    person = request.person()
    message = user_messages.start(request.state, person, request.chat(), request.text("payload", ""))
    return views.message_for_person(message, person)


def edit(request: SimulatorRequest) -> Json:
    """Edit the text or caption of the person's own message; return the message."""
    person, message = request.person(), request.message()
    user_edits.edit(request.state, person, message, request.text("text"), request.values.get("entities"))
    return views.message_for_person(message, person)


async def press_button(request: SimulatorRequest) -> Json:
    """Press the inline button in "row" and "column", both from 0; return the bot's answer, null after a timeout."""
    person, chat, message = request.person(), request.chat(), request.message()
    row, column = request.integer("row"), request.integer("column")
    answer = await user_actions.press_button(request.state, person, chat, message, row=row, column=column)
    return {"answer": answer}


async def query_inline(request: SimulatorRequest) -> Json:
    """Type the inline query "query" to the bot "bot" in the chat "chat", and return the results."""
    person, bot, chat = request.person(), request.bot(), request.chat()
    query, offset = request.text("query"), request.text("offset", "")
    return await user_actions.query_inline(request.state, person, bot, chat, query=query, offset=offset)


def choose_inline_result(request: SimulatorRequest) -> Json:
    """Send the result "result_id" of the inline query "id" to the chat "chat", and return the message."""
    person, query_id, result_id = request.person(), request.text("id"), request.text("result_id")
    message = user_actions.choose_inline_result(request.state, person, request.chat(), query_id, result_id)
    return views.message_for_person(message, person)


# Tests


def list_faults(request: SimulatorRequest) -> Json:
    """Return the planted faults, which are failures of the Bot API that tests have ordered."""
    return {"faults": request.state.faults.to_json()}


def set_faults(request: SimulatorRequest) -> Json:
    """Replace all planted faults by the list "faults", and return the new list."""
    request.state.faults.replace(request.values.get("faults"))
    return list_faults(request)


def list_calls(request: SimulatorRequest) -> Json:
    """Return the logged Bot API calls from number "since" on, and the number that the next call will have."""
    return {"calls": request.state.calls.since(request.integer("since", 0)), "next": request.state.calls.count}


def count_received(request: SimulatorRequest) -> Json:
    """Return a MessageCounts report, as JSON, on the bulk users with ids from "from" to "to"."""
    return asdict(request.state.bulk_users.tally(request.integer("from", 0), request.integer("to", 2**52)))


def set_refusals(request: SimulatorRequest) -> Json:
    """Make the bulk users in the list "people" refuse all messages, with the error message "reason"."""
    people, reason = request.values.get("people"), request.text("reason")
    if not isinstance(people, list) or not all(person in request.state.bulk_users.ids for person in people):
        raise SimulatorError('"people" must be a list of ids of bulk users.')
    if reason not in (BLOCKED, DEACTIVATED):
        raise SimulatorError(f'"reason" must be {BLOCKED!r} or {DEACTIVATED!r}, not {reason!r}.')
    request.state.bulk_users.refusals |= dict.fromkeys(people, reason)
    return {}


def reset(request: SimulatorRequest) -> Json:
    """Restore the initial people, with empty chats, and drop all waiting updates of bots."""
    request.state.reset()
    return {}


ROUTES: dict[tuple[str, str], Handler] = {
    ("GET", "people"): list_people,
    ("POST", "people"): add_person,
    ("GET", "notice"): show_notice,
    ("GET", "bots"): list_bots,
    ("GET", "chats"): list_chats,
    ("GET", "chats/CHAT/messages"): list_messages,
    ("GET", "chats/CHAT/profile"): show_profile,
    ("POST", "chats/CHAT/send"): send,
    ("POST", "chats/CHAT/edit"): edit,
    ("POST", "chats/CHAT/group"): convert_group,
    ("POST", "chats/CHAT/start"): start,
    ("POST", "chats/CHAT/press"): press_button,
    ("POST", "chats/CHAT/read"): mark_read,
    ("POST", "chats/CHAT/block"): set_blocked,
    ("POST", "chats/CHAT/clear"): clear_history,
    ("POST", "chats/CHAT/rights"): set_rights,
    ("POST", "inline"): query_inline,
    ("POST", "inline/choose"): choose_inline_result,
    ("GET", "faults"): list_faults,
    ("POST", "faults"): set_faults,
    ("GET", "calls"): list_calls,
    ("GET", "received"): count_received,
    ("POST", "refusals"): set_refusals,
    ("POST", "reset"): reset,
}


def route(http_method: str, path: str) -> tuple[Handler, int | None]:
    """Return the handler for a path below /box/, and the chat id in the path. Raises SimulatorError 404."""
    chat = re.fullmatch(r"chats/(-?\d{1,18})/(\w+)", path)
    pattern = f"chats/CHAT/{chat[2]}" if chat else path
    handler = ROUTES.get((http_method, pattern))
    if handler is None:
        raise SimulatorError(f"There is no {http_method} /box/{path}: playground/README.md lists all addresses.", 404)
    return handler, int(chat[1]) if chat else None


def _outgoing_media(request: SimulatorRequest) -> user_messages.OutgoingMedia:
    return user_messages.OutgoingMedia(
        kind=request.text("kind"),
        caption=request.text("caption", ""),
        entities=request.values.get("entities"),
        upload=request.upload(),
        has_spoiler=bool(request.values.get("has_spoiler")),
        reply_to=request.optional_integer("reply_to"),
        has_caption_above=bool(request.values.get("show_caption_above_media")),
        has_cover=bool(request.values.get("cover")),
        start_timestamp=request.integer("start_timestamp", 0),
        extra=user_messages.extra_fields(request.values),
    )


def _person(state: PlaygroundState, person: User) -> Json:
    return {
        "id": person.id,
        "first_name": person.first_name,
        "language_code": person.language_code,
        "admin": person.is_admin,
        "unread": sum(chat.unread_by(person) for chat in state.chats_of(person)),
    }


def _bot(bot: Bot) -> Json:
    return {name: value for name, value in views.user(bot).items() if name != "is_bot"}


def _bot_profile(profile: BotProfile, chat: Chat, person: User, language: str) -> Json:
    return {
        "description": text_for(profile.descriptions, language),
        "short_description": text_for(profile.short_descriptions, language),
        "commands": profile.commands_for(private_scopes(person.id), language),
        "menu_button": profile.menu_button(chat.id)["type"],
    }


def _chat(chat: Chat, person: User) -> Json:
    visible = chat.seen_by(person)
    return {
        "id": views.chat_for_person(chat, person)["id"],
        "type": chat.type.value,
        "title": views.bot_name(chat.bot, person) if chat.bot else chat.title,
        "bot": {"id": chat.bot.id, "username": chat.bot.username} if chat.bot else None,
        "unread": chat.unread_by(person),
        "last": views.message_for_person(visible[-1], person) if visible else None,
        "started": bool(chat.bot is None or (chat.is_started and visible)),
        "blocked": chat.is_blocked,
        "bot_rights": sorted(chat.bot_rights or ()),
    }
