"""Change the language in which a person reads, and show the screen where they were in the new language."""

from bot.flows.context import FlowContext
from bot.flows.subscription import subscription_screens
from bot.model.events import TextMessage
from bot.model.replies import MessageReplies, SendText, SetLanguage
from content.model import Lang
from content.screens import declaration, menu
from content.screens.navigation.places import Languages, Start


def choose_language(event: TextMessage, context: FlowContext) -> MessageReplies:
    """Answer /language, or words such as "speak Dari".

    If the text names a language, show the last screen in this language. Otherwise show a button for each language. A
    subscriber gets signed buttons in a private chat, because their choice is stored.
    """
    reader, subscriber = context.reader, context.subscriber
    if named := _named_language(event, context):
        return _switch(event, context.speaking(named))
    if subscriber and event.is_private:
        return (SendText(subscription_screens.languages(reader, subscriber)),)
    return (SendText(menu.languages(reader, Languages(context.last_place))),)


def _named_language(event: TextMessage, context: FlowContext) -> Lang | None:
    """Return the language that the text asks for; None if it names none of the campaign's languages."""
    if event.request or event.command is None:
        named = event.request.wanted if event.request else None
    else:
        named = context.matcher.requests.language_named(event.command.rest)
    return named if named in context.reader.campaign.languages else None


def _switch(event: TextMessage, context: FlowContext) -> MessageReplies:
    """Show the person's last screen in the language of `context`, or the start screen if the last one is unknown.

    In a private chat, remember this language for the person.
    """
    reader = context.reader
    remember = (SetLanguage(reader.lang),) if event.is_private else ()
    screen = declaration.show(reader, context.last_place or Start()) or declaration.start(reader)
    return (*remember, SendText(screen))
