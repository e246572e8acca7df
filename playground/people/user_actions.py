"""What people do in their Telegram app: press buttons, ask inline, read, clear, block; and how a message is sent."""

from typing import Any

from playground.errors import Mistake
from playground.people.update_routing import deliver
from playground.world import views
from playground.world.inline_answers import InlineAnswer, Listed
from playground.world.model import Bot, Chat, Kind, Message, Person
from playground.world.pending_queries import answered
from playground.world.state import State
from playground.world.update_queue import CALLBACK_SECONDS, DAY, INLINE_SECONDS

Json = dict[str, Any]
CALLBACK_PATIENCE = 15.0  # seconds that an app shows a pressed button as busy
INLINE_PATIENCE = 10.0


def block(state: State, person: Person, chat: Chat, blocked: bool) -> None:
    if chat.bot is None:
        raise Mistake("Only a private chat with a bot can be blocked: give the bot's id as the chat.")
    if chat.blocked == blocked:
        return
    chat.blocked = blocked
    bot = views.user(chat.bot)
    member, banned = {"user": bot, "status": "member"}, {"user": bot, "status": "kicked", "until_date": 0}
    update: Json = {
        "chat": views.chat_for_bot(chat),
        "from": views.user(person),
        "date": int(state.clock()),
        "old_chat_member": member if blocked else banned,
        "new_chat_member": banned if blocked else member,
    }
    chat.bot.queue.push(state.clock(), "my_chat_member", update, DAY)
    state.touch(chat, person)


def read(state: State, person: Person, chat: Chat) -> None:
    if chat.unread_by(person):
        chat.read[person.id] = max(chat.messages)
        state.touch(chat, person)


def clear(state: State, person: Person, chat: Chat) -> None:
    """Wipes the person's own view; the bot's messages stay where they are."""
    chat.cleared[person.id] = max(chat.messages, default=0)
    state.touch(chat, person)


def convert(state: State, chat: Chat, is_forum: bool) -> None:
    """Make a group a supergroup, with topics where it is a forum. Its id stays, unlike on Telegram."""
    if chat.kind is not Kind.GROUP:
        raise Mistake("Only a group can become a supergroup.")
    chat.supergroup, chat.forum = True, is_forum
    for person in state.viewers(chat):
        state.touch(chat, person)


async def press(state: State, person: Person, chat: Chat, message: Message, row: int, column: int) -> Json | None:
    """The bot's answer {"text", "show_alert", "url"}; None when it gave none in time."""
    data = _button(message, row, column)
    bot = message.via or message.sender
    if not isinstance(bot, Bot):
        raise Mistake(f"Message {message.id} is no bot's: only buttons of bots can be pressed.")
    question = state.presses.ask(state.clock(), bot)
    query: Json = {"id": question.id, "from": views.user(person), "chat_instance": _instance(bot, chat), "data": data}
    if message.inline_id:
        query["inline_message_id"] = message.inline_id
    else:
        query["message"] = views.message_for_bot(message, bot)
    bot.queue.push(state.clock(), "callback_query", query, CALLBACK_SECONDS)
    answer: Json | None = await answered(question, CALLBACK_PATIENCE)
    return answer


async def ask_inline(state: State, person: Person, bot: Bot, chat: Chat, query: str, offset: str) -> Json:
    """What the app shows above the text field when somebody writes @bot QUERY."""
    if len(query) > 256:
        raise Mistake("An inline query holds at most 256 characters: shorten it.")
    question = state.inline_queries.ask(state.clock(), bot)
    answer = state.inline_answers.cached(state.clock(), bot, person, query, offset)
    if answer is None:
        asked: Json = {
            "id": question.id,
            "from": views.user(person),
            "chat_type": _chat_type(chat, bot),
            "query": query,
            "offset": offset,
        }
        bot.queue.push(state.clock(), "inline_query", asked, INLINE_SECONDS)
        answer = await answered(question, INLINE_PATIENCE)
        if answer is None:
            return {"error": f"@{bot.username} did not answer within {INLINE_PATIENCE:.0f} seconds."}
        state.inline_answers.remember(state.clock(), bot, person, query, offset, answer)
    state.inline_answers.show(question.id, Listed(bot, person, query, answer))
    return _shown(question.id, answer)


def choose(state: State, person: Person, chat: Chat, number: str, result: str) -> Message:
    listed = state.inline_answers.shown(number)
    if listed is None or listed.person is not person:
        raise Mistake(f"No inline list {number!r} is open on {person.first_name}'s screen: ask again first.", 404)
    chosen = next((one for one in listed.answer.results if one["id"] == result), None)
    if chosen is None:
        raise Mistake(f"The inline list has no result {result!r}.", 404)
    content, markup = chosen["content"], chosen.get("reply_markup")
    inline_id = f"box-inline-{listed.bot.id}-{number}-{state.new_message_id()}" if markup else None
    message = post(state, person, chat, content, via=listed.bot, markup=markup, inline_id=inline_id)
    if listed.bot.inline_feedback:
        feedback: Json = {"result_id": result, "from": views.user(person), "query": listed.query}
        feedback |= {"inline_message_id": inline_id} if inline_id else {}
        listed.bot.queue.push(state.clock(), "chosen_inline_result", feedback)
    return message


def post(
    state: State, person: Person, chat: Chat, content: Json, reply_to: int | None = None, **more: Any
) -> Message:
    if chat.blocked and chat.bot:
        raise Mistake(f"{person.first_name} has blocked @{chat.bot.username}: unblock it or press Start.", 403)
    if reply_to is not None and reply_to not in chat.messages:
        raise Mistake(f"There is no message {reply_to} here to reply to.", 404)
    message = Message(state.new_message_id(), chat, person, int(state.clock()), content, reply_to=reply_to, **more)
    _place(message)
    if chat.kind is Kind.PRIVATE and not chat.started:
        chat.started = True
        state.touch(chat, person)
    state.keep(message)
    deliver(state, message)
    return message


def _place(message: Message) -> None:
    """Check where a message stands and as whom; a new topic begins with its first message."""
    chat = message.chat
    if message.guise and chat.kind is not Kind.GROUP:
        raise Mistake(f"Only in a group can a message be sent as {message.guise.value}.")
    if message.thread is not None and not chat.forum:
        raise Mistake("This chat has no topics: make the group a forum first.")
    if message.thread is not None:
        chat.topics.add(message.thread)


def _button(message: Message, row: int, column: int) -> str:
    rows = (message.markup or {}).get("inline_keyboard", [])
    if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
        raise Mistake(f"Message {message.id} has no button in row {row}, column {column} (both count from 0).", 404)
    button = rows[row][column]
    if "callback_data" not in button:
        raise Mistake(f"The button {button['text']!r} does not call the bot: it is for the app alone.")
    return str(button["callback_data"])


def _instance(bot: Bot, chat: Chat) -> str:
    return str(bot.id * 1_000_003 + chat.id)


def _chat_type(chat: Chat, bot: Bot) -> str:
    if chat.kind is Kind.GROUP:
        return "supergroup" if chat.supergroup else "group"
    return "sender" if chat.bot is bot else "private"


def _shown(number: str, answer: InlineAnswer) -> Json:
    results = [{name: value for name, value in one.items() if name != "content"} for one in answer.results]
    return {"id": number, "results": results, "button": answer.button, "next_offset": answer.next_offset}
