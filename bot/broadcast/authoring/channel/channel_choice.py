"""Handle the buttons with which an admin chooses in which languages an announcement is posted in the channel."""

from collections.abc import Sequence
from dataclasses import replace

from bot.broadcast.authoring import editor_screens
from bot.broadcast.authoring.channel import channel_page
from bot.broadcast.authoring.draft import Draft
from bot.broadcast.authoring.editor_actions import Step
from bot.channel import channel_screens
from bot.channel.channel_access import ChannelAccess
from bot.channel.channel_store import Channel
from bot.model.announcement import ChannelPlan
from bot.model.replies import EditMessage, Toast
from content.screens.reader import Reader


class ChannelChoice:
    """Handle presses on the screen of the editor on which an admin chooses the posts in the channel."""

    def __init__(self, access: ChannelAccess) -> None:
        self._access = access

    async def press(self, choice: Sequence[str], draft: Draft, reader: Reader) -> Step:
        """Return the draft and the screen after a press.

        `choice` is (LANGUAGE, "1") to add a post, or (LANGUAGE, "0") to remove it. Anything else only opens the
        screen. If the bot cannot post in the channel now, the screen says so.
        """
        if draft.edited_broadcast:  # the posts of a broadcast cannot be chosen again
            main = editor_screens.main(reader, draft)
            return Step(draft, (Toast(reader.say("toast.old_button")), EditMessage(main)))
        channel = self._access.current
        after = replace(draft, awaiting="")
        if channel and len(choice) == 2:
            after = toggled(after, channel, choice[0], is_on=choice[1] == "1", reader=reader)
        problem = await self._access.problem()
        return Step(after, (Toast(), EditMessage(channel_page.screen(reader, after, channel, problem))))


def toggled(draft: Draft, channel: Channel, language: str, *, is_on: bool, reader: Reader) -> Draft:
    """Return the draft with a channel post in `language` if `is_on`, otherwise without this post.

    Posts are in the order of the campaign's languages.
    """
    chosen = set(channel_page.chosen_languages(draft, channel))
    chosen = chosen | {language} if is_on else chosen - {language}
    languages = tuple(code for code in draft.languages(reader.campaign.languages) if code in chosen)
    name = channel_screens.shown_name(channel.title, channel.username)
    plan = ChannelPlan(channel.tag, languages) if languages else None
    return draft.edited(channel=plan, channel_name=name if plan else "", awaiting="")
