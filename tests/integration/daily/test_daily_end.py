"""The end of the daily clause, also for discreet subscribers; and the notice to admins that it is paused."""

import asyncio
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import playground
from bot.audit.trail import AuditTrail
from bot.broadcast.authoring.admins import Admins
from bot.broadcast.authoring.draft_store import DraftStore
from bot.broadcast.progress.notices.daily_paused_notice import DailyPauseNotice
from bot.flows import router
from bot.flows.context import FlowContext
from bot.flows.subscription import subscription_screens
from bot.model.events import ButtonPress, ChatId, Sender, SignedPress, UserId
from bot.model.replies import EditMessage, Replies, SendText
from bot.team.membership import Team
from content.model import Lang
from content.screens.reader import Reader
from content.screens.screen import Screen
from storage.deliveries.daily_ledger import DueDelivery
from storage.deliveries.ledger import Outcome
from storage.store import opened
from storage.subscriptions.subscriber import Daily, Subscriber
from tests.support.announcement_admins import two_admins_stopped
from tests.support.bot_and_playground import ADMIN, CAMPAIGN, DARI, MATCHER
from tests.support.broadcast_sender import FIRST_CHAT, add_subscribers, api_url
from tests.support.daily_sender import SIGNER, begun_sweep, kabul
from tests.support.playground.client import Clock
from tests.support.storage_process import DAY, place_in

LAST = CAMPAIGN.numbered_clause_count
LANGUAGES = [Lang("en"), Lang("fa"), Lang("ps")]
GOING = asyncio.Event()


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_discreet_message_of_the_last_clause_opens_the_end_of_the_series(
    tmp_path: Path, lang: Lang
) -> None:
    clock, book = Clock(kabul(1, 7, 30)), CAMPAIGN.phrasebooks[lang]
    wanted = Subscriber(FIRST_CHAT, str(lang), discreet=True, daily=Daily(8, "Asia/Kabul", LAST - 1))
    async with (
        playground.running(bulk_users=1, has_flood_limits=False) as telegram,
        place_in(tmp_path).opened() as store,
    ):
        await store.subscribers.save(wanted, DAY)
        async with begun_sweep(store, api_url(telegram), clock) as sweep:
            requests = [sweep._messages.request(wanted, number).json_after_chat for number in (LAST - 1, LAST)]
        assert book.say("panel.daily_last").encode() not in b"".join(requests)
    before, last = [request.partition(b'"callback_data": "')[2].partition(b'"')[0].decode() for request in requests]
    person = ChatId(FIRST_CHAT), Sender(UserId(FIRST_CHAT))
    context = FlowContext(Reader(CAMPAIGN, lang), MATCHER, "b", replace(wanted, daily=None))

    assert before != last
    replies = router.decide(ButtonPress("1", *person, 5, last, is_private=True), context)
    assert old_notice_of_the_last_clause(lang, context) == next(
        reply.screen.with_rows(reply.screen.rows[1:]) for reply in replies if isinstance(reply, EditMessage)
    )
    [shown] = [reply.screen for reply in replies if isinstance(reply, EditMessage)]
    assert book.say("panel.daily_last") in shown.text
    assert next(clause for clause in CAMPAIGN.clauses if clause.number == LAST).texts[lang] in shown.text
    assert shown.rows[-1] == (Reader(CAMPAIGN, lang).action_button(book.say("button.daily"), "open.daily"),)


def old_notice_of_the_last_clause(lang: Lang, context: FlowContext) -> Screen:
    """Return the screen that the button of a notice opens which an earlier version sent."""
    signed = SIGNER.verify(SIGNER.sign(UserId(FIRST_CHAT), lang, "last", 0.0), UserId(FIRST_CHAT), 1.0)
    assert signed
    event = SignedPress("1", ChatId(FIRST_CHAT), Sender(UserId(FIRST_CHAT)), 5, lang, signed.action)
    return next(reply.screen for reply in router.decide(event, context) if isinstance(reply, EditMessage))


