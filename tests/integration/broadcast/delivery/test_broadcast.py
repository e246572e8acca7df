"""Send broadcasts end to end in the playground: once to everybody, with choices, pauses, recalls and edits."""

import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

import playground
from bot.broadcast.delivery.erasure import LedgerErasure
from bot.broadcast.delivery.requests import RequestTemplate, RequestTemplates
from bot.errors import TokenRejected
from bot.model.announcement import SETTINGS_DATA, LinkButton, Media, Piece
from bot.model.audience import Audience, count_by_language
from storage.deliveries.broadcast_state import JobReason, Status, Work
from storage.deliveries.ledger import Entry, Ledger, LedgerId, Outcome
from storage.subscriptions.subscriber import Subscriber
from tests.support.broadcast_sender import (
    ANNOUNCEMENT,
    DISCREET_ANNOUNCEMENT,
    FIRST_CHAT,
    Sender,
    api_url,
    running_playground,
    sender_at,
)
from tests.support.storage_process import DAY, Place, count_outcomes, place_in


def _ended(progress: Any) -> int:
    return int(progress.sent + progress.refused + progress.unknown + progress.left + progress.skipped)


def adds_up(progress: Any) -> bool:
    return bool(_ended(progress) == progress.claimed and not progress.in_flight)


async def test_everybody_gets_an_announcement_once(tmp_path: Path) -> None:
    async with (
        running_playground(500) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=500) as sender,
    ):
        progress = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))
        assert telegram.state.bulk_users.histogram() == {1: 500}
        assert (progress.sent, progress.claimed, progress.in_flight) == (500, 500, 0)
        assert [event.kind for event in sender.events] == ["began", "ended"]
        assert progress.begun
        assert progress.ended
        counts = await count_outcomes(sender.store.database, LedgerId.for_broadcast(progress.number))
        assert counts == {Outcome.SENT: 500}


def ledger_of(sender: Sender, number: int) -> Ledger:
    key = sender.store.broadcasts.known[number].key
    assert key
    return Ledger(LedgerId.for_broadcast(number), key)


async def test_people_get_their_language_or_else_the_default_language(tmp_path: Path) -> None:
    async with (
        playground.running(has_flood_limits=False) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram)) as sender,
    ):
        for chat, language in ((1001, "fa"), (1002, "ps"), (1003, "en")):
            await sender.store.subscribers.save(Subscriber(chat, language), DAY)
            await start(telegram, chat)
        await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))
        texts = {chat: telegram.state.messages(chat)[-1]["text"] for chat in (1001, 1002, 1003)}

    assert texts == {1001: "فردا ظهر", 1002: "Tomorrow at noon", 1003: "Tomorrow at noon"}


async def start(telegram: Any, person: int) -> None:
    async with aiohttp.ClientSession() as session:
        bot = int(telegram.token.split(":")[0])
        where = f"{telegram.url}/box/chats/{bot}/start"
        async with session.post(where, json={"person": person}) as answer:
            assert answer.status == 200, await answer.text()


async def test_an_audience_is_chosen_by_topic_and_by_language(tmp_path: Path) -> None:
    only = Audience(frozenset({3}), frozenset({"fa"}))
    people = [
        Subscriber(FIRST_CHAT, "fa", frozenset({3, 4})),
        Subscriber(FIRST_CHAT + 1, "fa", None),
        Subscriber(FIRST_CHAT + 2, "fa", frozenset({4})),
        Subscriber(FIRST_CHAT + 3, "en", None),
        Subscriber(FIRST_CHAT + 4, "fa", frozenset()),
    ]
    async with running_playground(5) as telegram, sender_at(place_in(tmp_path), api_url(telegram)) as sender:
        for person in people:
            await sender.store.subscribers.save(person, DAY)
        progress = await sender.wait_until_ended(await sender.service.create(replace(ANNOUNCEMENT, audience=only)))
        got = [telegram.state.received(person.chat) for person in people]

        assert got == [1, 1, 0, 0, 0]
        assert progress.claimed == 2
        assert await count_by_language(sender.store.subscribers, only) == {"fa": 2}


async def test_a_small_audience_is_found_in_a_long_list(tmp_path: Path) -> None:
    async with (
        running_playground(1500) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=1500) as sender,
    ):
        wanted = range(FIRST_CHAT, FIRST_CHAT + 1500, 750)
        for chat in wanted:
            await sender.store.subscribers.save(Subscriber(chat, "ps"), DAY)
        only = Audience(languages=frozenset({"ps"}))
        progress = await sender.wait_until_ended(await sender.service.create(replace(ANNOUNCEMENT, audience=only)))

        assert (progress.sent, progress.claimed) == (len(wanted), len(wanted))
        assert all(telegram.state.received(chat) == 1 for chat in wanted)


