"""Carry out what people do in their Telegram app: press buttons, use inline mode, read, clear, block, and send."""

from typing import Any

from playground.errors import SimulatorError
from playground.people.update_routing import send_update
from playground.world import views
from playground.world.bot_profile import group_scopes, primary_language
from playground.world.inline_answers import InlineAnswer, InlineList
from playground.world.model import Bot, Chat, ChatType, Message, User
from playground.world.pending_queries import wait_for_answer
from playground.world.state import PlaygroundState
from playground.world.update_queue import CALLBACK_QUERY_SECONDS, DAY, INLINE_QUERY_SECONDS

Json = dict[str, Any]
CALLBACK_TIMEOUT = 15.0  # seconds for which an app shows a pressed button as busy
INLINE_TIMEOUT = 10.0


def set_blocked(state: PlaygroundState, person: User, chat: Chat, is_blocked: bool) -> None:
    """Block or unblock the bot of a private chat. If this is a change, send the bot a my_chat_member update.

    Raises SimulatorError when the chat is not a private chat with a bot.
    """
    if chat.bot is None:
        raise SimulatorError("Only a private chat with a bot can be blocked: give the bot's id as the chat.")
    if chat.is_blocked == is_blocked:
        return
    chat.is_blocked = is_blocked
    bot = views.user(chat.bot)
    member, kicked = {"user": bot, "status": "member"}, {"user": bot, "status": "kicked", "until_date": 0}
    update: Json = {
        "chat": views.chat_for_bot(chat),
        "from": views.user(person),
        "date": int(state.clock()),
        "old_chat_member": member if is_blocked else kicked,
        "new_chat_member": kicked if is_blocked else member,
    }
    chat.bot.queue.push(state.clock(), "my_chat_member", update, DAY)
    state.announce_chat_change(chat, person)


def mark_read(state: PlaygroundState, person: User, chat: Chat) -> None:
    """Mark all messages of a chat as read by this person."""
    if chat.unread_by(person):
        chat.read[person.id] = max(chat.messages)
        state.announce_chat_change(chat, person)


def clear_history(state: PlaygroundState, person: User, chat: Chat) -> None:
    """Hide all messages of a chat from this person. Bots can still edit and delete the messages."""
    chat.cleared[person.id] = max(chat.messages, default=0)
    state.announce_chat_change(chat, person)


def convert_to_supergroup(state: PlaygroundState, chat: Chat, is_forum: bool) -> None:
    """Make a group a supergroup, which has topics if `is_forum`. Raises SimulatorError for any other chat.

    Unlike on Telegram the chat id stays the same.
    """
    if chat.type is not ChatType.GROUP:
        raise SimulatorError("Only a group can become a supergroup.")
    chat.is_supergroup, chat.is_forum = True, is_forum
    for person in state.viewers_of(chat):
        state.announce_chat_change(chat, person)


async def press_button(
    state: PlaygroundState, person: User, chat: Chat, message: Message, *, row: int, column: int
) -> Json | None:
    """Press the inline button in `row` and `column` of a message, both from 0, and return the bot's answer.

    The answer has the fields "text", "show_alert" and "url". It is None when the bot does not answer within
    CALLBACK_TIMEOUT. Raises SimulatorError when there is no such button, or when the button sends no callback query.
    """
    data = _callback_data(message, row, column)
    bot = message.via_bot or message.sender
    if not isinstance(bot, Bot):
        raise SimulatorError(f"Message {message.id} is not from a bot: only buttons of bots can be pressed.")
    pending = state.callback_queries.add(state.clock(), bot)
    query: Json = {
        "id": pending.id,
        "from": views.user(person),
        "chat_instance": _chat_instance(bot, chat),
        "data": data,
    }
    if message.inline_message_id:
        query["inline_message_id"] = message.inline_message_id
    else:
        query["message"] = views.message_for_bot(message, bot)
    bot.queue.push(state.clock(), "callback_query", query, CALLBACK_QUERY_SECONDS)
    answer: Json | None = await wait_for_answer(pending, CALLBACK_TIMEOUT)
    return answer


async def query_inline(
    state: PlaygroundState, person: User, bot: Bot, chat: Chat, *, query: str, offset: str
) -> Json:
    """Type `@bot query` in a chat, and return the results that the app shows, from the cache or from the bot.

    `offset` is "" for the first results; for more, it is the "next_offset" of the previous results. Returns {"error":
    sentence} when the bot does not answer within INLINE_TIMEOUT. Raises SimulatorError when the query is too long.
    """
    if len(query) > 256:
        raise SimulatorError("An inline query has at most 256 characters: shorten it.")
    pending = state.inline_queries.add(state.clock(), bot)
    answer = state.inline_answers.cached(state.clock(), bot, person, query, offset)
    if answer is None:
        update: Json = {
            "id": pending.id,
            "from": views.user(person),
            "chat_type": _inline_chat_type(chat, bot),
            "query": query,
            "offset": offset,
        }
        bot.queue.push(state.clock(), "inline_query", update, INLINE_QUERY_SECONDS)
        answer = await wait_for_answer(pending, INLINE_TIMEOUT)
        if answer is None:
            return {"error": f"@{bot.username} did not answer within {INLINE_TIMEOUT:.0f} seconds."}
        state.inline_answers.cache(state.clock(), bot, person, query, offset, answer)
    state.inline_answers.open(pending.id, InlineList(bot, person, query, answer))
    return _visible_results(pending.id, answer)


