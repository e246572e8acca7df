"""Writing an announcement: what a button or a message makes of the draft, and what is to be done besides. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

from bot.broadcast.authoring import editor_screens, text_input
from bot.broadcast.authoring.draft import Draft, Source, Stage, state
from bot.broadcast.authoring.draft_text import SPACE, language_name
from bot.broadcast.authoring.message_import import Captured, NoPiece
from bot.model.audience import Audience
from bot.model.replies import EditMessage, Replies, SendText, Toast
from content.screens.reader import Reader
from content.screens.screen import CAPTION_LIMIT, TEXT_LIMIT, Screen, Span
from storage.subscriptions.subscriber import ZONES

K = TypeVar("K")
PREFIX = "b."  # of every action here


class Deed(Enum):
    """What only the desk can do: it takes the list, the other admins, or the engine."""

    PREVIEW = "preview"
    TRY = "try"
    CHECK = "check"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class Step:
    """The draft after it (None: gone), what is said, and the deed that comes in the place of saying something."""

    draft: Draft | None
    replies: Replies = ()
    deed: Deed | None = None


_DEEDS = {"show": Deed.PREVIEW, "try": Deed.TRY, "check": Deed.CHECK}


def acted(action: str, draft: Draft, reader: Reader) -> Step:
    """`action` without its prefix."""
    languages = draft.languages(reader.campaign.languages)
    match action.split("."):
        case ["main"]:
            return _turned(replace(draft, waits=""), lambda one: editor_screens.main(reader, one))
        case ["text", lang] if lang in languages:
            return _turned(replace(draft, waits=f"text.{lang}"), lambda one: editor_screens.text(reader, one, lang))
        case ["links", lang] if lang in languages:
            return _turned(replace(draft, waits=f"links.{lang}"), lambda one: editor_screens.links(reader, one, lang))
        case ["cut", lang] if lang in draft.pieces:
            return _turned(draft.without(lang), lambda one: editor_screens.main(reader, one))
        case ["unlink", lang] if lang in draft.links:
            left = {name: some for name, some in draft.links.items() if name != lang}
            return _turned(draft.edited(links=left), lambda one: editor_screens.links(reader, one, lang))
        case ["first", lang] if lang in draft.pieces:
            return _turned(draft.edited(default=lang), lambda one: editor_screens.main(reader, one))
        case ["when"]:
            return _turned(replace(draft, waits="time"), lambda one: editor_screens.when(reader, one))
        case ["now"]:
            return _turned(draft.edited(at=None, waits=""), lambda one: editor_screens.main(reader, one))
        case ["zones"]:
            return _turned(draft, lambda one: editor_screens.zones(reader, one))
        case ["zone", number] if number.isdecimal() and int(number) < len(ZONES):
            # An hour that was typed belongs to the zone that was shown.
            after = draft.edited(zone=int(number), at=None, waits="time")
            return _turned(after, lambda one: editor_screens.when(reader, one))
        case ["whom"]:
            return _turned(draft, lambda one: editor_screens.whom(reader, one))
        case ["everyone" | "topic" | "reads", *_]:
            return _turned(draft.edited(audience=_audience(action, draft.audience, reader)),
                           lambda one: editor_screens.whom(reader, one))  # fmt: skip
        case ["drop"]:
            return _turned(draft, lambda one: editor_screens.drop(reader))
        case ["dropped"]:
            return Step(None, (Toast(), EditMessage(Screen((Span(reader.say("broadcast.dropped")),)))))
        case ["stop"] if draft.stage in (Stage.ASKED, Stage.DELAYED):
            after = draft.edited()
            said = reader.say("broadcast.cancelled")
            return Step(after, (Toast(said), EditMessage(editor_screens.main(reader, after, said))))
        case ["send", shown] if draft.pieces:
            # An announcement that changed since it was shown on the check page is shown there again.
            return Step(replace(draft, waits=""), deed=Deed.SEND if shown == state(draft) else Deed.CHECK)
        case [one] if one in _DEEDS and draft.pieces:
            return Step(replace(draft, waits=""), deed=_DEEDS[one])
        case _:
            return Step(
                draft, (Toast(reader.say("toast.old_button")), EditMessage(editor_screens.main(reader, draft)))
            )


def _turned(draft: Draft, screen: Callable[[Draft], Screen]) -> Step:
    return Step(draft, (Toast(), EditMessage(screen(draft))))


def _audience(action: str, chosen: Audience, reader: Reader) -> Audience:
    """None chosen is everyone. What there is not changes nothing."""
    topics = {topic.number for topic in reader.campaign.topics}
    languages = {str(lang) for lang in reader.campaign.languages}
    match action.split("."):
        case ["everyone"]:
            return Audience()
        case ["topic", number, on] if number.isdecimal() and int(number) in topics:
            return replace(chosen, topics=_with(chosen.topics, int(number), on == "1"))
        case ["reads", lang, on] if lang in languages:
            return replace(chosen, languages=_with(chosen.languages, lang, on == "1"))
        case _:
            return chosen


def _with(chosen: frozenset[K] | None, one: K, on: bool) -> frozenset[K] | None:
    some = (chosen or frozenset()) | {one} if on else (chosen or frozenset()) - {one}
    return some or None


def received(message: Captured | NoPiece, source: Source, draft: Draft, reader: Reader, now: float) -> Step:
    """What the admin's message makes of a draft that waits for one."""
    step = _taken(message, draft, reader, now)
    if step.draft is None or step.draft.waits:
        return step  # it was not taken
    lost = [str(one) for one in message.lost] if isinstance(message, Captured) else []
    return _said(replace(source, lost=tuple(lost)), draft.waits, message, step.draft, reader)