async def test_a_blocked_subscriber_is_erased_at_once_and_one_not_found_at_the_second_time(tmp_path: Path) -> None:
    async with (
        running_playground(20) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=20) as sender,
    ):
        telegram.state.bulk_users.refusals |= {
            FIRST_CHAT: "bot was blocked by the user",
            FIRST_CHAT + 1: "user is deactivated",
        }
        await sender.store.subscribers.save(Subscriber(FIRST_CHAT + 900, "en"), DAY)  # the box knows no such chat
        first = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))
        after = {
            chat: await sender.store.subscribers.get(chat) for chat in (FIRST_CHAT, FIRST_CHAT + 1, FIRST_CHAT + 900)
        }
        second = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))

        assert (first.sent, first.refused, first.refused_for_now) == (18, 3, 1)
        assert after == {
            FIRST_CHAT: None,
            FIRST_CHAT + 1: None,
            FIRST_CHAT + 900: Subscriber(FIRST_CHAT + 900, "en", missed=True),
        }
        assert (second.sent, second.refused, second.claimed) == (18, 1, 19)
        assert await sender.store.subscribers.get(FIRST_CHAT + 900) is None


async def test_many_refusals_in_a_row_pause_a_broadcast_and_erase_nobody(tmp_path: Path) -> None:
    async with (
        running_playground(200) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=200) as sender,
    ):
        telegram.state.bulk_users.refusals |= {
            FIRST_CHAT + number: "bot was blocked by the user" for number in range(200)
        }
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.service.progress(number).jobs[Work.SEND].status is Status.PAUSED)
        await sender.wait_until(lambda: not sender.service.progress(number).in_flight)

        assert await sender.store.subscribers.count() == 200
        assert sender.service.progress(number).jobs[Work.SEND].reason is JobReason.BREAKER
        assert [event.kind for event in sender.events] == ["began", "paused"]


async def test_a_page_of_a_censor_pauses_a_broadcast_and_erases_nobody(tmp_path: Path) -> None:
    async with (
        running_playground(300) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=300) as sender,
    ):
        telegram.state.faults.replace([{"kind": "html403", "methods": ["sendMessage"]}])
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.service.progress(number).jobs[Work.SEND].status is Status.PAUSED)
        telegram.state.faults.replace([])
        await sender.wait_until(lambda: not sender.service.progress(number).in_flight)
        assert await sender.service.resume(number)
        progress = await sender.wait_until_ended(number)

        assert progress.jobs[Work.SEND].reason is None
        assert await sender.store.subscribers.count() == 300
        assert progress.sent + progress.unknown == 300
        assert 5 <= progress.unknown <= 128
        assert telegram.state.bulk_users.histogram() == {0: progress.unknown, 1: progress.sent}

        assert await sender.service.resend_unknown(number)
        progress = await sender.wait_until_ended(number)
        assert (progress.sent, progress.unknown) == (300, 0)
        assert telegram.state.bulk_users.histogram() == {1: 300}


async def test_an_error_in_the_content_pauses_a_broadcast_and_loses_nobody(tmp_path: Path) -> None:
    wrong = replace(ANNOUNCEMENT, pieces={"en": Piece("x", media=Media.PHOTO, file_id="nonsense")})
    async with (
        running_playground(20) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=20) as sender,
    ):
        number = await sender.service.create(wrong)
        await sender.wait_until(lambda: sender.service.progress(number).jobs[Work.SEND].status is Status.PAUSED)
        await sender.wait_until(lambda: not sender.store.rotation_lock._holders)
        progress = sender.service.progress(number)

        assert (progress.sent, progress.refused, progress.in_flight) == (0, 0, progress.claimed)
        assert progress.jobs[Work.SEND].reason is JobReason.CONTENT
        assert "paused" in [event.kind for event in sender.events]
        assert await sender.store.subscribers.count() == 20