async def test_a_crash_at_the_last_clause_turns_the_daily_clause_off(tmp_path: Path) -> None:
    place, clock = place_in(tmp_path), Clock(kabul(1, 7, 30))
    others = [Subscriber(FIRST_CHAT + 1, "en", daily=Daily(9, "Asia/Kabul", LAST)), Subscriber(FIRST_CHAT + 2, "en")]
    wanted = DueDelivery(FIRST_CHAT, 8, "Asia/Kabul", date(2026, 3, 1).toordinal(), kabul(1, 8))
    async with playground.running(bulk_users=3, has_flood_limits=False) as telegram:
        async with place.opened() as store, begun_sweep(store, api_url(telegram), clock):
            for person in (Subscriber(FIRST_CHAT, "en", daily=Daily(8, "Asia/Kabul", LAST)), *others):
                await store.subscribers.save(person, DAY)
            assert await store.daily_ledger.commit(
                [], [wanted], last_clause=LAST, clean_at=clock.now
            )  # and no more: the process is killed
            claimed = await store.subscribers.get(FIRST_CHAT)
            assert claimed == Subscriber(FIRST_CHAT, "en", daily=Daily(8, "Asia/Kabul", LAST + 1))
        async with place.opened() as store, begun_sweep(store, api_url(telegram), clock):
            assert [await store.subscribers.get(other.chat) for other in others] == others
            assert store.daily_ledger.state.totals == {Outcome.UNKNOWN: 1}
            after = await store.subscribers.get(FIRST_CHAT)
    assert after == Subscriber(FIRST_CHAT, "en")
    for lang in LANGUAGES:
        book = CAMPAIGN.phrasebooks[lang]
        text = subscription_screens.my_data(Reader(CAMPAIGN, lang), after, FIRST_CHAT).text
        assert book.say("mydata.daily", value=book.say("word.off")) in text


@dataclass
class AdminMessages:
    """Record messages to admins; those who are `away` cannot be reached."""

    away: set[int] = field(default_factory=set)
    sent: list[tuple[int, str]] = field(default_factory=list)

    async def notify(self, person: int, replies: Replies) -> bool:
        if person in self.away:
            return False
        self.sent += [(person, reply.screen.text) for reply in replies if isinstance(reply, SendText)]
        return True

    async def show_screen(self, person: int, screen: Screen, message: int | None = None) -> int | None:
        raise AssertionError

    async def remove_message(self, person: int, message: int) -> bool:
        raise AssertionError


async def test_admins_are_notified_once_a_day_that_the_daily_clause_is_paused(tmp_path: Path) -> None:
    admin_messages, clock = AdminMessages({DARI}), Clock()
    async with place_in(tmp_path).opened() as store:
        drafts = DraftStore(store, AuditTrail(store, time.time))
        team = Team([ADMIN, DARI], store, AuditTrail(store, time.time), key=b"", now=time.time)
        admins = Admins(team, CAMPAIGN, store, drafts, admin_messages)
        await admins.remember_language(DARI, Lang("fa"))
        resting = DailyPauseNotice(admins, "en", clock, retry_after=0.05)
        running = asyncio.create_task(resting.run())
        resting.on_pause()
        await asyncio.sleep(0.1)
        assert [person for person, _ in admin_messages.sent] == [ADMIN]
        resting.on_pause()
        admin_messages.away.clear()
        await asyncio.sleep(0.2)
        assert [person for person, _ in admin_messages.sent] == [ADMIN, DARI]
        assert admin_messages.sent[1][1] == CAMPAIGN.phrasebooks[Lang("fa")].say("progress.daily_rests")
        clock.now += 86400
        resting.on_pause()
        await asyncio.sleep(0.2)
        assert len(admin_messages.sent) == 4
        admin_messages.away = {ADMIN, DARI}
        clock.now += 86400
        resting.on_pause()
        await asyncio.sleep(0.1)
        clock.now += 86400
        admin_messages.away.clear()
        await asyncio.sleep(0.2)
        running.cancel()

    assert len(admin_messages.sent) == 4, "yesterday's is no news"


async def test_an_admin_is_notified_that_the_daily_clause_is_paused(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path, people=60, rate="300", language="ps") as team:
        hour = (int(time.time()) // 3600 + 2) % 24
        chosen = team.place.settings()
        async with opened(chosen.database, chosen.keys, datetime.now(UTC).date(), team.place.bot_id) as store:
            await add_subscribers(store, 60, daily=Daily(hour, "UTC"))
        team.place.playground.state.bulk_users.refusals |= {
            FIRST_CHAT + n: "bot was blocked by the user" for n in range(60)
        }
        async with team.running_bot():
            await team.writer.start()
            await team.other.start()
            team.clock.ahead = 7200 - time.time() % 3600 + 5
            async with asyncio.timeout(60):  # it looks every five seconds
                while not any(
                    "“A clause a day” is paused" in message.get("text", "")
                    for message in await team.writer.messages()
                ):
                    await asyncio.sleep(0.1)
            await team.other.sees(team.phrase("progress.daily_rests"))
