"""A refusal concerns the person who was refused; only evidence of several people speaks against an announcement."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.broadcast.delivery import retry
from bot.broadcast.delivery.results.outcome import About, RefusedForNow
from bot.broadcast.delivery.results.refusal_judge import FIRST, IN_A_ROW, RefusalJudge
from bot.broadcast.delivery.results.refusal_kinds import MOST, OTHER, counted, kind_of, words_of
from bot.broadcast.delivery.service import Progress
from bot.model.announcement import Piece
from storage.deliveries import broadcast_state
from storage.deliveries.broadcast_state import BroadcastState, Status, Work
from tests.support.announcement_admins import closed_office, count, office
from tests.support.broadcast_sender import ANNOUNCEMENT, FIRST_CHAT, Sender, api_url, running_playground, sender_at
from tests.support.storage_process import DAY, place_in

SEND = ["sendMessage"]
NEW_TEXT = replace(ANNOUNCEMENT, pieces={"en": Piece("Tomorrow at one"), "fa": Piece("فردا ساعت یک")})


def refusal(description: str, chats: list[int] | None = None, **more: Any) -> dict[str, Any]:
    return {"kind": "refused", "methods": SEND, "description": description, "chats": chats or [], **more}


def people(count: int) -> list[int]:
    """So many, spread over the list."""
    return [FIRST_CHAT + 7 * number for number in range(count)]


def adds_up(told: Progress) -> bool:
    sum_ = told.sent + told.refused + told.unknown + told.left + told.skipped + told.in_flight
    return sum_ == told.claimed


async def paused(sender: Sender, number: int) -> Progress:
    await sender.wait_until(lambda: sender.service.progress(number).jobs[Work.SEND].status is Status.PAUSED)
    await sender.wait_until(lambda: not sender.store.hold._holders)
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
async def test_one_person_s_refusal_is_theirs_whatever_its_words(
    tmp_path: Path, description: str, code: int, kind: str
) -> None:
    async with (
        running_playground(300) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=300) as sender,
    ):
        telegram.state.faults.replace([refusal(description, people(1), code=code)])
        told = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))

        assert (told.sent, told.refused, told.refused_for_now, told.claimed) == (299, 1, 1, 300)
        assert told.reasons == {kind: 1}
        assert await sender.store.subscribers.count() == 300


async def test_those_refused_for_now_get_it_when_they_are_tried_again(tmp_path: Path) -> None:
    async with (
        running_playground(300) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=300) as sender,
    ):
        telegram.state.faults.replace([refusal("Bad Request: PRIVACY_PREMIUM_REQUIRED", people(12))])
        number = await sender.service.create(ANNOUNCEMENT)
        assert (await sender.wait_until_ended(number)).reasons == {"privacy_premium_required": 12}
        telegram.state.faults.replace([])
        assert await sender.service.retry_refused(number)
        told = await sender.wait_until_ended(number)

        assert (told.sent, told.refused, dict(told.reasons)) == (300, 0, {})
        assert telegram.state.quiet.spread() == {1: 300}


async def test_what_the_first_people_are_refused_in_the_same_words_pauses_and_goes_on_after_an_edit(
    tmp_path: Path,
) -> None:
    async with (
        running_playground(300) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=300) as sender,
    ):
        telegram.state.faults.replace([refusal("Bad Request: can't parse entities: unexpected end at byte 17")])
        number = await sender.service.create(ANNOUNCEMENT)
        told = await paused(sender, number)

        assert told.jobs[Work.SEND].refused_words == "cannot parse entities unexpected end at byte"
        assert FIRST <= told.claimed <= 128
        assert (told.sent, told.refused, told.in_flight, dict(told.reasons)) == (0, 0, told.claimed, {})
        assert [news.kind for news in sender.events] == ["began", "paused"]
        telegram.state.faults.replace([])
        assert await sender.service.edit(number, NEW_TEXT)
        told = await sender.wait_until_ended(number)
        assert (told.sent, told.claimed) == (300, 300)
        assert telegram.state.quiet.spread() == {1: 300}
        assert telegram.state.quiet.tally(0, 2**52).edited == {}


async def test_in_the_midst_of_it_many_in_a_row_pause_it_and_the_edit_reaches_those_before_and_after(
    tmp_path: Path,
) -> None:
    async with (
        running_playground(400) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 400.0, 400) as sender,
    ):
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.service.progress(number).sent > 50)
        telegram.state.faults.replace([refusal("Bad Request: wrong file identifier/HTTP URL specified")])
        told = await paused(sender, number)
        before = told.sent

        assert 50 < before < 400
        assert (told.refused, dict(told.reasons)) == (0, {})
        assert adds_up(told)
        telegram.state.faults.replace([])
        assert await sender.service.edit(number, NEW_TEXT)
        told = await sender.wait_until_ended(number)
        assert (told.sent, told.jobs[Work.EDIT].counts) == (400, {"done": before})
        assert telegram.state.quiet.spread() == {1: 400}


async def test_in_the_midst_of_it_words_that_say_nothing_of_the_message_concern_people(tmp_path: Path) -> None:
    async with (
        running_playground(300) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 400.0, 300) as sender,
    ):
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.service.progress(number).sent > 20)
        telegram.state.faults.replace([refusal("Bad Request: NEW_WORDS", times=IN_A_ROW + 5)])
        told = await sender.wait_until_ended(number)

        assert (told.sent, told.refused) == (300 - IN_A_ROW - 5, IN_A_ROW + 5)
        assert told.reasons == {"new_words": IN_A_ROW + 5}


async def test_a_resume_without_a_change_counts_them_as_refused_and_the_others_get_it(tmp_path: Path) -> None:
    """As when the first ones on the list happen to be refused for themselves."""
    async with (
        running_playground(100) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=100) as sender,
    ):
        telegram.state.faults.replace([refusal("Bad Request: NEW_WORDS")])
        number = await sender.service.create(ANNOUNCEMENT)
        await paused(sender, number)
        refused = list(range(FIRST_CHAT, FIRST_CHAT + 30))
        telegram.state.faults.replace([refusal("Bad Request: NEW_WORDS", refused)])
        assert await sender.service.resume(number)
        told = await sender.wait_until_ended(number)

        assert (told.sent, told.refused, told.reasons) == (70, 30, {"new_words": 30})
        assert set(telegram.state.quiet.spread()) == {0, 1}


async def test_a_mistake_in_one_language_pauses_it_while_the_other_language_gets_it(tmp_path: Path) -> None:
    async with (
        running_playground(300) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 400.0, 300) as sender,
    ):
        persian = [FIRST_CHAT + number for number in range(1, 300, 2)]
        telegram.state.faults.replace([refusal("Bad Request: can't parse entities", persian)])
        number = await sender.service.create(ANNOUNCEMENT)
        told = await paused(sender, number)

        assert told.sent > 0
        assert told.refused == 0
        telegram.state.faults.replace([])
        assert await sender.service.edit(number, NEW_TEXT)
        assert (await sender.wait_until_ended(number)).sent == 300
        assert telegram.state.quiet.spread() == {1: 300}


async def test_a_short_list_that_is_refused_as_a_whole_pauses_as_well(tmp_path: Path) -> None:
    async with (
        running_playground(2) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=2) as sender,
    ):
        telegram.state.faults.replace([refusal("Bad Request: message is too long")])
        number = await sender.service.create(ANNOUNCEMENT)
        told = await paused(sender, number)

        assert (told.refused, told.in_flight) == (0, 2)
        telegram.state.faults.replace([])
        assert await sender.service.edit(number, NEW_TEXT)
        assert (await sender.wait_until_ended(number)).sent == 2


async def test_who_leaves_while_it_is_paused_is_in_no_ledger_and_gets_nothing(tmp_path: Path) -> None:
    async with (
        running_playground(6) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=6) as sender,
    ):
        telegram.state.faults.replace([refusal("Bad Request: can't parse entities")])
        number = await sender.service.create(ANNOUNCEMENT)
        await paused(sender, number)
        await sender.store.subscribers.leave(FIRST_CHAT, DAY)
        await sender.service.forget(FIRST_CHAT)
        telegram.state.faults.replace([])
        assert await sender.service.edit(number, NEW_TEXT)
        told = await sender.wait_until_ended(number)

        assert (told.sent, told.left) == (5, 1)
        assert telegram.state.quiet.spread() == {0: 1, 1: 5}


# A flood wait that concerns one person


@pytest.mark.parametrize("wait", ["999999", "3600", '61, "x": 1'])
async def test_a_long_flood_wait_of_one_person_puts_them_off_and_holds_nobody(tmp_path: Path, wait: str) -> None:
    body = '{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":%s}}'
    async with (
        running_playground(200) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 400.0, 200) as sender,
    ):
        fault = {"kind": "raw", "methods": SEND, "chats": people(1), "code": 429, "body": body % wait}
        telegram.state.faults.replace([fault])
        number = await sender.service.create(ANNOUNCEMENT)
        told = await sender.wait_until_ended(number, 10.0)

        assert (told.sent, told.refused_for_now, told.reasons) == (199, 1, {"flood wait": 1})
        assert sender.engine._context.limiter.paused_for == 0
        telegram.state.faults.replace([])


@pytest.mark.parametrize("wait", ['"soon"', "-5", "null", "true", "[]", "{}", "1e400", "NaN"])
async def test_a_flood_wait_that_is_no_number_is_one_second(tmp_path: Path, wait: str) -> None:
    body = '{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":%s}}'
    async with (
        running_playground(30) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 400.0, 30) as sender,
    ):
        fault = {"kind": "raw", "methods": SEND, "chats": people(1), "code": 429, "body": body % wait, "times": 1}
        telegram.state.faults.replace([fault])
        told = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT), 10.0)

        assert (told.sent, told.unknown) == (30, 0)
        assert telegram.state.quiet.spread() == {1: 30}


async def test_short_flood_waits_of_one_person_without_end_put_them_off_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "FLOOD_PATIENCE", 2.0)
    async with (
        running_playground(60) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 400.0, 60) as sender,
    ):
        telegram.state.faults.replace([{"kind": "429", "methods": SEND, "chats": people(1), "seconds": 1.0}])
        told = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT), 10.0)

        assert (told.sent, told.reasons) == (59, {"flood wait": 1})


async def test_a_flood_wait_of_everybody_puts_nobody_off(tmp_path: Path) -> None:
    async with (
        running_playground(60) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), 400.0, 60) as sender,
    ):
        telegram.state.faults.replace([{"kind": "429", "methods": SEND, "seconds": 3600.0}])
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.engine._context.limiter.paused_for > 0)
        await asyncio.sleep(1.5)
        told = sender.service.progress(number)
        assert (told.sent, told.refused) == (0, 0)
        telegram.state.faults.replace([])
        assert await sender.service.stop(number)


# The judge, and the names of refusals


def judged(judge: RefusalJudge, words: str, *persons: int, about: About = About.MESSAGE) -> str:
    for person in persons:
        judge.hear_refused("form", bytes([person]), RefusedForNow(words, about))
    return judge.words


def test_the_same_person_again_and_again_is_no_evidence() -> None:
    judge = RefusalJudge(has_arrived=False)
    assert judged(judge, "too long", *[1] * 50) == ""
    assert judged(judge, "too long", *range(FIRST)) == "too long"


def test_other_words_begin_a_new_row_and_an_arrival_ends_it() -> None:
    judge = RefusalJudge(has_arrived=True)
    assert judged(judge, "too long", *range(IN_A_ROW - 1)) == ""
    assert judged(judge, "too short", *range(IN_A_ROW - 1)) == ""
    judge.hear_arrived("form")
    assert judged(judge, "too short", *range(IN_A_ROW - 1)) == ""
    assert judged(judge, "too short", IN_A_ROW) == "too short"


def test_what_concerns_a_person_by_its_words_never_speaks_against_the_announcement() -> None:
    judge = RefusalJudge(has_arrived=False)
    assert judged(judge, "user not found", *range(200), about=About.PERSON) == ""


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
def test_a_kind_names_no_id_and_nothing_that_was_quoted(why: str, words: str, kind: str) -> None:
    assert (words_of(why), kind_of(why)) == (words, kind)


def test_ten_kinds_are_counted_and_the_rest_together() -> None:
    kinds = ["abcdefghijklmnop"[number] for number in range(15)]
    found = counted({}, kinds)

    assert len(found) == MOST + 1
    assert found[OTHER] == 15 - MOST
    assert counted(found, [*found, *[OTHER] * 4], sign=-1) == {}


def test_a_standing_of_an_earlier_version_has_no_reasons() -> None:
    plain = broadcast_state.encoded(BroadcastState(7, 0.0, None, reasons={"x": 1}, excused=("y",)))
    assert broadcast_state.decoded(plain).reasons == {"x": 1}
    old = plain.replace(b', "reasons": {"x": 1}, "excused": ["y"]', b"")
    assert b"reasons" not in old
    assert (broadcast_state.decoded(old).reasons, broadcast_state.decoded(old).excused) == ({}, ())


# What admins see of it


async def test_admins_see_the_words_change_the_text_and_it_goes_on(tmp_path: Path) -> None:
    async with closed_office(tmp_path, people=40) as one, one.at_work():
        quiet = list(range(FIRST_CHAT, FIRST_CHAT + 40))
        await one.writer.start()
        await one.other.start()
        one.place.box.state.faults.replace([refusal("Bad Request: can't parse entities", quiet)])
        await one.begin()
        await one.writer.sees("Announcement no. 1 needs an admin.\n\nPaused automatically")
        await one.writer.sees("in the same words: “cannot parse entities”")
        one.place.box.state.faults.replace([])
        await one.writer.press_under("Announcement no. 1\n\nPaused automatically", "Change the text")
        await one.writer.press_under("This changes announcement no. 1", "✓ English")
        await one.writer.sees("Now send what those who read English")
        await one.writer.say("Tomorrow at two")
        await one.writer.press_under("This changes announcement no. 1", "Check and send")
        await one.writer.press_under("has to confirm", "Change it everywhere")
        await one.other.press_under("into the one above", "Confirm")
        report = await one.writer.sees("Sending has ended")

        assert (count(report, "Sent"), count(report, "Refused")) == (40, 0)
        assert one.got() == {1: 40}


@pytest.mark.parametrize(("language", "amount"), [("en", "12"), ("fa", "۱۲"), ("ps", "۱۲")])
async def test_admins_see_why_people_were_refused_and_no_number_under_ten(
    tmp_path: Path, language: str, amount: str
) -> None:
    async with office(tmp_path, people=60, language=language) as one:
        few = [FIRST_CHAT + number for number in (1, 2, 3, 50, 51)]
        many = list(range(FIRST_CHAT + 20, FIRST_CHAT + 32))
        one.place.box.state.faults.replace(
            [
                refusal("Bad Request: VOICE_MESSAGES_FORBIDDEN", many),
                refusal("Bad Request: PRIVACY_PREMIUM_REQUIRED", few),
            ]
        )
        await one.send()
        expected = (
            ("voice_messages_forbidden", amount),
            ("privacy_premium_required", one.word("stats.few", number=10)),
        )
        reasons = [
            one.word("progress.reason", reason=one.word("progress.reason_words", words=words), amount=shown)
            for words, shown in expected
        ]
        await one.other.sees("\n".join([one.word("progress.refused_because"), *reasons]))
