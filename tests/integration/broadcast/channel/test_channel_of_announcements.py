"""An announcement that is also posted in the channel: named, chosen, approved, posted, edited and withdrawn."""

from pathlib import Path

import pytest

from tests.support.announcement_admins import SEND, new_subscriber, two_admins, wait_until_gone, write_draft
from tests.support.channel_admins import (
    buttons_of,
    choose_languages,
    name_channel,
    posts,
    request_with_channel,
    send_with_channel,
    set_rights,
    texts,
    wait_for_posts,
)


async def test_an_owner_names_the_channel_and_an_announcement_is_posted_edited_and_withdrawn_there(
    tmp_path: Path,
) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        page = await name_channel(admins.writer)
        assert "Campaign channel (@campaign_channel)" in page["text"]
        assert "The bot may post there." in page["text"]
        await admins.other.sees("named a channel for announcements")

        await request_with_channel(admins)
        question = await admins.other.sees("Another admin wants to send the announcement above")
        assert "Also in the channel \u2068Campaign channel (@campaign_channel)\u2069" in question["text"]
        assert texts(admins) == []
        await admins.confirm()
        report = await admins.writer.sees("Sending has ended")
        assert "Channel (English): posted" in report["text"]
        assert "Sent: 1" in report["text"]
        assert "Total: 1" in report["text"]
        assert texts(admins) == ["Tomorrow at noon"]
        assert buttons_of(posts(admins)[0]) == []
        assert "Settings" in buttons_of(await reader.sees("Tomorrow at noon"))

        await admins.writer.press_under("Sending has ended", "Edit")
        await admins.writer.press_under("This changes announcement", "✓ English")
        await admins.writer.sees("Now send what those who read English")
        await admins.writer.say("Tomorrow at one")
        await admins.writer.press_under("This changes announcement", "Review and send")
        await admins.writer.press_under("This changes announcement", SEND)
        changing = await admins.other.sees("wants to replace an announcement")
        assert "Also in our channel: English" in changing["text"]
        await admins.other.press_under("wants to replace an announcement", "Approve")
        await wait_for_posts(admins, "Tomorrow at one")
        stranger = await admins.place.newcomer()
        await stranger.say("/latest")
        await stranger.sees("Tomorrow at one")
        await reader.sees("Tomorrow at one")

        await admins.writer.press_under("Changes in every chat", "Delete for everyone")
        await admins.writer.press_under("Delete announcement no. 1", "Yes")
        await wait_for_posts(admins)
        await wait_until_gone(reader, "Tomorrow at one")
        await admins.writer.sees("Channel (English): deleted")
        assert "no announcement" in (await reader.say("/latest"))["text"]


async def test_a_post_for_each_language_is_made_in_the_order_of_the_campaign(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await name_channel(admins.writer, "https://t.me/campaign_channel")
        await write_draft(admins.writer, "At noon")
        await admins.writer.press_under("When: ", "دری")
        await admins.writer.say("در چاشت")
        await choose_languages(admins.writer, "دری", "English")
        await admins.writer.press_under("When: ", "Review and send")
        await admins.writer.press_under("Recipients", SEND)
        await admins.confirm()
        report = await admins.writer.sees("Sending has ended")

        assert texts(admins) == ["At noon", "در چاشت"]
        assert "Channel (English, Dari): posted" in report["text"]


@pytest.mark.parametrize("is_member", [True, False], ids=["no right", "removed"])
async def test_a_channel_without_rights_stops_nothing_and_the_admins_try_again(
    tmp_path: Path, is_member: bool
) -> None:
    async with two_admins(tmp_path) as admins:
        reader = await new_subscriber(admins.place)
        await name_channel(admins.writer)
        await request_with_channel(admins)
        await set_rights(admins, is_member=is_member)
        await admins.confirm()
        await reader.sees("Tomorrow at noon")
        for admin in (admins.writer, admins.other):
            news = await admin.sees("needs your attention")
            assert "Channel (English): not posted." in news["text"]
            assert "right to post messages" in news["text"]
        report = await admins.writer.sees("Sending has ended")
        assert "Sent: 1" in report["text"]

        await set_rights(admins, "can_post_messages")
        await admins.other.press_under("Sending has ended", "Try the channel again")
        await wait_for_posts(admins, "Tomorrow at noon")
        await admins.other.sees("Channel (English): posted")


async def test_an_edit_that_cannot_reach_the_channel_is_reported_and_repeated(tmp_path: Path) -> None:
    async with two_admins(tmp_path) as admins:
        await name_channel(admins.writer)
        await send_with_channel(admins)
        await set_rights(admins)
        await admins.writer.press_under("Sending has ended", "Delete for everyone")
        await admins.writer.press_under("Delete announcement no. 1", "Yes")
        news = await admins.writer.sees("needs your attention")
        assert "not deleted, so the post is still there." in news["text"]
        assert texts(admins) == ["Tomorrow at noon"]

        await set_rights(admins, "can_post_messages")
        await admins.writer.press_under("Was deleted for everyone", "Try the channel again")
        await wait_for_posts(admins)


async def test_nothing_is_posted_in_another_channel_than_the_approved_one_nor_after_it_is_forgotten(
    tmp_path: Path,
) -> None:
    async with two_admins(tmp_path) as admins:
        await name_channel(admins.writer)
        await request_with_channel(admins)
        await admins.writer.say("/team")
        await admins.writer.press("Our channel")
        await admins.writer.press("Forget the channel")
        await admins.writer.press("Forget the channel")
        await admins.other.sees("let the bot forget the channel")
        await admins.confirm()
        news = await admins.writer.sees("needs your attention")
        assert "The channel was forgotten." in news["text"]
        await name_channel(admins.writer)  # the same channel, but another approval would be needed
        await admins.writer.press_under("Sending has ended", "Try the channel again")
        await admins.writer.sees("Another channel has been named since this was approved.")
        assert texts(admins) == []
