"""Answer the buttons that play recordings of the declaration, and offer recordings in inline queries."""

from bot.model.events import ButtonPress
from bot.model.replies import CallbackReplies, SendVoice, SetLanguage, Toast, VoiceCard
from content.model import Clause
from content.screens.listening import ListenRequest, caption_of, from_listen_data, recording_of
from content.screens.reader import Reader


def press(event: ButtonPress, reader: Reader) -> CallbackReplies | None:
    """Answer a press in private that asks for a recording; return None for any other button.

    Return None as well for a recording that the campaign no longer has.
    """
    target = from_listen_data(event.data) if event.is_private else None
    if target is None:
        return None
    request, lang = target
    is_known = lang in reader.campaign.languages
    reader = reader.speaking(lang) if is_known else reader
    recording = recording_of(reader, request)
    if recording is None:
        return None
    remember = (SetLanguage(lang),) if is_known else ()
    return (Toast(), *remember, SendVoice(recording, caption_of(reader, request), reader.say("listen.gone")))


def voice_card(clause: Clause, reader: Reader) -> VoiceCard | None:
    """Return the result of an inline query with the recording of `clause`; None if there is no recording."""
    request = ListenRequest(clause.id)
    recording = recording_of(reader, request)
    if recording is None:
        return None
    title = reader.say("listen.card", clause=reader.clause_label(clause))
    return VoiceCard(f"voice.{clause.id}.{reader.lang}", title, recording, caption_of(reader, request))