async def test_pause_resume_and_stop_take_effect_at_once(tmp_path: Path) -> None:
    async with (
        running_playground(2000) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 300.0, 2000) as sender,
    ):
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.service.progress(number).sent > 30)
        assert await sender.service.pause(number)
        await sender.wait_until(lambda: not sender.store.rotation_lock._holders)
        paused = sender.service.progress(number)
        await asyncio.sleep(0.3)
        assert sender.service.progress(number) == paused
        assert await sender.service.resume(number)
        await sender.wait_until(lambda: sender.service.progress(number).sent > paused.sent + 30)
        assert await sender.service.stop(number)
        progress = await sender.wait_until_ended(number)

        assert progress.sent < 500
        assert adds_up(progress)
        assert telegram.state.bulk_users.histogram() == {0: 2000 - progress.sent, 1: progress.sent}


async def test_a_scheduled_broadcast_waits_for_its_hour_by_the_wall_clock(tmp_path: Path) -> None:
    ahead = [0.0]
    async with (
        running_playground(10) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=10, now=lambda: time.time() + ahead[0]) as sender,
    ):
        number = await sender.service.create(ANNOUNCEMENT, at=time.time() + 3600)
        await asyncio.sleep(0.2)
        assert sender.service.progress(number).claimed == 0
        ahead[0] = 3601
        progress = await sender.wait_until_ended(number)

        assert progress.sent == 10


async def test_several_broadcasts_share_the_send_rate(tmp_path: Path) -> None:
    async with (
        running_playground(300) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 300.0, 300) as sender,
    ):
        numbers = [await sender.service.create(ANNOUNCEMENT) for _ in range(3)]
        await sender.wait_until(lambda: sum(sender.service.progress(number).sent for number in numbers) > 300)
        shares = [sender.service.progress(number).sent for number in numbers]
        assert min(shares) > 60
        for number in numbers:
            await sender.wait_until_ended(number)
        assert telegram.state.bulk_users.histogram() == {3: 300}


async def test_an_edit_and_a_recall_reach_the_message_in_every_chat(tmp_path: Path) -> None:
    async with (
        running_playground(200) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=200) as sender,
    ):
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until_ended(number)
        assert await sender.service.edit(number, replace(ANNOUNCEMENT, pieces={"en": Piece("At one")}))
        progress = await sender.wait_until_ended(number)
        assert progress.jobs[Work.EDIT].counts == {"done": 200}
        assert telegram.state.bulk_users.tally(0, 2**52).edited == {FIRST_CHAT + n: 1 for n in range(200)}

        assert await sender.service.recall(number)
        progress = await sender.wait_until_ended(number)
        assert progress.jobs[Work.RECALL].counts == {"done": 200}
        assert telegram.state.bulk_users.tally(0, 2**52).deleted == {FIRST_CHAT + n: 1 for n in range(200)}
        assert progress.sent == 200


async def test_a_recall_stops_a_broadcast_that_is_still_being_sent(tmp_path: Path) -> None:
    async with (
        running_playground(1000) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 400.0, 1000) as sender,
    ):
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.service.progress(number).sent > 50)
        assert await sender.service.recall(number)
        progress = await sender.wait_until_ended(number)
        got = telegram.state.bulk_users.tally(0, 2**52)

        assert progress.sent == got.total < 1000
        assert progress.jobs[Work.RECALL].counts == {"done": progress.sent}
        assert len(got.deleted) == progress.sent


async def test_after_48_hours_the_ledger_is_destroyed_and_the_totals_stay(tmp_path: Path) -> None:
    ahead = [0.0]
    async with (
        running_playground(30) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=30, now=lambda: time.time() + ahead[0]) as sender,
    ):
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until_ended(number)
        ahead[0] = 49 * 3600
        await sender.engine._tend()
        progress = sender.service.progress(number)

        assert (progress.sent, progress.recall_until) == (30, None)
        assert await sender.store.database.rows("SELECT * FROM ledger") == []
        assert not await sender.service.recall(number)


async def test_discreet_messages_show_no_content_and_are_deleted_within_47_hours(tmp_path: Path) -> None:
    ahead = [0.0]

    def clock() -> float:
        return time.time() + ahead[0]

    async with (
        running_playground(30, clock=clock) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=30, now=clock, discreet=True) as sender,
    ):
        number = await sender.service.create(DISCREET_ANNOUNCEMENT)
        await sender.wait_until_ended(number)
        ahead[0] = 45.9 * 3600
        await sender.engine._tend()
        assert telegram.state.bulk_users.tally(0, 2**52).deleted == {}
        ahead[0] = 46.1 * 3600
        await sender.engine._tend()
        sender.engine.wake()
        await sender.wait_until(lambda: sender.store.broadcasts.known[number].clean_at is None)
        assert telegram.state.bulk_users.tally(0, 2**52).deleted == {FIRST_CHAT + n: 1 for n in range(30)}