def corrected(message: Captured | NoPiece, part: str, draft: Draft, reader: Reader, now: float) -> Step:
    """What an edit of the message that made `part` of the draft makes of it. Whatever was agreed on is void.

    Telegram also reports edits that change nothing of what is sent on: those change nothing here.
    """
    source = draft.sources[part]
    if source.is_cut:
        return cut(source, part, draft, reader)
    step = received(message, source, replace(draft, waits=part), reader, now)
    if step.draft is None or step.draft.waits:
        return Step(draft.edited(waits=part), step.replies)
    before = draft.pieces, draft.links, draft.at, source.lost
    if before == (step.draft.pieces, step.draft.links, step.draft.at, step.draft.sources[part].lost):
        return Step(draft)
    said = "\n".join([reader.say("broadcast.corrected"), *_notes(message, part, reader)])
    return Step(step.draft, (SendText(editor_screens.main(reader, step.draft, said)),))


def cut(source: Source, part: str, draft: Draft, reader: Reader) -> Step:
    """The message that made `part` was only the beginning of a text: it cannot be sent, and another is awaited."""
    lang = part.partition(".")[2]
    limit = CAPTION_LIMIT if draft.pieces[lang].media else TEXT_LIMIT
    after = draft.edited(waits=part).made_from(replace(source, is_cut=True), part)
    return Step(
        after, (SendText(editor_screens.text(reader, after, lang, reader.say("broadcast.cut", number=limit))),)
    )


def _said(source: Source, part: str, message: Captured | NoPiece, draft: Draft, reader: Reader) -> Step:
    after = draft.made_from(source, part)
    return Step(after, (SendText(editor_screens.main(reader, after, "\n".join(_notes(message, part, reader)))),))


def _notes(message: Captured | NoPiece, part: str, reader: Reader) -> Iterator[str]:
    """What of the message is not sent on; of links and hours only what was typed is read anyway."""
    kind, _, lang = part.partition(".")
    if kind != "text" or isinstance(message, NoPiece):
        return
    if message.forwarded:
        yield reader.say("broadcast.forwarded")
    for one in message.lost:
        yield reader.say(f"lint.lost_{one}", language=language_name(reader, lang))


def _taken(message: Captured | NoPiece, draft: Draft, reader: Reader, now: float) -> Step:
    match draft.waits.split("."):
        case ["text", lang]:
            return _text(message, lang, draft, reader)
        case ["links", lang]:
            return _links(_plain(message), lang, draft, reader)
        case _:
            return _moment(_plain(message), draft, reader, now)


def _plain(message: Captured | NoPiece) -> str:
    return message.piece.text if isinstance(message, Captured) and message.piece.media is None else ""


def _text(message: Captured | NoPiece, lang: str, draft: Draft, reader: Reader) -> Step:
    if isinstance(message, NoPiece):
        return Step(
            draft, (SendText(editor_screens.text(reader, draft, lang, reader.say(f"broadcast.no_{message.why}"))),)
        )
    before, piece = draft.pieces.get(lang), message.piece
    if draft.edits and before:
        if before.media is not piece.media:
            return Step(
                draft, (SendText(editor_screens.text(reader, draft, lang, reader.say("broadcast.no_other_media"))),)
            )
        # What stands above the words cannot be changed any more, nor can its cover.
        piece = replace(piece, file_id=before.file_id, spoiler=before.spoiler)
        piece = replace(piece, cover=before.cover, starts_at=before.starts_at)
    return Step(draft.written(lang, piece))


def _links(text: str, lang: str, draft: Draft, reader: Reader) -> Step:
    found = text_input.links(text)
    if isinstance(found, str) or not found:
        said = reader.say("broadcast.no_link", line=str(found or "")[:SPACE])
        return Step(draft, (SendText(editor_screens.links(reader, draft, lang, said)),))
    return Step(draft.edited(links={**draft.links, lang: found}, waits=""))


def _moment(text: str, draft: Draft, reader: Reader, now: float) -> Step:
    found = text_input.moment(text, ZONES[draft.zone], now)
    if isinstance(found, text_input.NoMoment):
        return Step(
            draft, (SendText(editor_screens.when(reader, draft, reader.say(f"broadcast.moment_{found.why}"))),)
        )
    return Step(draft.edited(at=found, waits=""))
