"""Route each event to the flow that answers it."""

from dataclasses import replace
from typing import assert_never

from bot.flows import answering, copying, framing, inline, listening, privacy_screens, reading, requests
from bot.flows.commands import Command, CommandScope, Responder, command_of, exists
from bot.flows.context import FlowContext
from bot.flows.subscription import daily_screen, subscribing, subscription_screens
from bot.flows.subscription.subscriber_offers import for_subscriber
from bot.model.announcement import SETTINGS_DATA
from bot.model.events import (
    ButtonPress,
    ChatStatus,
    ChatStatusChanged,
    Event,
    GuestQuery,
    InlineQuery,
    OtherMessage,
    SignedPress,
    TextMessage,
)
from bot.model.replies import (
    AnswerInline,
    CallbackReplies,
    EditMessage,
    MessageReplies,
    Replies,
    SendText,
    SetLanguage,
    Toast,
)
from bot.telegram_api.rate_limiting.chat_spacing import GROUP_MESSAGES
from content.screens.navigation.button_data import from_data
from content.screens.navigation.places import AtCommand, Languages
from content.screens.reader import Reader
from content.screens.screen import Screen, Span


def decide(event: Event, context: FlowContext) -> Replies:
    """Return the replies to `event`; () when it needs none.

    The replies fit the chat of `event`: in a group, screens are short. For a subscriber, the replies have a button to
    the settings in place of an offer to subscribe.
    """
    context = replace(context, reader=replace(context.reader, username=context.username))
    replies = _decide(event, context)
    if context.subscriber:
        replies = for_subscriber(replies, context.reader.campaign)
    return framing.framed(event, replies, context)


def _decide(event: Event, context: FlowContext) -> Replies:
    match event:
        case TextMessage():
            return _answer_text(event, context)
        case SignedPress():
            return subscribing.press(event, context)
        case ButtonPress():
            return _answer_press(event, context)
        case InlineQuery():
            return inline.answer(event, context)
        case GuestQuery():
            return inline.answer_guest(event, context)
        case OtherMessage():
            return reading.not_text(context.reader)
        case ChatStatusChanged(status=ChatStatus.BLOCKED):
            return subscribing.leave_blocked()
        case ChatStatusChanged():
            return ()
        case _:
            assert_never(event)


def _answer_text(event: TextMessage, context: FlowContext) -> MessageReplies:
    command = command_of(event)
    if event.command is None and event.request is None:
        return answering.answer(event, context)
    if event.request is None or command is None:
        return _answer_command(event, command, context)
    context = replace(context, reader=requests.reader_for(event.request, context.reader))
    if screen := requests.follow_up_screen(event.request, context):
        return (SendText(screen),)
    return _answer_command(event, requests.without_change(command), context)


def _answer_command(event: TextMessage, command: Command | None, context: FlowContext) -> MessageReplies:
    if command is None or command.scope is CommandScope.ADMINS or not exists(command, context.optional_commands):
        return reading.unknown_command(event, context)
    if command.scope is CommandScope.PRIVATE and not event.is_private:
        return (_private_only(command, context.reader),)
    if isinstance(command.answer, Responder):
        raise TypeError(f"/{command.name} is answered by a responder, not by a flow: route it in bot.dispatch")
    return command.answer(event, context)


def _private_only(command: Command, reader: Reader) -> SendText:
    """Return a reply for a group: a sentence, and a link that opens the screen of `command` in the private chat."""
    sentence = Span(reader.say("group.private_only"))
    return SendText(Screen((sentence,), place=AtCommand(command.name)))


def _answer_press(event: ButtonPress, context: FlowContext) -> CallbackReplies:
    reader, subscriber = context.reader, context.subscriber
    if event.data == SETTINGS_DATA and event.is_private:
        return (Toast(), SendText(subscribing.settings_screen(context)))  # the announcement stays
    if command := command_of(event):
        return _answer_command_button(event, command, context)
    if subscriber and event.is_private and from_data(event.data) == (Languages(), reader.lang):
        return (Toast(), EditMessage(subscription_screens.languages(reader, subscriber)))
    private = daily_screen.press(event, reader) or privacy_screens.press(event, reader)
    private = private or copying.press(event, reader) or listening.press(event, context)
    return private or reading.press(event, reading.reader_of(event.data, reader))


def _answer_command_button(event: ButtonPress, command: Command, context: FlowContext) -> CallbackReplies:
    """Answer a press by replacing the text and buttons of the message with the screen of a command."""
    reader = reading.reader_of(event.data, context.reader)
    request = requests.of_button(event, command.name, reader.lang)
    first, *more = _answer_text(request, replace(context, reader=reader))
    remember = (SetLanguage(reader.lang),) if event.is_private else ()
    shown = EditMessage(first.screen) if isinstance(first, SendText) else first
    return (Toast(), *remember, shown, *more)


def needs_store(event: Event) -> bool:
    """Return whether the answer to `event` needs the data that is stored about the person."""
    if isinstance(event, SignedPress) or (isinstance(event, ButtonPress) and event.data == SETTINGS_DATA):
        return True
    command = command_of(event)
    return command is not None and command.needs_store


def not_saved(event: Event, reader: Reader) -> Replies:
    """Return replies that say that the database failed, so that stored data could not be read or changed."""
    if isinstance(event, SignedPress | ButtonPress):
        return (Toast(reader.say("answer.not_saved")),)
    return (_sentence(reader, "answer.not_saved"),)


def joining_refused(event: Event, reader: Reader) -> Replies:
    """Return replies that say that nobody can subscribe at the moment, because the bot is frozen."""
    if isinstance(event, SignedPress):
        return (Toast(reader.say("answer.no_subscribing")),)
    return (_sentence(reader, "answer.no_subscribing"),)


def out_of_service(event: Event, reader: Reader) -> Replies:
    """Return the one sentence that the bot says after its keys were destroyed; () for events without an answer."""
    match event:
        case TextMessage() | OtherMessage():
            return (_sentence(reader, "answer.out_of_service"),)
        case SignedPress() | ButtonPress():
            return (Toast(reader.say("answer.out_of_service")),)
        case InlineQuery():
            return (AnswerInline((), reader.say("button.open_bot")),)
        case ChatStatusChanged() | GuestQuery():
            return ()
        case _:
            assert_never(event)


def too_many_questions(event: TextMessage, context: FlowContext) -> MessageReplies:
    """Return a notice for a group that asks more questions a minute than Telegram lets the bot answer.

    The notice is in the language of the question in `event`.
    """
    reader = context.reader
    if event.command is None:
        reader = answering.reader_in_language_of(context.matcher.find(event.text, reader.lang), reader)
    return (_sentence(reader, "group.too_many_questions", number=GROUP_MESSAGES),)


def too_fast(event: Event, reader: Reader) -> Replies:
    """Return replies that ask a person who sends too much to slow down; () for kinds of events that get none."""
    match event:
        case TextMessage(is_private=True) | OtherMessage():
            return (_sentence(reader, "answer.slow_down"),)
        case SignedPress():
            return (Toast(reader.say("answer.slow_down")),)
        case ButtonPress():
            return (Toast(reading.reader_of(event.data, reader).say("answer.slow_down")),)
        case _:
            return ()


def _sentence(reader: Reader, phrase: str, **values: str | int) -> SendText:
    return SendText(Screen((Span(reader.say(phrase, **values)),)))
