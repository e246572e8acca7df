"""Decide how a press of a button of the editor changes the draft, and which replies follow. Pure."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

from bot.broadcast.authoring import editor_screens
from bot.broadcast.authoring.checks import tracking
from bot.broadcast.authoring.draft import Draft, Stage, changes_only_time, content_code, empty_draft
from bot.broadcast.authoring.timing.time_choices import chosen_time
from bot.model.audience import EVERYONE, Audience
from bot.model.replies import EditMessage, Replies, Toast
from content.screens.reader import Reader
from content.screens.screen import Screen, Span
from storage.subscriptions.subscriber import ZONES

K = TypeVar("K")


class Task(Enum):
    """Work that the editor does after a press or a message, because it needs I/O: the database or Telegram."""

    PREVIEW = "preview"
    SEND_SAMPLE = "send_sample"
    CHECK = "check"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class Step:
    """The result of a press or a message: the changed draft, and what the editor does next.

    `replies` are the replies to send. If `task` is not None, the editor performs this task instead, which returns the
    replies.
    """

    draft: Draft
    replies: Replies = ()
    task: Task | None = None


@dataclass(frozen=True, slots=True)
class Discarded:
    """The result of a press with which an admin discards the draft."""

    replies: Replies


_TASKS = {"show": Task.PREVIEW, "try": Task.SEND_SAMPLE, "check": Task.CHECK}


def press(action: str, draft: Draft, reader: Reader, now: float) -> Step | Discarded:
    """Return the changed draft and the replies after a press of a button at `now`, in Unix time.

    `action` is the button's action without PREFIX. An unknown action changes nothing.
    """
    match action.split("."):
        case ["drop"]:
            return _show_step(draft, editor_screens.discard(reader))
        case ["another"]:
            return _show_step(draft, editor_screens.discard(reader, "restart"))
        case ["restart"]:
            return _show_main(empty_draft(reader), reader)
        case ["dropped"]:
            screen = Screen((Span(reader.say("broadcast.dropped")),))
            return Discarded((Toast(), EditMessage(screen)))
        case ["stop"] if draft.stage in (Stage.ASKED, Stage.DELAYED):
            after, headline = draft.edited(), reader.say(f"broadcast.cancelled{draft.key_suffix}")
            return Step(after, (Toast(headline), EditMessage(editor_screens.main(reader, after, headline))))
        case ["send", code] if draft.pieces:
            # If the draft has changed since the check screen was shown, show that screen again.
            task = Task.SEND if code == content_code(draft) else Task.CHECK
            return Step(replace(draft, awaiting=""), task=task)
        case ["clean"] if draft.pieces:
            return Step(_without_tracking(draft), task=Task.CHECK)
        case [name] if name in _TASKS and draft.pieces:
            return Step(replace(draft, awaiting=""), task=_TASKS[name])
        case _:
            return _press_on_screen(action, draft, reader, now)


def _without_tracking(draft: Draft) -> Draft:
    """Return the draft without tracking parameters, such as `utm_source`, in its addresses."""
    return draft.edited(
        pieces={language: tracking.clean_piece(piece) for language, piece in draft.pieces.items()},
        links={language: tracking.clean_links(links) for language, links in draft.links.items()},
        awaiting="",
    )


def _press_on_screen(action: str, draft: Draft, reader: Reader, now: float) -> Step:
    step = _press_for_content(action, draft, reader) or _press_for_delivery(action, draft, reader, now)
    if step is None:
        main = editor_screens.main(reader, draft)
        return Step(draft, (Toast(reader.say("toast.old_button")), EditMessage(main)))
    return step


def _press_for_content(action: str, draft: Draft, reader: Reader) -> Step | None:
    """Return the result of a press of a button for texts, media and links; None for any other button."""
    languages = draft.languages(reader.campaign.languages)
    match action.split("."):
        case ["main"]:
            return _show_main(replace(draft, awaiting=""), reader)
        case ["text", language] if language in languages:
            after = replace(draft, awaiting=f"text.{language}")
            return _show_step(after, editor_screens.text(reader, after, language))
        case ["links", language] if language in languages:
            after = replace(draft, awaiting=f"links.{language}")
            return _show_step(after, editor_screens.links(reader, after, language))
        case ["cut", language] if language in draft.pieces:
            return _show_main(draft.without_language(language), reader)
        case ["unlink", language] if language in draft.links:
            after = draft.edited(links={name: links for name, links in draft.links.items() if name != language})
            return _show_step(after, editor_screens.links(reader, after, language))
        case ["nomedia", language] if language in draft.pieces and not draft.edited_broadcast:
            after = draft.with_piece(language, draft.pieces[language].without_media())
            return _show_main(after, reader)
        case ["share", on] if not draft.edited_broadcast:
            return _show_main(draft.edited(shares_media=on == "1"), reader)
        case ["first", language] if language in draft.pieces:
            return _show_main(draft.edited(default_language=language), reader)
        case _:
            return None


def _press_for_delivery(action: str, draft: Draft, reader: Reader, now: float) -> Step | None:
    """Return the result of a press of a button for time, urgency and audience; None for any other button."""
    if draft.edited_broadcast and draft.scheduled_at is None:
        return None
    match action.split("."):
        case ["when"]:
            after = replace(draft, awaiting="time")
            return _show_step(after, editor_screens.sending_time(reader, after, now))
        case ["at", *_] if at := chosen_time(action, ZONES[draft.zone], now):
            if at <= now:
                headline = reader.say("broadcast.moment_past")
                return _show_step(draft, editor_screens.sending_time(reader, draft, now, headline))
            return _show_time(draft.edited(send_at=at, awaiting=""), reader)
        case ["now"]:
            return _show_time(draft.edited(send_at=None, awaiting=""), reader)
        case ["zones"]:
            return _show_step(draft, editor_screens.zones(reader, draft))
        case ["zone", index] if index.isdecimal() and int(index) < len(ZONES):
            # The chosen time was meant in the zone that was shown before, so drop it.
            after = draft.edited(zone=int(index), send_at=draft.scheduled_at, awaiting="time")
            return _show_step(after, editor_screens.sending_time(reader, after, now))
        case ["urgent", on]:
            return _show_main(draft.edited(urgent=on == "1"), reader)
        case _ if draft.edited_broadcast:
            return None
        case ["whom"]:
            return _show_step(draft, editor_screens.audience(reader, draft))
        case ["everyone" | "topic" | "reads", *_]:
            after = draft.edited(audience=_audience(action, draft.audience, reader))
            return _show_step(after, editor_screens.audience(reader, after))
        case _:
            return None


def _show_step(draft: Draft, screen: Screen) -> Step:
    """Return the Step that stores `draft`, and shows `screen` in the message whose button was pressed."""
    return Step(draft, (Toast(), EditMessage(screen)))


def _show_time(draft: Draft, reader: Reader) -> Step:
    """Return the Step after an admin has chosen a time: it stores `draft`, and shows a screen.

    If the draft changes only the time of a broadcast, it can be sent now, so the screen is the check screen.
    Otherwise, it is the main screen of the editor.
    """
    return Step(draft, task=Task.CHECK) if changes_only_time(draft) else _show_main(draft, reader)


def _show_main(draft: Draft, reader: Reader) -> Step:
    return _show_step(draft, editor_screens.main(reader, draft))


def _audience(action: str, chosen: Audience, reader: Reader) -> Audience:
    """Return the audience after a press of a button: `chosen`, with the change that `action` stands for.

    For example, `topic.3.1` adds topic 3, and `topic.3.0` removes it. Unknown topics and languages change nothing.
    """
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
    """Return the set `chosen` with or without `item`. Return None, which means all, if the set would be empty."""
    items = chosen or frozenset()
    return (items | {item} if is_on else items - {item}) or None