def choose_inline_result(state: PlaygroundState, person: User, chat: Chat, query_id: str, result_id: str) -> Message:
    """Send to `chat` the result that a person chose from the results of their inline query. Return the message.

    If inline feedback is on, the bot also gets a chosen_inline_result update. Raises SimulatorError if there is no
    such query or result.
    """
    inline_list = state.inline_answers.get(query_id)
    if inline_list is None or inline_list.person is not person:
        raise SimulatorError(f"{person.first_name} has no open inline list {query_id!r}: query again first.", 404)
    result = next((result for result in inline_list.answer.results if result["id"] == result_id), None)
    if result is None:
        raise SimulatorError(f"The inline list has no result {result_id!r}.", 404)
    bot, markup = inline_list.bot, result.get("reply_markup")
    inline_id = f"box-inline-{bot.id}-{query_id}-{state.new_message_id()}" if markup else None
    message = post(
        state, person, chat, result["content"], via_bot=bot, reply_markup=markup, inline_message_id=inline_id
    )
    if bot.has_inline_feedback:
        feedback: Json = {"result_id": result_id, "from": views.user(person), "query": inline_list.query}
        feedback |= {"inline_message_id": inline_id} if inline_id else {}
        bot.queue.push(state.clock(), "chosen_inline_result", feedback)
    return message


def post(
    state: PlaygroundState, person: User, chat: Chat, content: Json, reply_to: int | None = None, **fields: Any
) -> Message:
    """Send a person's message to a chat, and return it.

    `content` has the message fields of the text or media. `reply_to` is the id of a message. `fields` are further
    fields of the class `Message`. Raises SimulatorError when the person cannot send the message.
    """
    if chat.type is ChatType.CHANNEL:
        raise SimulatorError("Only bots post in the channel.", 403)
    if chat.is_blocked and chat.bot:
        raise SimulatorError(f"{person.first_name} has blocked @{chat.bot.username}: unblock it or press Start.", 403)
    if reply_to is not None and reply_to not in chat.messages:
        raise SimulatorError(f"There is no message {reply_to} in this chat to reply to.", 404)
    message = Message(state.new_message_id(), chat, person, int(state.clock()), content, reply_to=reply_to, **fields)
    _check_sender_and_topic(message)
    _check_receiver(message)
    if chat.type is ChatType.PRIVATE and not chat.is_started:
        chat.is_started = True
        state.announce_chat_change(chat, person)
    state.add_message(message)
    send_update(state, message)
    return message


def _check_sender_and_topic(message: Message) -> None:
    """Check the topic and the `send_as` of a message. If the chat does not have the topic yet, add it.

    Raises SimulatorError if the chat is no forum but the message has a topic, or if the chat is no group but the
    message has a `send_as`.
    """
    chat = message.chat
    if message.send_as and chat.type is not ChatType.GROUP:
        raise SimulatorError(f"Only in a group can a message be sent as {message.send_as.value}.")
    if message.message_thread_id is not None and not chat.is_forum:
        raise SimulatorError("This chat has no topics: make the group a forum first.")
    if message.message_thread_id is not None:
        chat.topics.add(message.message_thread_id)


def _check_receiver(message: Message) -> None:
    """Check that a message to a single bot (an ephemeral message) is one that Telegram's app would let a person send.

    Raises SimulatorError unless the chat is a group and the message is a command that this bot has declared as
    ephemeral. Any other message is accepted without a check.
    """
    if not isinstance(message.receiver, Bot) or not isinstance(message.sender, User):
        return
    chat, person = message.chat, message.sender
    command = str(message.content.get("text", "")).split()[0].split("@")[0].removeprefix("/")
    commands = message.receiver.profile.commands_for(
        group_scopes(chat.id, person.id, person.is_admin), primary_language(person.language_code)
    )
    if chat.type is not ChatType.GROUP or not _named(commands, command).get("is_ephemeral"):
        raise SimulatorError(f"/{command} is no ephemeral command of @{message.receiver.username} in a group.")


def _named(commands: list[Json], name: str) -> Json:
    return next((command for command in commands if command["command"] == name), {})


def _callback_data(message: Message, row: int, column: int) -> str:
    rows = (message.reply_markup or {}).get("inline_keyboard", [])
    if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
        raise SimulatorError(
            f"Message {message.id} has no button in row {row}, column {column} (both count from 0).", 404
        )
    button = rows[row][column]
    if "callback_data" not in button:
        raise SimulatorError(f"The button {button['text']!r} has no callback_data: only the app handles it.")
    return str(button["callback_data"])


def _chat_instance(bot: Bot, chat: Chat) -> str:
    return str(bot.id * 1_000_003 + chat.id)


def _inline_chat_type(chat: Chat, bot: Bot) -> str:
    if chat.type is ChatType.GROUP:
        return "supergroup" if chat.is_supergroup else "group"
    return "sender" if chat.bot is bot else "private"


def _visible_results(query_id: str, answer: InlineAnswer) -> Json:
    """Return the results in a bot's `answer` to an inline query as the app lists them.

    The messages that would be sent are left out.
    """
    results = [{name: value for name, value in result.items() if name != "content"} for result in answer.results]
    return {"id": query_id, "results": results, "button": answer.button, "next_offset": answer.next_offset}
