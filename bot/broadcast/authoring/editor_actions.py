"""Decide what a button press or a message changes in a draft, and which replies follow. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import TypeVar

from bot.broadcast.authoring import editor_screens, text_input
from bot.broadcast.authoring.draft import Draft, Source, Stage, content_code, empty_draft
from bot.broadcast.authoring.draft_text import MAX_QUOTE
from bot.broadcast.authoring.message_import import ImportedMessage, RefusedMessage
from bot.broadcast.authoring.text_input import InvalidLine
from bot.broadcast.authoring.timing import typed_time
from bot.broadcast.authoring.timing.time_choices import chosen_time
from bot.broadcast.authoring.timing.typed_time import TimeError
from bot.model.announcement import Piece
from bot.model.audience import EVERYONE, Audience
from bot.model.replies import EditMessage, EditPanel, Replies, SendText, Toast
from content.screens.reader import Reader
from content.screens.screen import CAPTION_LIMIT, TEXT_LIMIT, Screen, Span
from storage.subscriptions.subscriber import ZONES

K = TypeVar("K")


class Task(Enum):
    """Work that the editor does after an action, because it needs subscribers, other admins or the engine."""

    PREVIEW = "preview"
    SEND_SAMPLE = "send_sample"
    CHECK = "check"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class Step:
    """The result of an action. `draft` is the draft after it.

    There are either replies, or a task that gives the replies.
    """

    draft: Draft
    replies: Replies = ()
    task: Task | None = None


@dataclass(frozen=True, slots=True)
class Discarded:
    """The result when an admin discards the draft."""

    replies: Replies


_TASKS = {"show": Task.PREVIEW, "try": Task.SEND_SAMPLE, "check": Task.CHECK}


def press(action: str, draft: Draft, reader: Reader, now: float) -> Step | Discarded:
    """Return the result of pressing a button at `now`, in Unix time. An unknown action changes nothing.

    `action` is the button's action without PREFIX.
    """
    match action.split("."):
        case ["drop"]:
            return _turn(draft, editor_screens.discard(reader))
        case ["another"]:
            return _turn(draft, editor_screens.discard(reader, "anew"))
        case ["anew"]:
            return _turn_to_main(empty_draft(reader), reader)
        case ["dropped"]:
            screen = Screen((Span(reader.say("broadcast.dropped")),))
            return Discarded((Toast(), EditMessage(screen)))
        case ["stop"] if draft.stage in (Stage.ASKED, Stage.DELAYED):
            after, headline = draft.edited(), reader.say("broadcast.cancelled")
            return Step(after, (Toast(headline), EditMessage(editor_screens.main(reader, after, headline))))
        case ["send", code] if draft.pieces:
            # If the announcement has changed since the check page showed it, the page is shown again.
            task = Task.SEND if code == content_code(draft) else Task.CHECK
            return Step(replace(draft, awaiting=""), task=task)
        case [name] if name in _TASKS and draft.pieces:
            return Step(replace(draft, awaiting=""), task=_TASKS[name])
        case _:
            return _press_on_screen(action, draft, reader, now)


def _press_on_screen(action: str, draft: Draft, reader: Reader, now: float) -> Step:
    step = _press_for_content(action, draft, reader) or _press_for_delivery(action, draft, reader, now)
    if step is None:
        main = editor_screens.main(reader, draft)
        return Step(draft, (Toast(reader.say("toast.old_button")), EditMessage(main)))
    return step


def _press_for_content(action: str, draft: Draft, reader: Reader) -> Step | None:
    """Return the result of pressing a button for texts and links; None for any other button."""
    languages = draft.languages(reader.campaign.languages)
    match action.split("."):
        case ["main"]:
            return _turn_to_main(replace(draft, awaiting=""), reader)
        case ["text", language] if language in languages:
            after = replace(draft, awaiting=f"text.{language}")
            return _turn(after, editor_screens.text(reader, after, language))
        case ["links", language] if language in languages:
            after = replace(draft, awaiting=f"links.{language}")
            return _turn(after, editor_screens.links(reader, after, language))
        case ["cut", language] if language in draft.pieces:
            return _turn_to_main(draft.without_language(language), reader)
        case ["unlink", language] if language in draft.links:
            after = draft.edited(links={name: links for name, links in draft.links.items() if name != language})
            return _turn(after, editor_screens.links(reader, after, language))
        case ["first", language] if language in draft.pieces:
            return _turn_to_main(draft.edited(default_language=language), reader)
        case _:
            return None


def _press_for_delivery(action: str, draft: Draft, reader: Reader, now: float) -> Step | None:
    """Return the result of pressing a button for time and audience; None for any other button."""
    match action.split("."):
        case ["when"]:
            after = replace(draft, awaiting="time")
            return _turn(after, editor_screens.sending_time(reader, after, now))
        case ["at", *_] if at := chosen_time(action, ZONES[draft.zone], now):
            if at <= now:
                headline = reader.say("broadcast.moment_past")
                return _turn(draft, editor_screens.sending_time(reader, draft, now, headline))
            return _turn_to_main(draft.edited(send_at=at, awaiting=""), reader)
        case ["now"]:
            return _turn_to_main(draft.edited(send_at=None, awaiting=""), reader)
        case ["zones"]:
            return _turn(draft, editor_screens.zones(reader, draft))
        case ["zone", index] if index.isdecimal() and int(index) < len(ZONES):
            # A time that was typed belongs to the zone that was shown.
            after = draft.edited(zone=int(index), send_at=None, awaiting="time")
            return _turn(after, editor_screens.sending_time(reader, after, now))
        case ["whom"]:
            return _turn(draft, editor_screens.audience(reader, draft))
        case ["everyone" | "topic" | "reads", *_]:
            after = draft.edited(audience=_audience(action, draft.audience, reader))
            return _turn(after, editor_screens.audience(reader, after))
        case _:
            return None


def _turn(draft: Draft, screen: Screen) -> Step:
    """Return a step that shows `screen` in place of the screen whose button was pressed."""
    return Step(draft, (Toast(), EditMessage(screen)))


def _turn_to_main(draft: Draft, reader: Reader) -> Step:
    return _turn(draft, editor_screens.main(reader, draft))


def _audience(action: str, chosen: Audience, reader: Reader) -> Audience:
    """Return the audience after an admin's choice; unknown topics and languages change nothing."""
    topics = {topic.number for topic in reader.campaign.topics}
    languages = {str(language) for language in reader.campaign.languages}
    match action.split("."):
        case ["everyone"]:
            return EVERYONE
        case ["topic", number, on] if number.isdecimal() and int(number) in topics:
            return replace(chosen, topics=_toggled(chosen.topics, int(number), is_on=on == "1"))
        case ["reads", language, on] if language in languages:
            return replace(chosen, languages=_toggled(chosen.languages, language, is_on=on == "1"))
        case _:
            return chosen


