"""People move from a bot that fell to another one of the campaign by a signed announcement and its link."""

from datetime import UTC, datetime
from pathlib import Path

from bot.signing.handover import handover_texts
from content.model import Lang
from storage.store import opened
from tests.support.announcement_admins import TwoAdmins
from tests.support.bot_and_playground import ADMIN, DARI, ENGLISH, BotAndPlayground, at_work, playground_alone
from tests.support.signing import DAY, KEY, SIGNING_CAMPAIGN, SIGNING_MATCHER

TOKENS = f"7000001:{'A' * 35}", f"7000002:{'B' * 35}"
BOTS = f"{TOKENS[0]}@first_campaign_bot", f"{TOKENS[1]}@standby_bot"
DARI_SAYS = SIGNING_CAMPAIGN.phrasebooks[Lang("fa")].say
HANDOVER = handover_texts(SIGNING_CAMPAIGN, "standby_bot", DAY, KEY)[Lang("fa")]


async def stored_language(place: BotAndPlayground) -> str | None:
    """Return the language of the person in the list of the standby bot, which must not run; None if it is empty."""
    settings = place.settings(BOT_TOKEN=TOKENS[1])
    async with opened(settings.database, settings.keys, datetime.now(UTC).date(), 7000002) as store:
        subscriber = await store.subscribers.get(DARI)
        assert await store.subscribers.count() == (subscriber is not None)
        return subscriber.language if subscriber else None


async def test_a_person_moves_to_the_standby_bot_by_one_link_and_one_press(tmp_path: Path) -> None:
    async with playground_alone(tmp_path, bots=BOTS) as place:
        first, standby = place.person(DARI, 7000001), place.person(DARI, 7000002)
        admins = TwoAdmins(place, place.person(ADMIN, 7000001), place.person(ENGLISH, 7000001), "en")
        ids = f"{ADMIN},{ENGLISH}"
        async with at_work(place, matcher=SIGNING_MATCHER, BOT_TOKEN=TOKENS[0], ADMIN_IDS=ids):
            for person in (admins.writer, admins.other):
                await person.start()
            await first.say("/subscribe")
            await admins.begin_sending(HANDOVER)
            announced = await first.sees("standby_bot")
            await first.say("/verify")
            assert (await first.say(announced["text"]))["text"].startswith(genuine("genuine_handover"))

        elsewhere = BotAndPlayground(place.playground, place.session, tmp_path / "standby")
        async with at_work(elsewhere, matcher=SIGNING_MATCHER, BOT_TOKEN=TOKENS[1]):
            offer = await standby.start(announced["text"].partition("?start=")[2].split()[0])
            await standby.say("/verify")
            assert (await standby.say(HANDOVER))["text"].startswith(genuine("signed_handover"))
        assert await stored_language(elsewhere) is None
        async with at_work(elsewhere, matcher=SIGNING_MATCHER, BOT_TOKEN=TOKENS[1]):
            await standby.press_under(offer["text"], DARI_SAYS("button.subscribe"))
            await standby.sees(DARI_SAYS("panel.joined"))
        assert await stored_language(elsewhere) == "fa"


def genuine(key: str) -> str:
    return DARI_SAYS(f"signing.{key}", day="|").partition("|")[0]