async def test_messages_that_can_no_longer_be_deleted_after_50_hours_of_downtime_are_counted(tmp_path: Path) -> None:
    ahead, place = [0.0], place_in(tmp_path)

    def clock() -> float:
        return time.time() + ahead[0]

    async with running_playground(30, clock=clock) as telegram:
        async with sender_at(place, api_url(telegram), people=30, now=clock, discreet=True) as sender:
            number = await sender.service.create(DISCREET_ANNOUNCEMENT)
            await sender.wait_until_ended(number)
        ahead[0] = 50 * 3600
        async with sender_at(place, api_url(telegram), now=clock) as sender:
            await sender.wait_until(lambda: number in sender.store.broadcasts.known)
            await sender.wait_until(lambda: sender.store.broadcasts.known[number].clean_at is None)
            progress = sender.service.progress(number)
            assert progress.jobs[Work.CLEAN].counts == {"late": 30}
            await sender.engine._tend()
            assert sender.service.progress(number).recall_until is None


def test_the_settings_button_stands_last_in_the_language_of_the_reader_and_edits_keep_it() -> None:
    link = ((LinkButton("More", "https://example.org"),),)
    photo = Piece("Look", (), Media.PHOTO, "abc", link)
    labels = {"en": "Settings", "fa": "تنظیمات"}
    forms = RequestTemplates(replace(ANNOUNCEMENT, pieces={"en": photo}), 7, labels)

    def rows(request: RequestTemplate | None) -> list[list[dict[str, str]]]:
        assert request
        keyboard: list[list[dict[str, str]]] = json.loads(request.body(5))["reply_markup"]["inline_keyboard"]
        return keyboard

    def expected(label: str) -> list[list[dict[str, str]]]:
        settings = {"text": label, "callback_data": SETTINGS_DATA}
        return [[{"text": "More", "url": "https://example.org"}], [settings]]

    sent = Entry(b"", 5, "fa", Outcome.SENT, message=9)
    for request in (
        forms.for_subscriber(Subscriber(5, "fa")),
        forms.for_subscriber(Subscriber(5, "fa", text_only=True)),
        forms.edit(replace(sent, caption=True)),
        forms.edit(sent),
    ):
        assert rows(request) == expected("تنظیمات")
    assert rows(forms.for_subscriber(Subscriber(5, "ps"))) == expected("Settings")  # it has no label in Pashto
    discreet = RequestTemplates(DISCREET_ANNOUNCEMENT, 7, labels)
    assert [len(row) for row in rows(discreet.for_subscriber(Subscriber(5, "fa", discreet=True)))] == [1]


def test_text_only_subscribers_get_the_caption_and_quiet_ones_no_sound() -> None:
    button = ((LinkButton("More", "https://example.org"),),)
    photo = Piece("Look", ({"type": "bold", "offset": 0, "length": 4},), Media.PHOTO, "abc", button)
    forms = RequestTemplates(replace(ANNOUNCEMENT, pieces={"en": photo}, paid=True), 7)
    plain = forms.for_subscriber(Subscriber(5, "en"))
    alone = forms.for_subscriber(Subscriber(5, "ps", quiet=True, text_only=True))
    mute = RequestTemplates(replace(ANNOUNCEMENT, pieces={"en": replace(photo, text="")}), 7).for_subscriber(
        Subscriber(5, "en", text_only=True)
    )
    notice = RequestTemplates(DISCREET_ANNOUNCEMENT, 7).for_subscriber(Subscriber(5, "fa", discreet=True))

    assert plain
    assert alone
    assert notice
    assert plain.method == "sendPhoto"
    assert plain.caption
    assert b'"chat_id":5,' in plain.body(5)
    assert b'"allow_paid_broadcast": true' in plain.body(5)
    assert b"disable_notification" not in plain.body(5)
    assert alone.method == "sendMessage"
    assert b'"disable_notification": true' in alone.body(5)
    assert mute is None
    assert notice.discreet
    assert b"noon" not in notice.body(5)
    assert b'"callback_data": "bc:7"' in notice.body(5)