def _toggled(chosen: frozenset[K] | None, item: K, *, is_on: bool) -> frozenset[K] | None:
    """Return `chosen` with or without `item`. If nothing is left, return None, which stands for all."""
    items = chosen or frozenset()
    return (items | {item} if is_on else items - {item}) or None


def receive(
    message: ImportedMessage | RefusedMessage, source: Source, draft: Draft, reader: Reader, now: float
) -> Step:
    """Return the result of a message that fills the awaited part of a draft.

    `source` identifies the message, so that later edits of it are recognized.
    """
    step = _fill_part(message, draft, reader, now)
    if step.draft.awaiting:
        return step  # the message did not fit, and the replies say why
    lost = [str(lost) for lost in message.lost] if isinstance(message, ImportedMessage) else []
    after = step.draft.with_source(replace(source, lost=tuple(lost)), draft.awaiting)
    headline = "\n".join(_notes(message, draft.awaiting, reader))
    return Step(after, (SendText(editor_screens.main(reader, after, headline)),))


def receive_edit(
    message: ImportedMessage | RefusedMessage, part: str, draft: Draft, reader: Reader, now: float
) -> Step:
    """Return the result when an admin edits the message that filled `part`. A change voids every approval.

    Telegram also reports edits that change nothing of what is sent on. They leave the draft unchanged.
    """
    source = draft.sources[part]
    if source.is_cut:
        return receive_rest(source, part, draft, reader)
    step = receive(message, source, replace(draft, awaiting=part), reader, now)
    if step.draft.awaiting:
        return Step(draft.edited(awaiting=part), step.replies)
    if _sent_content(draft, part) == _sent_content(step.draft, part):
        return Step(draft)
    headline = "\n".join([reader.say("broadcast.corrected"), *_notes(message, part, reader)])
    return Step(step.draft, (SendText(editor_screens.main(reader, step.draft, headline)),))


def _sent_content(draft: Draft, part: str) -> tuple[object, ...]:
    return draft.pieces, draft.links, draft.send_at, draft.sources[part].lost


def receive_rest(source: Source, part: str, draft: Draft, reader: Reader) -> Step:
    """Return the result of a message that continues the text in `part`.

    The two together are too long to be sent, so the draft awaits another text for `part`.
    """
    language = part.partition(".")[2]
    limit = CAPTION_LIMIT if draft.pieces[language].media else TEXT_LIMIT
    after = draft.edited(awaiting=part).with_source(replace(source, is_cut=True), part)
    headline = reader.say("broadcast.cut", number=limit)
    return Step(after, (SendText(editor_screens.text(reader, after, language, headline)),))


def _notes(message: ImportedMessage | RefusedMessage, part: str, reader: Reader) -> Iterator[str]:
    """Yield sentences for the admin, one on each thing in a text message that will not be sent on.

    There are none for messages with links or times, of which only the typed text is used.
    """
    kind, _, language = part.partition(".")
    if kind != "text" or isinstance(message, RefusedMessage):
        return
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
    if draft.edited_broadcast and before:
        if before.media is not piece.media:
            return refuse(reader.say("broadcast.no_other_media"))
        # Once sent, only the words can be changed: the file and its cover stay.
        piece = replace(piece, file_id=before.file_id, spoiler=before.spoiler)
        piece = replace(piece, cover=before.cover, starts_at=before.starts_at)
    return Step(draft.with_piece(language, piece))


def _fill_links(text: str, language: str, draft: Draft, reader: Reader) -> Step:
    links = text_input.parse_links(text)
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
    """Return a step that shows the panel again, with a headline that says why the message did not fit."""
    return Step(draft, (EditPanel(screen(headline)),))
