"""Reading the declaration: commands, clause numbers, deep links and read-only buttons, each to its screen."""

from dataclasses import replace

from bot.flows.answering import no_such_clause
from bot.model.events import ButtonPress, ParsedCommand, TextMessage
from bot.model.replies import EditMessage, Replies, Reply, SendText, SetLanguage, Toast
from content.model import Campaign, ClauseId, Lang
from content.screens import declaration
from content.screens.declaration import Reader
from content.screens.navigation import (
    AtClause,
    Contents,
    Demands,
    LanguageChosen,
    Languages,
    Place,
    Topics,
    from_data,
    from_link,
)
from content.screens.screen import CopyButton, Screen, Span, Style
from content.search.clause_references import ClauseReference, ReferenceFinder

COMMANDS = ("start", "declaration", "clause", "topics", "demands", "language", "privacy", "help")
_PLACES: dict[str, Place] = {
    "declaration": Contents(),
    "topics": Topics(),
    "demands": Demands(),
    "language": Languages(),
}


def commanded(event: TextMessage, command: ParsedCommand, reader: Reader, references: ReferenceFinder) -> Replies:
    """What to answer to one of COMMANDS, or to a command that there is not."""
    match command.name:
        case "start":
            return _started(command.rest, event.is_private, reader)
        case "clause":
            named = references.find(command.rest, reader.campaign)
            return (SendText(_named(named, reader) if named else _which(reader)),)
        case "help":
            return (SendText(_help(reader)),)
        case "privacy":
            if not event.is_private:
                return (SendText(_plain(reader.say("group.private_only"))),)
            return (SendText(_privacy(event, reader)),)
        case _ if command.name in _PLACES:
            return (SendText(_shown(_PLACES[command.name], reader)),)
        case _:
            return (SendText(_notice(reader, "answer.unknown_command")),) if event.is_private else ()


def _started(payload: str, private: bool, reader: Reader) -> Replies:
    """/start, alone or with a deep link. A link to nothing we know opens the first screen."""
    match from_link(payload):
        case LanguageChosen(lang) if lang in reader.campaign.languages:
            remember: tuple[Reply, ...] = (SetLanguage(lang),) if private else ()
            return (*remember, SendText(declaration.start(Reader(reader.campaign, lang))))
        case None | LanguageChosen():
            return (SendText(declaration.start(reader)),)
        case place:
            return (SendText(declaration.show(reader, place) or declaration.start(reader)),)


def _named(named: ClauseReference, reader: Reader) -> Screen:
    if named.clause:
        return _shown(AtClause(named.clause), reader)
    assert named.number is not None
    return no_such_clause(named.number, reader)


def _shown(place: Place, reader: Reader) -> Screen:
    return declaration.show(reader, place) or declaration.start(reader)


def _bounds(campaign: Campaign) -> dict[str, int]:
    return {"first": 1, "last": campaign.numbered_clause_count}


def _which(reader: Reader) -> Screen:
    return _notice(reader, "answer.which_clause", example=_example(reader), **_bounds(reader.campaign))


def _example(reader: Reader) -> int:
    return min(4, reader.campaign.numbered_clause_count)


def _plain(text: str) -> Screen:
    return Screen((Span(text),))


def _notice(reader: Reader, key: str, **values: str | int) -> Screen:
    """One sentence, and the ways on."""
    return _plain(reader.say(key, **values)).with_rows(declaration.home_rows(reader))


def _help(reader: Reader) -> Screen:
    example = _example(reader)
    text = reader.say("help.text", example=str(example), example_plain=str(example))
    title = Span(reader.say("help.title") + "\n\n", Style.BOLD)
    source = Span(f"\n\n{reader.campaign.source[reader.lang]}", Style.ITALIC)
    return Screen((title, Span(text), source), declaration.home_rows(reader))


def _privacy(event: TextMessage, reader: Reader) -> Screen:
    """The promises, and the person's own number: this is how an operator learns what ADMIN_IDS needs."""
    number = str(event.sender.id)
    return Screen(
        (
            Span(reader.say("privacy.title") + "\n\n", Style.BOLD),
            Span(reader.say("privacy.text") + "\n\n" + reader.say("privacy.number") + "\n"),
            Span(number, Style.CODE),
        ),
        ((CopyButton(reader.say("button.copy_number"), number),),),
    )


def not_text(reader: Reader) -> Replies:
    """One polite sentence for a photo, a voice message, a sticker, ..."""
    return (SendText(_notice(reader, "answer.not_text", **_bounds(reader.campaign))),)


def slow_down(reader: Reader) -> Replies:
    return (SendText(_plain(reader.say("answer.slow_down"))),)


def slow_down_toast(reader: Reader) -> Replies:
    return (Toast(reader.say("answer.slow_down")),)


def reader_of(data: str, reader: Reader) -> Reader:
    """The reader in the language that a button carries, which outlives our memory of them."""
    found = from_data(data)
    if found and found[1] in reader.campaign.languages:
        return Reader(reader.campaign, found[1])
    return reader


def pressed(event: ButtonPress, reader: Reader) -> Replies:
    """What to do about a read-only button. Unknown ones say so and open the first screen.

    One in a language that the campaign has no more opens its place in the language of `reader`.
    """
    found = _found(event.data, reader.campaign)
    screen = _pressed_screen(found, reader) if found else None
    if found is None or screen is None:
        return (Toast(reader.say("toast.old_button")), EditMessage(_old(reader)))
    place, lang = found
    remember: tuple[Reply, ...] = (
        (SetLanguage(lang),) if event.is_private and lang in reader.campaign.languages else ()
    )
    match place:
        case LanguageChosen(chosen):
            remember = (SetLanguage(chosen),) if event.is_private else ()
            return (Toast(Reader(reader.campaign, chosen).say("toast.language")), *remember, EditMessage(screen))
        case AtClause() if changed(place, reader):
            return (Toast(reader.say("toast.changed")), *remember, EditMessage(screen))
        case _:
            return (Toast(), *remember, EditMessage(screen))


def _found(data: str, campaign: Campaign) -> tuple[Place, Lang] | None:
    found = from_data(data)
    match found:
        case (AtClause(in_original=False) as place, lang) if lang not in campaign.languages:
            return replace(place, text_hash=""), lang  # of a text that there is no more
        case _:
            return found


def _pressed_screen(found: tuple[Place, Lang], reader: Reader) -> Screen | None:
    place, _ = found
    match place:
        case LanguageChosen(chosen) if chosen not in reader.campaign.languages:
            return None
        case LanguageChosen(chosen):
            return declaration.start(Reader(reader.campaign, chosen))
        case AtClause(clause_id, _, in_original) if changed(place, reader):
            clause = reader.campaign.clause_by_id[clause_id]
            notice = reader.say("answer.changed")
            return declaration.clause(reader, clause, in_original=in_original, notice=notice)
        case _:
            return declaration.show(reader, place)


def changed(place: AtClause, reader: Reader) -> bool:
    """Whether the clause's text is another one than when the button was made."""
    clause = reader.campaign.clause_by_id.get(ClauseId(place.clause))
    shown = reader.campaign.original if place.in_original else reader.lang
    return bool(clause and place.text_hash and clause.text_hash(shown) != place.text_hash)


def _old(reader: Reader) -> Screen:
    first = declaration.start(reader)
    return Screen((Span(reader.say("answer.old_button") + "\n\n", Style.ITALIC), *first.spans), first.rows)