async def test_after_a_long_silence_running_and_scheduled_broadcasts_wait_for_an_admin(tmp_path: Path) -> None:
    place, ahead = place_in(tmp_path), [0.0]

    def clock() -> float:
        return time.time() + ahead[0]

    async with running_playground(500) as telegram:
        async with sender_at(place, api_url(telegram), 200.0, 500, now=clock) as sender:
            running = await sender.service.create(ANNOUNCEMENT)
            later = await sender.service.create(ANNOUNCEMENT, at=clock() + 1200)
            await sender.wait_until(lambda: sender.service.progress(running).sent > 20)
        ahead[0] = 1300
        async with sender_at(place, api_url(telegram), now=clock) as sender:
            await sender.wait_until(lambda: len(sender.events) == 2)
            before = telegram.state.bulk_users.histogram()
            await asyncio.sleep(0.2)
            assert telegram.state.bulk_users.histogram() == before
            assert [event.kind for event in sender.events] == ["held", "held"]
            for number in (running, later):
                assert await sender.service.resume(number)
                await sender.wait_until_ended(number)
            assert telegram.state.bulk_users.histogram() == {2: 500}


async def test_key_rotation_waits_for_a_running_broadcast_and_a_paused_one_resumes_after_it(tmp_path: Path) -> None:
    async with (
        running_playground(600) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 400.0, 600) as sender,
    ):
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.service.progress(number).sent > 50)
        await sender.store.rotation.begin(DAY)
        assert not await sender.store.rotation.go_on()
        await sender.service.pause(number)
        await sender.wait_until(lambda: not sender.store.rotation_lock._holders)
        assert await sender.store.rotation.go_on()
        await sender.service.resume(number)
        await sender.wait_until_ended(number)

        assert telegram.state.bulk_users.histogram() == {1: 600}


async def test_an_erased_person_is_in_no_ledger(tmp_path: Path) -> None:
    async with (
        running_playground(3) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=3, discreet=True) as sender,
    ):
        number = await sender.service.create(DISCREET_ANNOUNCEMENT)
        await sender.wait_until_ended(number)
        pushes = await sender.service.forget(FIRST_CHAT)
        assert len(pushes) == 1
        assert telegram.state.bulk_users.has_message(FIRST_CHAT, pushes[0])
        assert (await sender.service.forget(FIRST_CHAT + 99)) == []
        await LedgerErasure(sender.engine._context, sender.service).erase(FIRST_CHAT + 1)
        assert telegram.state.bulk_users.tally(0, 2**52).deleted == {FIRST_CHAT + 1: 1}
        entry = await ledger_of(sender, number).entry_for(sender.store.database, FIRST_CHAT)
        assert entry is not None
        assert (entry.chat, entry.message) == (0, 0)


async def test_a_dead_network_delays_a_broadcast_and_nobody_misses_it(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with running_playground(30) as telegram:
        async with sender_at(place, "http://127.0.0.1:9/botx", people=30) as sender:
            number = await sender.service.create(ANNOUNCEMENT)
            await asyncio.sleep(0.5)
            assert sender.service.progress(number).unknown == 0
        async with sender_at(place, api_url(telegram)) as sender:
            await sender.wait_until(lambda: number in sender.store.broadcasts.known)
            progress = await sender.wait_until_ended(number)

            assert (progress.sent, progress.claimed) == (30, 30)
            assert telegram.state.bulk_users.histogram() == {1: 30}


async def test_a_token_that_no_longer_works_stops_everything(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    async with running_playground(30) as telegram:
        with pytest.raises(TokenRejected):
            await send_until_refused(place, f"{telegram.url}/bot999:" + "x" * 35)
        async with sender_at(place, api_url(telegram)) as sender:
            await sender.wait_until(lambda: 1 in sender.store.broadcasts.known)
            assert (await sender.wait_until_ended(1)).sent == 30


async def send_until_refused(place: Place, wrong: str) -> None:
    async with sender_at(place, wrong, people=30) as sender:
        await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.engine._fatal_status == 401)


@pytest.mark.expects_errors
async def test_an_unreadable_broadcast_is_paused_and_the_others_go_on(tmp_path: Path) -> None:
    async with (
        running_playground(20) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=20) as sender,
    ):
        broken = await sender.service.create(ANNOUNCEMENT, at=time.time() + 3600)
        async with sender.store.broadcasts.changing(broken) as inside:
            await sender.store.broadcasts.replace_content(inside.change, broken, b"{}")
        await sender.make_due(broken)
        progress = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))
        await sender.wait_until(lambda: sender.service.progress(broken).jobs[Work.SEND].status is Status.PAUSED)

        assert progress.sent == 20
        assert sender.service.progress(broken).jobs[Work.SEND].reason is JobReason.ERROR
