"""Answer the buttons that play recordings of the declaration, and offer recordings in inline queries."""

from bot.flows.context import FlowContext
from bot.model.events import ButtonPress
from bot.model.replies import CallbackReplies, InlineVoice, SendVoice, SetLanguage, Toast
from content.model import Clause
from content.screens.frame import hide_button
from content.screens.listening import ListenRequest, caption_of, from_listen_data, recording_of
from content.screens.reader import Reader


def press(event: ButtonPress, context: FlowContext) -> CallbackReplies | None:
    """Answer a press in a private chat that asks for a recording, by sending it with a button that deletes it.

    Return None for any other button, and for a recording that the campaign no longer has.

    In inline queries, the bot offers everybody the recordings that admins have requested. It does not offer
    recordings that only other people have requested: everybody could see that somebody has listened to them.
    """
    target = from_listen_data(event.data) if event.is_private else None
    if target is None:
        return None
    request, lang = target
    is_known = lang in context.reader.campaign.languages
    reader = context.reader.speaking_if_known(lang)
    recording = recording_of(reader, request)
    if recording is None:
        return None
    remember = (SetLanguage(lang),) if is_known else ()
    caption = caption_of(reader, request).with_rows(((hide_button(reader),),))
    is_offered = bool(context.permissions)
    return (Toast(), *remember, SendVoice(recording, caption, reader.say("listen.gone"), is_offered))


def inline_voice(clause: Clause, reader: Reader) -> InlineVoice | None:
    """Return the inline result for the recording of `clause`; None if there is no recording."""
    request = ListenRequest(clause.id)
    recording = recording_of(reader, request)
    if recording is None:
        return None
    title = reader.say("listen.card", clause=reader.clause_label(clause))
    return InlineVoice(f"voice.{clause.id}.{reader.lang}", title, recording, caption_of(reader, request))
