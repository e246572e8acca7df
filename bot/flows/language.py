"""Change the language in which a person reads, without losing the place where the person is."""

from bot.flows.context import FlowContext
from bot.flows.subscription import subscription_screens
from bot.model.events import TextMessage
from bot.model.replies import MessageReplies, SendText, SetLanguage
from content.model import Lang
from content.screens import declaration, menu
from content.screens.navigation.places import Languages, Start


def choose_language(event: TextMessage, context: FlowContext) -> MessageReplies:
    """Answer /language, or words such as "speak Dari".

    A language in the text is used at once, on the screen where the person was. Otherwise the answer has a button for
    each language. In a private chat, a subscriber gets signed buttons, because the chosen language is stored.
    """
    reader, subscriber = context.reader, context.subscriber
    if named := _named_language(event, context):
        return _switch(event, context.speaking(named))
    if subscriber and event.is_private:
        return (SendText(subscription_screens.languages(reader, subscriber)),)
    return (SendText(menu.languages(reader, Languages(context.last_place))),)


def _named_language(event: TextMessage, context: FlowContext) -> Lang | None:
    """Return the language of the campaign that the request or the text behind the command names; None for none."""
    if event.request or event.command is None:
        named = event.request.wanted if event.request else None
    else:
        named = context.matcher.requests.language_named(event.command.rest)
    return named if named in context.reader.campaign.languages else None


def _switch(event: TextMessage, context: FlowContext) -> MessageReplies:
    """Show the last screen, or the first one, in the language of `context`, and remember the language in private."""
    reader = context.reader
    remember = (SetLanguage(reader.lang),) if event.is_private else ()
    screen = declaration.show(reader, context.last_place or Start()) or declaration.start(reader)
    return (*remember, SendText(screen))
