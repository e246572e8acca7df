"""/stats shows admins a picture with a caption that says the same."""

from pathlib import Path

from tests.support.bot_and_playground import ADMIN, CAMPAIGN, DARI, GROUP, bot_and_playground


async def test_an_admin_gets_the_picture_and_its_caption(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        for _ in range(3):
            await (await place.newcomer("fa")).say("/subscribe")
        shown = await place.person(ADMIN).say("/stats")

    assert shown["photo"]
    assert shown["caption"].startswith("Subscribers: 3")
    assert "Joined, left or blocked the bot, each: fewer than 10" in shown["caption"]
    assert "Subscribers by topic" not in shown["caption"], "the caption repeats the picture"
    assert "دری: 3" not in shown["caption"]


async def test_for_others_the_command_does_not_exist(tmp_path: Path) -> None:
    unknown = {book.say("answer.unknown_command") for book in CAMPAIGN.phrasebooks.values()}
    async with bot_and_playground(tmp_path) as place:
        answer = await place.person(DARI).say("/stats")
        group = place.person(ADMIN, GROUP)
        await group.post(f"chats/{GROUP}/send", text="/stats")
        after = await group.say("/privacy")

    assert answer["text"] in unknown
    assert "photo" not in after
    assert "Subscribers" not in str(after)
