"""How the daily clause ends, for whoever wants it discreet too; and how admins hear that it rests."""

import asyncio
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import playground
from bot.broadcast.authoring.admins import Admins
from bot.broadcast.authoring.draft_store import Drafts
from bot.broadcast.progress.daily_paused_notice import DailyPauseNotice
from bot.flows import subscribing, subscription_screens
from bot.model.events import ChatId, Sender, SignedPress, UserId
from bot.model.replies import EditMessage, Replies, SendText
from content.model import Lang
from content.screens.reader import Reader
from content.screens.screen import Screen
from storage.deliveries.daily_ledger import DueDelivery
from storage.deliveries.ledger import Outcome
from storage.store import opened
from storage.subscriptions.subscriber import Daily, Subscriber
from tests.support.announcement_admins import closed_office
from tests.support.bot_and_playground import ADMIN, CAMPAIGN, DARI
from tests.support.broadcast_sender import FIRST, api, enlist
from tests.support.daily_sender import SIGNER, at_work, kabul
from tests.support.playground.client import Clock
from tests.support.storage_process import DAY, place_in

LAST = CAMPAIGN.numbered_clause_count
LANGUAGES = [Lang("en"), Lang("fa"), Lang("ps")]
GOING = asyncio.Event()


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_who_opens_the_discreet_push_of_the_last_clause_reads_that_it_ends(tmp_path: Path, lang: Lang) -> None:
    clock, book = Clock(kabul(1, 7, 30)), CAMPAIGN.phrasebooks[lang]
    wanted = Subscriber(FIRST, str(lang), discreet=True, daily=Daily(8, "Asia/Kabul", LAST - 1))
    async with playground.running(quiet_people=1, unpaced=True) as box, place_in(tmp_path).opened() as store:
        await store.subscribers.save(wanted, DAY)
        async with at_work(store, api(box), clock) as one:
            forms = [one._clauses.form(wanted, number) for number in (LAST - 1, LAST)]
        assert book.say("panel.daily_last").encode() not in b"".join(form.rest for form in forms)
    before, last = [form.rest.partition(b'"callback_data": "')[2].partition(b'"')[0].decode() for form in forms]
    signed = SIGNER.verify(last, UserId(FIRST), clock.now)

    assert SIGNER.verify(before, UserId(FIRST), clock.now) is None  # what shows a clause and no more
    assert signed
    replies = subscribing.acted(
        SignedPress("1", ChatId(FIRST), Sender(UserId(FIRST)), 5, lang, signed.action, signed.is_expired),
        Reader(CAMPAIGN, lang),
        replace(wanted, daily=None),
    )
    [shown] = [reply.screen for reply in replies if isinstance(reply, EditMessage)]
    assert book.say("panel.daily_last") in shown.text
    assert next(one for one in CAMPAIGN.clauses if one.number == LAST).texts[lang] in shown.text
    assert shown.rows[-1] == (Reader(CAMPAIGN, lang).action_button(book.say("button.daily"), "open.daily"),)


async def test_a_crash_at_the_last_clause_leaves_nobody_waiting_for_one_after_it(tmp_path: Path) -> None:
    place, clock = place_in(tmp_path), Clock(kabul(1, 7, 30))
    others = [Subscriber(FIRST + 1, "en", daily=Daily(9, "Asia/Kabul", LAST)), Subscriber(FIRST + 2, "en")]
    wanted = DueDelivery(FIRST, 8, "Asia/Kabul", date(2026, 3, 1).toordinal(), kabul(1, 8))
    async with playground.running(quiet_people=3, unpaced=True) as box:
        async with place.opened() as store, at_work(store, api(box), clock):
            for one in (Subscriber(FIRST, "en", daily=Daily(8, "Asia/Kabul", LAST)), *others):
                await store.subscribers.save(one, DAY)
            assert await store.daily_ledger.commit(
                [], [wanted], LAST, clock.now
            )  # and no more: the process is killed
            claimed = await store.subscribers.get(FIRST)
            assert claimed == Subscriber(FIRST, "en", daily=Daily(8, "Asia/Kabul", LAST + 1))
        async with place.opened() as store, at_work(store, api(box), clock):
            assert [await store.subscribers.get(other.chat) for other in others] == others
            assert store.daily_ledger.state.totals == {Outcome.UNKNOWN: 1}
            after = await store.subscribers.get(FIRST)
    assert after == Subscriber(FIRST, "en")
    for lang in LANGUAGES:
        book = CAMPAIGN.phrasebooks[lang]
        told = subscription_screens.my_data(Reader(CAMPAIGN, lang), after, FIRST).text
        assert book.say("mydata.daily", value=book.say("word.off")) in told


@dataclass
class Post:
    """Whoever is `away` cannot be reached."""

    away: set[int] = field(default_factory=set)
    told: list[tuple[int, str]] = field(default_factory=list)

    async def notify(self, person: int, replies: Replies) -> bool:
        if person in self.away:
            return False
        self.told += [(person, reply.screen.text) for reply in replies if isinstance(reply, SendText)]
        return True

    async def show_screen(self, person: int, screen: Screen, message: int | None = None) -> int | None:
        raise AssertionError


async def test_admins_hear_once_a_day_that_it_rests_and_who_is_away_when_they_are_back(tmp_path: Path) -> None:
    post, clock = Post({DARI}), Clock()
    async with place_in(tmp_path).opened() as store:
        admins = Admins([ADMIN, DARI], CAMPAIGN, store, Drafts(store), post)
        await admins.heard(DARI, Lang("fa"))
        resting = DailyPauseNotice(admins, "en", clock, again=0.05)
        running = asyncio.create_task(resting.run())
        resting.heard()
        await asyncio.sleep(0.1)
        assert [person for person, _ in post.told] == [ADMIN]
        resting.heard()
        post.away.clear()
        await asyncio.sleep(0.2)
        assert [person for person, _ in post.told] == [ADMIN, DARI]
        assert post.told[1][1] == CAMPAIGN.phrasebooks[Lang("fa")].say("progress.daily_rests")
        clock.now += 86400
        resting.heard()
        await asyncio.sleep(0.2)
        assert len(post.told) == 4
        post.away = {ADMIN, DARI}
        clock.now += 86400
        resting.heard()
        await asyncio.sleep(0.1)
        clock.now += 86400
        post.away.clear()
        await asyncio.sleep(0.2)
        running.cancel()

    assert len(post.told) == 4, "yesterday's is no news"


async def test_an_admin_is_told_that_it_rests(tmp_path: Path) -> None:
    async with closed_office(tmp_path, people=60, rate="300", language="ps") as one:
        hour = (int(time.time()) // 3600 + 2) % 24
        chosen = one.place.settings()
        async with opened(chosen.database, chosen.keys, datetime.now(UTC).date(), one.place.bot_id) as store:
            await enlist(store, 60, daily=Daily(hour, "UTC"))
        one.place.box.state.quiet.gone |= {FIRST + n: "bot was blocked by the user" for n in range(60)}
        async with one.at_work():
            await one.writer.start()
            await one.other.start()
            one.clock.ahead = 7200 - time.time() % 3600 + 5
            async with asyncio.timeout(60):  # it looks every five seconds
                while not any(
                    "The clause a day rests" in said.get("text", "") for said in await one.writer.messages()
                ):
                    await asyncio.sleep(0.1)
            await one.other.sees(one.word("progress.daily_rests"))
