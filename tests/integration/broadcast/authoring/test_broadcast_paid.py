"""Announcements faster than Telegram sends for free: their price, who sees it, and sending without Stars."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.broadcast.delivery.pricing import FREE_PER_SECOND, Offer, star_price
from bot.broadcast.delivery.requests import ApiClient, RequestTemplate
from bot.broadcast.delivery.results.outcome import SendResult
from content.model import Lang
from storage.deliveries.broadcast_state import Status, Work
from tests.support.announcement_admins import SEND, TwoAdmins, count_in, open_check_page, two_admins, write_draft
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.broadcast_sender import ANNOUNCEMENT, FIRST_CHAT, add_subscribers, sender_on
from tests.support.storage_process import place_in

ENGLISH = CAMPAIGN.phrasebooks[Lang("en")]
FAST = "200"
PEOPLE = 400  # two seconds of 170 messages above the free ones


@pytest.mark.parametrize(
    ("people", "rate", "stars"),
    [
        (10_000, 30, 0),
        (10_000, 7.5, 0),
        (0, 1000, 0),
        (30, 1000, 0),  # in the first second, and free
        (31, 1000, 1),
        (130, 100, 7),
        (131, 100, 8),
        (10_000, 100, 700),
        (10_000, 45.5, 340),
        (10_000, 1000, 970),
        (1_000_000, 1000, 97_000),
    ],
)
def test_a_tenth_of_a_star_for_each_message_above_30_a_second(people: int, rate: float, stars: int) -> None:
    assert star_price(people, rate) == stars


@given(st.integers(0, 2_000_000), st.floats(1, 1000))
def test_the_price_never_exceeds_that_of_paying_for_every_message(people: int, rate: float) -> None:
    assert 0 <= star_price(people, rate) <= -(-people // 10)
    assert star_price(people, rate) <= star_price(people + 1000, rate)


def test_no_stars_are_offered_unless_the_balance_is_known_to_suffice() -> None:
    assert [Offer(70, balance).stars for balance in (70, 71, 69, 0, None)] == [70, 70, 0, 0, 0]


def star_balance(admins: TwoAdmins) -> Any:
    return next(iter(admins.place.playground.state.bots.values())).stars


async def test_every_admin_sees_the_price_and_that_much_is_spent(tmp_path: Path) -> None:
    async with two_admins(tmp_path, PEOPLE, FAST, language="fa") as admins:
        before = star_balance(admins).tenths
        await write_draft(admins.writer)
        text = await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)
        waiting = await admins.writer.sees("Waiting for another admin to confirm")
        question = await admins.other.sees(admins.phrase("broadcast.question"))
        await admins.confirm()
        await admins.writer.sees("You wrote it, and another admin confirmed it.")
        report = await admins.writer.sees("Sending has ended")
        taken = before - star_balance(admins).tenths

        message = ENGLISH.say("broadcast.stars", stars=34)
        assert message in text
        assert "Stars in the bot’s balance: 100,000" in text
        assert message in waiting["text"]
        assert admins.phrase("broadcast.stars", stars=34) in question["text"]
        assert count_in(report, "Sent") == PEOPLE
        assert admins.received_counts() == {1: PEOPLE}
        assert 200 <= taken <= 340, "tenths of a Star: a slow machine sends more of them for free"


async def test_a_confirmation_for_one_price_does_not_hold_for_another(tmp_path: Path) -> None:
    async with two_admins(tmp_path, PEOPLE, FAST) as admins:
        await admins.request()
        await admins.other.sees("about 34 for this one")
        await admins.writer.say("/broadcast")
        await admins.writer.press_under("about to be sent", "Recipients")
        await admins.writer.press_under("Choose who gets it", "English")
        await admins.writer.press_under("Choose who gets it", "Back")
        assert "about 17 for this one" in await open_check_page(admins.writer)  # 200 of the 400 read it
        await admins.other.press_under("about 34 for this one", "Approve")
        await admins.other.sees("This request is no longer valid")

        assert admins.received_counts() == {0: PEOPLE}


@pytest.mark.parametrize("asked", [True, False])
async def test_without_enough_stars_sending_is_free_at_30_a_second(tmp_path: Path, asked: bool) -> None:
    people = 90
    short, unasked = ("broadcast.stars_short", "broadcast.stars_unasked")
    why = ENGLISH.say(short, stars=6, balance=5) if asked else ENGLISH.say(unasked, stars=6)
    async with two_admins(tmp_path, people, "1000") as admins:
        star_balance(admins).tenths = 50
        if not asked:
            admins.place.playground.state.faults.replace([{"kind": "502", "methods": ["getMyStarBalance"]}])
        await write_draft(admins.writer)
        text = await open_check_page(admins.writer)
        await admins.writer.press_under("Recipients", SEND)
        begun = asyncio.get_running_loop().time()
        await admins.confirm()
        await admins.writer.sees("Sending has ended")
        took = asyncio.get_running_loop().time() - begun
        refused = [call for call in admins.place.playground.state.calls.since(0) if call["error_code"] == 429]

        assert why in text
        assert "this costs Telegram Stars" not in text
        assert admins.received_counts() == {1: people}
        assert star_balance(admins).tenths == 50
        assert refused == []
        assert took > (people - 10) / FREE_PER_SECOND


async def test_sending_pauses_when_telegram_wants_more_stars_than_there_are(tmp_path: Path) -> None:
    async with two_admins(tmp_path, PEOPLE, FAST, language="ps") as admins:
        gone = admins.place.playground.state.bulk_users.refusals
        gone |= {FIRST_CHAT + number: "Forbidden: BALANCE_TOO_LOW" for number in range(PEOPLE)}
        await admins.begin_sending()
        await admins.writer.sees("Telegram says that the bot’s Stars are not enough.")
        await admins.other.sees(admins.phrase("progress.paused_stars"))
        assert admins.received_counts() == {0: PEOPLE}
        gone.clear()
        await admins.writer.press_under("Announcement no. 1\n\nPaused automatically", "Resume")
        report = await admins.writer.sees("Sending has ended")

        assert count_in(report, "Sent") == PEOPLE
        assert admins.received_counts() == {1: PEOPLE}


class RecordingClient(ApiClient):
    """Record what is sent."""

    forms: ClassVar[list[RequestTemplate]] = []

    async def send(self, request: RequestTemplate, chat: int) -> SendResult:
        self.forms.append(request)
        return await super().send(request, chat)


@pytest.mark.parametrize(("rate", "paid"), [(31.0, True), (30.0, False)])
async def test_a_paid_announcement_is_free_once_the_rate_is_lowered(tmp_path: Path, rate: float, paid: bool) -> None:
    RecordingClient.forms.clear()
    async with place_in(tmp_path).opened() as store:
        await add_subscribers(store, 3)
        async with sender_on(store, "http://127.0.0.1:9/botx", rate, client=RecordingClient) as sender:
            number = await sender.service.create(replace(ANNOUNCEMENT, paid=True))
            await sender.wait_until(lambda: len(RecordingClient.forms) >= 3)
            await sender.service.pause(number)

            assert sender.service.progress(number).jobs[Work.SEND].status is Status.PAUSED

    sent = {b"allow_paid_broadcast" in request.json_after_chat for request in RecordingClient.forms}

    assert sent == {paid}


@pytest.mark.parametrize("lang", list(CAMPAIGN.languages))
def test_the_price_is_written_in_the_digits_of_the_language(lang: Lang) -> None:
    book = CAMPAIGN.phrasebooks[lang]

    assert CAMPAIGN.languages[lang].number(970) in book.say("broadcast.stars", stars=970)
