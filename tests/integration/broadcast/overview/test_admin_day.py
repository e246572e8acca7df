"""The day of an admin as one transcript, from the first word of an announcement to its withdrawal."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.support.announcement_admins import SEND, new_subscriber, open_check_page, two_admins, wait_until_gone
from tests.support.person import labels

ENGLISH, DARI = "We meet on Friday at noon.", "روز جمعه ساعت ۱۲ گرد هم می‌آییم."


async def test_two_languages_with_one_picture_from_the_draft_to_the_withdrawal(tmp_path: Path) -> None:
    async with two_admins(tmp_path, language="fa") as admins:
        writer, other, say = admins.writer, admins.other, admins.phrase
        english, dari = await new_subscriber(admins.place), await new_subscriber(admins.place, "fa")

        # Two languages with one picture.
        await writer.say("/broadcast")
        await writer.press_under("Announcement", "English")
        await writer.sees("Now send what those who read English")
        await writer.send("photo")
        await writer.press_under("For English: a photo", "✓ English")
        await writer.sees("Now send what those who read English")
        await writer.say(ENGLISH)
        await writer.press_under("your text is its new caption", "دری")
        await writer.sees("Now send what those who read Dari")
        await writer.say(DARI)
        await writer.sees("For Dari: a photo, ")

        # Scheduled for tomorrow.
        await writer.press_under("For Dari: a photo, ", "When")
        await writer.press_under("Choose a time, or write one", "Tomorrow 09:00")
        tomorrow = datetime.fromtimestamp(admins.clock(), ZoneInfo("Asia/Kabul")) + timedelta(days=1)
        scheduled = f"{tomorrow:%A, %Y-%m-%d} 09:00 (Kabul)"
        check = await open_check_page(writer)
        assert f"When: {scheduled}" in check
        assert "Another admin has to confirm it before it is sent." in check
        await writer.press_under("Recipients", "Ask for approval")
        await admins.confirm()
        await writer.sees(f"Announcement no. 1 will be sent: {scheduled}. You wrote it")

        # Found again, and edited before it is sent.
        await writer.sees(f"Will be sent: {scheduled}")
        await writer.say("/announcements")
        await writer.press_under("Announcements\n", f"Scheduled, no. 1: {ENGLISH}")
        await writer.press_under(f"Will be sent: {scheduled}", "Edit the text")
        await writer.press_under("This changes announcement no. 1", "✓ English")
        await writer.sees(ENGLISH)
        await writer.say("We meet on Friday at one.")
        await writer.press_under("This changes announcement no. 1", "Review and send")
        await writer.press_under("has to confirm", SEND)
        await other.press_under(say("broadcast.change_legend"), say("button.confirm_edit"))
        await writer.sees("Announcement no. 1 is being changed for everyone.")

        # Sent the next morning, and watched.
        admins.clock.ahead += tomorrow.replace(hour=9, minute=0, second=1).timestamp() - admins.clock()
        shown = [await english.sees("We meet on Friday at one."), await dari.sees(DARI)]
        assert all(message["photo"] for message in shown)
        report = await writer.sees("Sending has ended.")
        assert "Sent: 2\nTotal: 2" in report["text"]
        await other.sees(say("progress.ended"))

        # Changed for everyone.
        await writer.press_under("Sending has ended.", "Edit the text")
        await writer.press_under("This changes announcement no. 1", "✓ دری")
        await writer.sees("Now send what those who read Dari")
        await writer.say("روز جمعه ساعت ۱ گرد هم می‌آییم.")
        await writer.press_under("This changes announcement no. 1", "Review and send")
        await writer.press_under("has to confirm", SEND)
        await other.press_under("ساعت ۱۲ ۱", say("button.confirm_edit"))
        await dari.sees("روز جمعه ساعت ۱ گرد هم می‌آییم.")
        await writer.sees("Changes in every chat:")

        # Withdrawn.
        await writer.press_under("Changes in every chat:", "Delete for everyone")
        await writer.press_under("in every chat? Some people", "Yes, delete it everywhere")
        await wait_until_gone(english, "We meet on Friday")
        await wait_until_gone(dari, "روز جمعه")
        await writer.sees("Was deleted for everyone.")
        await writer.say("/announcements")
        listed = await writer.sees("Sent or ended: 1")

    assert "No. 1: We meet on Friday at one." in labels(listed)
