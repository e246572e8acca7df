"""Build the screen on which an admin chooses in which languages an announcement is posted in the channel. Pure."""

from bot.broadcast.authoring.draft import Draft
from bot.broadcast.authoring.editor_screens import PREFIX, back_row, titled_screen
from bot.channel.channel_rights import ChannelProblem
from bot.channel.channel_screens import problem_text, shown_name
from bot.channel.channel_store import Channel
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Screen


def chosen_languages(draft: Draft, channel: Channel) -> tuple[str, ...]:
    """Return the languages in which the draft is to be posted in this channel.

    If they were chosen for another channel, return ().
    """
    return draft.channel.languages if draft.channel and draft.channel.tag == channel.tag else ()


def screen(reader: Reader, draft: Draft, channel: Channel | None, problem: ChannelProblem | None) -> Screen:
    """Return the screen with a button for each language that has a text.

    `channel` is the campaign's channel, or None. `problem` says why the bot cannot post in it now; None if it can.
    """
    if channel is None:
        return titled_screen(reader, [reader.say("channel.unnamed")], back_row(reader))
    question = reader.say("channel.choose", name=shown_name(channel.title, channel.username))
    parts = [question, reader.say("channel.everybody"), problem_text(reader, problem) if problem else ""]
    written = [code for code in draft.languages(reader.campaign.languages) if code in draft.pieces]
    rows = [(_language_button(reader, draft, channel, code),) for code in written]
    return titled_screen(reader, parts, *rows, back_row(reader))


def _language_button(reader: Reader, draft: Draft, channel: Channel, language: str) -> ActionButton:
    is_chosen = language in chosen_languages(draft, channel)
    names = {str(code): known.name for code, known in reader.campaign.languages.items()}
    name = names.get(language, language)
    label = reader.say("button.chosen", label=name) if is_chosen else name
    return reader.action_button(label, f"{PREFIX}chan.{language}.{int(not is_chosen)}")
