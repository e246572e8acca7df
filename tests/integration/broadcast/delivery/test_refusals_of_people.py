"""A refusal concerns the person who was refused; only evidence of several people speaks against an announcement."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.broadcast.delivery import retry
from bot.broadcast.delivery.results.outcome import RefusalCause, RefusedForNow
from bot.broadcast.delivery.results.progress import Progress
from bot.broadcast.delivery.results.refusal_judge import FIRST, IN_A_ROW, RefusalJudge
from bot.broadcast.delivery.results.refusal_kinds import MAX_KINDS, OTHER, add_kinds, kind_of, words_of
from bot.model.announcement import Piece
from storage.deliveries import broadcast_state
from storage.deliveries.broadcast_state import BroadcastState, Status, Work
from tests.support.announcement_admins import count_in, two_admins, two_admins_stopped
from tests.support.broadcast_sender import ANNOUNCEMENT, FIRST_CHAT, Sender, api_url, running_playground, sender_at
from tests.support.storage_process import DAY, place_in

SEND = ["sendMessage"]
NEW_TEXT = replace(ANNOUNCEMENT, pieces={"en": Piece("Tomorrow at one"), "fa": Piece("فردا ساعت یک")})


def refusal_fault(description: str, chats: list[int] | None = None, **more: Any) -> dict[str, Any]:
    return {"kind": "refused", "methods": SEND, "description": description, "chats": chats or [], **more}


def spread_chats(count: int) -> list[int]:
    """Return the chats of `count` people, spread over the list."""
    return [FIRST_CHAT + 7 * number for number in range(count)]


def adds_up(progress: Progress) -> bool:
    sum_ = progress.sent + progress.refused + progress.unknown + progress.left + progress.skipped + progress.in_flight
    return sum_ == progress.claimed


async def wait_until_paused(sender: Sender, number: int) -> Progress:
    await sender.wait_until(lambda: sender.service.progress(number).jobs[Work.SEND].status is Status.PAUSED)
    await sender.wait_until(lambda: not sender.store.rotation_lock._holders)
    return sender.service.progress(number)


@pytest.mark.parametrize(
    ("description", "code", "kind"),
    [
        ("Bad Request: PRIVACY_PREMIUM_REQUIRED", 400, "privacy_premium_required"),
        ("Bad Request: user not found", 400, "user not found"),
        ("Bad Request: have no write access to the chat", 400, "have no write access to the chat"),
        ("Bad Request: words that nobody has listed, 17", 400, "words that nobody has listed"),
        ("Forbidden: bots can't send messages to bots", 403, "bots cannot send messages to bots"),
        ("Bad Request: can't parse entities: byte 17", 400, "cannot parse entities byte"),
    ],
)
async def test_the_refusal_of_one_person_concerns_only_that_person(
    tmp_path: Path, description: str, code: int, kind: str
) -> None:
    async with (
        running_playground(300) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=300) as sender,
    ):
        telegram.state.faults.replace([refusal_fault(description, spread_chats(1), code=code)])
        progress = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))

        assert (progress.sent, progress.refused, progress.refused_for_now, progress.claimed) == (299, 1, 1, 300)
        assert progress.reasons == {kind: 1}
        assert await sender.store.subscribers.count() == 300


async def test_a_retry_reaches_people_who_were_refused_for_now(tmp_path: Path) -> None:
    async with (
        running_playground(300) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=300) as sender,
    ):
        telegram.state.faults.replace([refusal_fault("Bad Request: PRIVACY_PREMIUM_REQUIRED", spread_chats(12))])
        number = await sender.service.create(ANNOUNCEMENT)
        assert (await sender.wait_until_ended(number)).reasons == {"privacy_premium_required": 12}
        telegram.state.faults.replace([])
        assert await sender.service.retry_refused(number)
        progress = await sender.wait_until_ended(number)

        assert (progress.sent, progress.refused, dict(progress.reasons)) == (300, 0, {})
        assert telegram.state.bulk_users.histogram() == {1: 300}


async def test_equal_refusals_of_the_first_people_pause_a_broadcast_until_an_edit(
    tmp_path: Path,
) -> None:
    async with (
        running_playground(300) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=300) as sender,
    ):
        telegram.state.faults.replace([refusal_fault("Bad Request: can't parse entities: unexpected end at byte 17")])
        number = await sender.service.create(ANNOUNCEMENT)
        progress = await wait_until_paused(sender, number)

        assert progress.jobs[Work.SEND].refused_words == "cannot parse entities unexpected end at byte"
        assert FIRST <= progress.claimed <= 128
        assert (progress.sent, progress.refused, progress.in_flight, dict(progress.reasons)) == (
            0,
            0,
            progress.claimed,
            {},
        )
        assert [news.kind for news in sender.events] == ["began", "paused"]
        telegram.state.faults.replace([])
        assert await sender.service.edit(number, NEW_TEXT)
        progress = await sender.wait_until_ended(number)
        assert (progress.sent, progress.claimed) == (300, 300)
        assert telegram.state.bulk_users.histogram() == {1: 300}
        assert telegram.state.bulk_users.tally(0, 2**52).edited == {}


async def test_many_equal_refusals_later_pause_a_broadcast_and_the_edit_reaches_everybody(
    tmp_path: Path,
) -> None:
    async with (
        running_playground(400) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 400.0, 400) as sender,
    ):
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.service.progress(number).sent > 50)
        telegram.state.faults.replace([refusal_fault("Bad Request: wrong file identifier/HTTP URL specified")])
        progress = await wait_until_paused(sender, number)
        before = progress.sent

        assert 50 < before < 400
        assert (progress.refused, dict(progress.reasons)) == (0, {})
        assert adds_up(progress)
        telegram.state.faults.replace([])
        assert await sender.service.edit(number, NEW_TEXT)
        progress = await sender.wait_until_ended(number)
        assert (progress.sent, progress.jobs[Work.EDIT].counts) == (400, {"done": before})
        assert telegram.state.bulk_users.histogram() == {1: 400}


async def test_later_refusals_that_do_not_name_the_message_concern_people(tmp_path: Path) -> None:
    async with (
        running_playground(300) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 400.0, 300) as sender,
    ):
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.service.progress(number).sent > 20)
        telegram.state.faults.replace([refusal_fault("Bad Request: NEW_WORDS", times=IN_A_ROW + 5)])
        progress = await sender.wait_until_ended(number)

        assert (progress.sent, progress.refused) == (300 - IN_A_ROW - 5, IN_A_ROW + 5)
        assert progress.reasons == {"new_words": IN_A_ROW + 5}


async def test_resuming_without_a_change_counts_the_refused_and_sends_to_the_others(tmp_path: Path) -> None:
    """The first people on the list may be refused for reasons of their own."""
    async with (
        running_playground(100) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=100) as sender,
    ):
        telegram.state.faults.replace([refusal_fault("Bad Request: NEW_WORDS")])
        number = await sender.service.create(ANNOUNCEMENT)
        await wait_until_paused(sender, number)
        refused = list(range(FIRST_CHAT, FIRST_CHAT + 30))
        telegram.state.faults.replace([refusal_fault("Bad Request: NEW_WORDS", refused)])
        assert await sender.service.resume(number)
        progress = await sender.wait_until_ended(number)

        assert (progress.sent, progress.refused, progress.reasons) == (70, 30, {"new_words": 30})
        assert set(telegram.state.bulk_users.histogram()) == {0, 1}


async def test_an_error_in_one_language_pauses_a_broadcast_although_the_other_language_arrives(
    tmp_path: Path,
) -> None:
    async with (
        running_playground(300) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 400.0, 300) as sender,
    ):
        persian = [FIRST_CHAT + number for number in range(1, 300, 2)]
        telegram.state.faults.replace([refusal_fault("Bad Request: can't parse entities", persian)])
        number = await sender.service.create(ANNOUNCEMENT)
        progress = await wait_until_paused(sender, number)

        assert progress.sent > 0
        assert progress.refused == 0
        telegram.state.faults.replace([])
        assert await sender.service.edit(number, NEW_TEXT)
        assert (await sender.wait_until_ended(number)).sent == 300
        assert telegram.state.bulk_users.histogram() == {1: 300}


async def test_a_short_list_that_is_refused_completely_pauses_a_broadcast(tmp_path: Path) -> None:
    async with (
        running_playground(2) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=2) as sender,
    ):
        telegram.state.faults.replace([refusal_fault("Bad Request: message is too long")])
        number = await sender.service.create(ANNOUNCEMENT)
        progress = await wait_until_paused(sender, number)

        assert (progress.refused, progress.in_flight) == (0, 2)
        telegram.state.faults.replace([])
        assert await sender.service.edit(number, NEW_TEXT)
        assert (await sender.wait_until_ended(number)).sent == 2


async def test_a_person_who_leaves_during_a_pause_is_in_no_ledger_and_gets_nothing(tmp_path: Path) -> None:
    async with (
        running_playground(6) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=6) as sender,
    ):
        telegram.state.faults.replace([refusal_fault("Bad Request: can't parse entities")])
        number = await sender.service.create(ANNOUNCEMENT)
        await wait_until_paused(sender, number)
        await sender.store.subscribers.leave(FIRST_CHAT, DAY)
        await sender.service.forget(FIRST_CHAT)
        telegram.state.faults.replace([])
        assert await sender.service.edit(number, NEW_TEXT)
        progress = await sender.wait_until_ended(number)

        assert (progress.sent, progress.left) == (5, 1)
        assert telegram.state.bulk_users.histogram() == {0: 1, 1: 5}


# A flood wait that concerns one person


@pytest.mark.parametrize("wait", ["999999", "3600", '61, "x": 1'])
async def test_a_long_flood_wait_of_one_person_puts_off_only_that_person(tmp_path: Path, wait: str) -> None:
    body = '{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":%s}}'
    async with (
        running_playground(200) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 400.0, 200) as sender,
    ):
        fault = {"kind": "raw", "methods": SEND, "chats": spread_chats(1), "code": 429, "body": body % wait}
        telegram.state.faults.replace([fault])
        number = await sender.service.create(ANNOUNCEMENT)
        progress = await sender.wait_until_ended(number, 10.0)

        assert (progress.sent, progress.refused_for_now, progress.reasons) == (199, 1, {"flood wait": 1})
        assert sender.engine._context.limiter.paused_for == 0
        telegram.state.faults.replace([])


@pytest.mark.parametrize("wait", ['"soon"', "-5", "null", "true", "[]", "{}", "1e400", "NaN"])
async def test_a_flood_wait_without_a_number_lasts_one_second(tmp_path: Path, wait: str) -> None:
    body = '{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":%s}}'
    async with (
        running_playground(30) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 400.0, 30) as sender,
    ):
        fault = {
            "kind": "raw",
            "methods": SEND,
            "chats": spread_chats(1),
            "code": 429,
            "body": body % wait,
            "times": 1,
        }
        telegram.state.faults.replace([fault])
        progress = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT), 10.0)

        assert (progress.sent, progress.unknown) == (30, 0)
        assert telegram.state.bulk_users.histogram() == {1: 30}


async def test_endless_short_flood_waits_of_one_person_put_off_that_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "FLOOD_PATIENCE", 2.0)
    async with (
        running_playground(60) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 400.0, 60) as sender,
    ):
        telegram.state.faults.replace([{"kind": "429", "methods": SEND, "chats": spread_chats(1), "seconds": 1.0}])
        progress = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT), 10.0)

        assert (progress.sent, progress.reasons) == (59, {"flood wait": 1})


async def test_a_flood_wait_of_everybody_puts_off_nobody(tmp_path: Path) -> None:
    async with (
        running_playground(60) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 400.0, 60) as sender,
    ):
        telegram.state.faults.replace([{"kind": "429", "methods": SEND, "seconds": 3600.0}])
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.engine._context.limiter.paused_for > 0)
        await asyncio.sleep(1.5)
        progress = sender.service.progress(number)
        assert (progress.sent, progress.refused) == (0, 0)
        telegram.state.faults.replace([])
        assert await sender.service.stop(number)


# The judge, and the names of refusals


def judge_refusals(judge: RefusalJudge, words: str, *persons: int, about: RefusalCause = RefusalCause.MESSAGE) -> str:
    for person in persons:
        judge.record_refusal("form", bytes([person]), RefusedForNow(words, about))
    return judge.words


def test_repeated_refusals_of_one_person_are_no_evidence() -> None:
    judge = RefusalJudge(has_arrived=False)
    assert judge_refusals(judge, "too long", *[1] * 50) == ""
    assert judge_refusals(judge, "too long", *range(FIRST)) == "too long"


def test_other_words_and_an_arrival_end_a_streak() -> None:
    judge = RefusalJudge(has_arrived=True)
    assert judge_refusals(judge, "too long", *range(IN_A_ROW - 1)) == ""
    assert judge_refusals(judge, "too short", *range(IN_A_ROW - 1)) == ""
    judge.record_arrival("form")
    assert judge_refusals(judge, "too short", *range(IN_A_ROW - 1)) == ""
    assert judge_refusals(judge, "too short", IN_A_ROW) == "too short"


def test_words_that_name_a_person_never_blame_the_announcement() -> None:
    judge = RefusalJudge(has_arrived=False)
    assert judge_refusals(judge, "user not found", *range(200), about=RefusalCause.PERSON) == ""


@pytest.mark.parametrize(
    ("why", "words", "kind"),
    [
        ("Bad Request: PRIVACY_PREMIUM_REQUIRED", "privacy_premium_required", "privacy_premium_required"),
        ("Bad Request: user 123456789 not found", "user not found", "user not found"),
        ("Bad Request: button 'x.org/me' and \"Anna\" wrong", "button and wrong", "button and wrong"),
        ("can't parse entities", "cannot parse entities", "cannot parse entities"),
        ("17", "", OTHER),
        ("", "", OTHER),
        ("a" * 300, "a" * 120, "a" * 40),
    ],
)
def test_a_kind_of_refusal_contains_no_id_and_no_quotation(why: str, words: str, kind: str) -> None:
    assert (words_of(why), kind_of(why)) == (words, kind)


def test_ten_kinds_of_refusals_are_counted_and_the_rest_together() -> None:
    kinds = ["abcdefghijklmnop"[number] for number in range(15)]
    counts = add_kinds({}, kinds)

    assert len(counts) == MAX_KINDS + 1
    assert counts[OTHER] == 15 - MAX_KINDS
    assert add_kinds(counts, [*counts, *[OTHER] * 4], sign=-1) == {}


def test_a_state_of_an_earlier_version_has_no_reasons() -> None:
    plain = broadcast_state.encode(BroadcastState(7, 0.0, None, reasons={"x": 1}, excused=("y",)))
    assert broadcast_state.decode(plain).reasons == {"x": 1}
    old = plain.replace(b',"reasons":{"x":1},"excused":["y"]', b"")
    assert b"reasons" not in old
    assert (broadcast_state.decode(old).reasons, broadcast_state.decode(old).excused) == ({}, ())


# What admins see of it


async def test_admins_see_the_words_of_a_refusal_and_continue_with_another_text(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path, people=40) as team, team.running_bot():
        quiet = list(range(FIRST_CHAT, FIRST_CHAT + 40))
        await team.writer.start()
        await team.other.start()
        team.place.playground.state.faults.replace([refusal_fault("Bad Request: can't parse entities", quiet)])
        await team.begin_sending()
        await team.writer.sees("Announcement no. 1 needs your attention.\n\nPaused automatically")
        await team.writer.sees("in the same words: “cannot parse entities”")
        team.place.playground.state.faults.replace([])
        await team.writer.press_under("Announcement no. 1\n\nPaused automatically", "Edit the text")
        await team.writer.press_under("This changes announcement no. 1", "✓ English")
        await team.writer.sees("Now send what those who read English")
        await team.writer.say("Tomorrow at two")
        await team.writer.press_under("This changes announcement no. 1", "Review and send")
        await team.writer.press_under("has to confirm", "Ask for approval")
        await team.other.press_under("with the one above", "Approve")
        report = await team.writer.sees("Sending has ended")

        assert (count_in(report, "Sent"), count_in(report, "Refused by Telegram")) == (40, 0)
        assert team.received_counts() == {1: 40}


@pytest.mark.parametrize(("language", "amount"), [("en", "12"), ("fa", "۱۲"), ("ps", "۱۲")])
async def test_admins_see_reasons_of_refusals_but_no_number_under_ten(
    tmp_path: Path, language: str, amount: str
) -> None:
    async with two_admins(tmp_path, people=60, language=language) as team:
        few = [FIRST_CHAT + number for number in (1, 2, 3, 50, 51)]
        many = list(range(FIRST_CHAT + 20, FIRST_CHAT + 32))
        team.place.playground.state.faults.replace(
            [
                refusal_fault("Bad Request: VOICE_MESSAGES_FORBIDDEN", many),
                refusal_fault("Bad Request: PRIVACY_PREMIUM_REQUIRED", few),
            ]
        )
        await team.send()
        expected = (
            ("voice_messages_forbidden", amount),
            ("privacy_premium_required", team.phrase("stats.few", number=10)),
        )
        reasons = [
            team.phrase("progress.reason", reason=team.phrase("progress.reason_words", words=words), amount=shown)
            for words, shown in expected
        ]
        await team.other.sees("\n".join([team.phrase("progress.refused_because"), *reasons]))
