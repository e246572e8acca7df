"""Decide how an admin's message changes the draft, and which replies follow. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from bot.broadcast.authoring import editor_screens
from bot.broadcast.authoring.draft import Draft, Source, changes_only_time
from bot.broadcast.authoring.draft_text import MAX_QUOTE
from bot.broadcast.authoring.editor_actions import Step, Task
from bot.broadcast.authoring.incoming import text_input
from bot.broadcast.authoring.incoming.message_import import ImportedMessage, RefusedMessage
from bot.broadcast.authoring.incoming.text_input import InvalidLine
from bot.broadcast.authoring.timing import typed_time
from bot.broadcast.authoring.timing.typed_time import TimeError
from bot.model.announcement import Piece
from bot.model.replies import EditPanel, SendText
from content.screens.reader import Reader
from content.screens.screen import CAPTION_LIMIT, TEXT_LIMIT, Screen
from storage.subscriptions.subscriber import ZONES


def receive(
    message: ImportedMessage | RefusedMessage, source: Source, draft: Draft, reader: Reader, now: float
) -> Step:
    """Fill the awaited part of the draft with an admin's message; return the changed draft and the replies.

    `source` describes the message. It is stored, so that later edits of the message change the same part.
    """
    step = _fill_part(message, draft, reader, now)
    if step.draft.awaiting:
        return step  # the message did not fit, and the replies say why
    lost = [str(lost) for lost in message.lost] if isinstance(message, ImportedMessage) else []
    after = step.draft.with_source(replace(source, lost=tuple(lost)), draft.awaiting)
    if draft.awaiting == "time" and changes_only_time(after):
        return Step(after, task=Task.CHECK)
    headline = "\n".join(_notes(message, draft.awaiting, step.draft, reader))
    return Step(after, (SendText(editor_screens.main(reader, after, headline)),))


def receive_edit(
    message: ImportedMessage | RefusedMessage, part: str, draft: Draft, reader: Reader, now: float
) -> Step:
    """Apply an admin's edit of the message from which `part` was made; return the changed draft and the replies.

    A change cancels any request to send the draft. If Telegram reports an edit, but the content that the bot sends is
    still the same, the draft stays unchanged.
    """
    source = draft.sources[part]
    if source.is_cut:
        return receive_rest(source, part, draft, reader)
    step = receive(message, source, replace(draft, awaiting=part), reader, now)
    if step.draft.awaiting:
        return Step(draft.edited(awaiting=part), step.replies)
    if _sent_content(draft, part) == _sent_content(step.draft, part):
        return Step(draft)
    headline = "\n".join([reader.say("broadcast.corrected"), *_notes(message, part, step.draft, reader)])
    return Step(step.draft, (SendText(editor_screens.main(reader, step.draft, headline)),))


def _sent_content(draft: Draft, part: str) -> tuple[object, ...]:
    return draft.pieces, draft.links, draft.send_at, draft.sources[part].lost


def receive_rest(source: Source, part: str, draft: Draft, reader: Reader) -> Step:
    """Ask the admin for another text, because the text in `part` of the draft is too long for one message.

    The admin's app has split the text. `source` describes the message with the rest of the text, which is not used.
    """
    language = part.partition(".")[2]
    limit = CAPTION_LIMIT if draft.pieces[language].media else TEXT_LIMIT
    after = draft.edited(awaiting=part).with_source(replace(source, is_cut=True), part)
    headline = reader.say("broadcast.cut", number=limit)
    return Step(after, (SendText(editor_screens.text(reader, after, language, headline)),))


def _notes(message: ImportedMessage | RefusedMessage, part: str, draft: Draft, reader: Reader) -> Iterator[str]:
    """Yield sentences that tell an admin how the bot uses their message as the text of an announcement.

    For example, the text becomes the caption of the present picture, or the bot does not send the origin of a
    forwarded message. `part` is the part of the draft that the message fills. If the admin was asked for links or a
    time, yield nothing, because then only the words of the message matter.
    """
    kind, _, language = part.partition(".")
    if kind != "text" or isinstance(message, RefusedMessage):
        return
    if message.piece.media is None and draft.pieces[language].media:
        yield reader.say("broadcast.new_caption")
    if message.is_forwarded:
        yield reader.say("broadcast.forwarded")
    for lost in message.lost:
        yield reader.say(f"lint.lost_{lost}", language=reader.language_name(language))


def _fill_part(message: ImportedMessage | RefusedMessage, draft: Draft, reader: Reader, now: float) -> Step:
    match draft.awaiting.split("."):
        case ["text", language]:
            return _fill_text(message, language, draft, reader)
        case ["links", language]:
            return _fill_links(_typed_text(message), language, draft, reader)
        case _:
            return _fill_time(_typed_text(message), draft, reader, now)


def _typed_text(message: ImportedMessage | RefusedMessage) -> str:
    match message:
        case ImportedMessage(piece=Piece(media=None, text=text)):
            return text
        case _:
            return ""


def _fill_text(message: ImportedMessage | RefusedMessage, language: str, draft: Draft, reader: Reader) -> Step:
    refuse = partial(_refuse, draft, partial(editor_screens.text, reader, draft, language))
    if isinstance(message, RefusedMessage):
        return refuse(reader.say(f"broadcast.no_{message.reason}"))
    before, piece = draft.pieces.get(language), message.piece
    if before and before.media and piece.media is None:  # a new caption; the picture or file stays
        return Step(draft.with_piece(language, replace(before, text=piece.text, entities=piece.entities)))
    if draft.edited_broadcast and before:
        if before.media is not piece.media:
            return refuse(reader.say("broadcast.no_other_media"))
        # Once sent, only the words can be changed: the file and its cover stay.
        piece = replace(piece, file_id=before.file_id, spoiler=before.spoiler)
        piece = replace(piece, cover=before.cover, starts_at=before.starts_at)
    return Step(draft.with_piece(language, piece))


def _fill_links(text: str, language: str, draft: Draft, reader: Reader) -> Step:
    links = text_input.parse_links(text, editor_screens.other_links(draft, language))
    if isinstance(links, InvalidLine) or not links:
        line = links.line[:MAX_QUOTE] if isinstance(links, InvalidLine) else ""
        screen = partial(editor_screens.links, reader, draft, language)
        return _refuse(draft, screen, reader.say("broadcast.no_link", line=line))
    return Step(draft.edited(links={**draft.links, language: links}, awaiting=""))


def _fill_time(text: str, draft: Draft, reader: Reader, now: float) -> Step:
    languages = [reader.book.language, *reader.campaign.languages.values()]
    send_at = typed_time.parse_time(text, ZONES[draft.zone], now, languages)
    if isinstance(send_at, TimeError):
        screen = partial(editor_screens.sending_time, reader, draft, now)
        values = {"text": text[:MAX_QUOTE]} if send_at is TimeError.FORMAT else {}
        return _refuse(draft, screen, reader.say(f"broadcast.moment_{send_at.value}", **values))
    return Step(draft.edited(send_at=send_at, awaiting=""))


def _refuse(draft: Draft, screen: Callable[[str], Screen], headline: str) -> Step:
    """Return the Step for a message that cannot be used: it keeps `draft`, and shows `screen(headline)`.

    `headline` says why the message cannot be used. `screen` returns the screen that asks for the message again.
    """
    return Step(draft, (EditPanel(screen(headline)),))
