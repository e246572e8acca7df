"""Announcements faster than Telegram sends for free: what they cost, who is told so, what is done without Stars."""

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
from tests.support.announcement_admins import Office, at_check, count, office, write
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.broadcast_sender import ANNOUNCEMENT, FIRST_CHAT, add_subscribers, sender_on
from tests.support.storage_process import place_in

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
def test_it_never_costs_more_than_if_each_message_were_paid_for(people: int, rate: float) -> None:
    assert 0 <= star_price(people, rate) <= -(-people // 10)
    assert star_price(people, rate) <= star_price(people + 1000, rate)


def test_nothing_is_paid_where_the_balance_is_not_known_to_be_enough() -> None:
    assert [Offer(70, balance).stars for balance in (70, 71, 69, 0, None)] == [70, 70, 0, 0, 0]


def purse(one: Office) -> Any:
    return next(iter(one.place.box.state.bots.values())).stars


async def test_all_admins_are_told_what_it_takes_and_that_is_taken(tmp_path: Path) -> None:
    async with office(tmp_path, PEOPLE, FAST, language="fa") as one:
        before = purse(one).tenths
        await write(one.writer)
        told = await at_check(one.writer)
        await one.writer.press_under("Recipients", "Send now")
        waiting = await one.writer.sees("Waiting for the confirmation")
        question = await one.other.sees(one.word("broadcast.question"))
        await one.confirm()
        await one.writer.sees("You wrote it, another admin confirmed it.")
        report = await one.writer.sees("Sending has ended")
        taken = before - purse(one).tenths

        said = "Faster than 30 a second: Telegram takes Stars from the bot’s balance, about 34 for this one."
        assert said in told
        assert "Balance: 100000 Stars" in told
        assert said in waiting["text"]
        assert one.word("broadcast.stars", stars=34) in question["text"]
        assert count(report, "Sent") == PEOPLE
        assert one.got() == {1: PEOPLE}
        assert 200 <= taken <= 340, "tenths of a Star: a slow machine sends more of them for free"


async def test_what_was_confirmed_for_one_price_is_not_confirmed_for_another(tmp_path: Path) -> None:
    async with office(tmp_path, PEOPLE, FAST) as one:
        await one.ask()
        await one.other.sees("about 34 for this one")
        await one.writer.say("/broadcast")
        await one.writer.press_under("about to be sent", "For whom")
        await one.writer.press_under("Choose who gets it", "English")
        await one.writer.press_under("Choose who gets it", "Back")
        assert "about 17 for this one" in await at_check(one.writer)  # 200 of the 400 read it
        await one.other.press_under("about 34 for this one", "Confirm")
        await one.other.sees("This request is void")

        assert one.got() == {0: PEOPLE}


@pytest.mark.parametrize("asked", [True, False])
async def test_without_enough_stars_it_goes_for_free_at_30_a_second(tmp_path: Path, asked: bool) -> None:
    people, why = 90, "the bot has 5." if asked else "but the bot’s balance could not be asked for."
    async with office(tmp_path, people, "1000") as one:
        purse(one).tenths = 50
        if not asked:
            one.place.box.state.faults.replace([{"kind": "502", "methods": ["getMyStarBalance"]}])
        await write(one.writer)
        told = await at_check(one.writer)
        await one.writer.press_under("Recipients", "Send now")
        begun = asyncio.get_running_loop().time()
        await one.confirm()
        await one.writer.sees("Sending has ended")
        took = asyncio.get_running_loop().time() - begun
        refused = [call for call in one.place.box.state.calls.since(0) if call["error_code"] == 429]

        assert f"At 30 a second, for free. Faster would take about 6 Stars, {'and ' if asked else ''}{why}" in told
        assert "Telegram takes Stars" not in told
        assert one.got() == {1: people}
        assert purse(one).tenths == 50
        assert refused == []
        assert took > (people - 10) / FREE_PER_SECOND


async def test_where_telegram_wants_more_stars_than_there_are_it_waits_for_an_admin(tmp_path: Path) -> None:
    async with office(tmp_path, PEOPLE, FAST, language="ps") as one:
        gone = one.place.box.state.quiet.gone
        gone |= {FIRST_CHAT + number: "Forbidden: BALANCE_TOO_LOW" for number in range(PEOPLE)}
        await one.begin()
        await one.writer.sees("Telegram says that the bot’s Stars are not enough.")
        await one.other.sees(one.word("progress.paused_stars"))
        assert one.got() == {0: PEOPLE}
        gone.clear()
        await one.writer.press_under("Announcement no. 1\n\nPaused by itself", "Resume")
        report = await one.writer.sees("Sending has ended")

        assert count(report, "Sent") == PEOPLE
        assert one.got() == {1: PEOPLE}


class Listening(ApiClient):
    """Knows what was sent."""

    forms: ClassVar[list[RequestTemplate]] = []

    async def send(self, request: RequestTemplate, chat: int) -> SendResult:
        self.forms.append(request)
        return await super().send(request, chat)


@pytest.mark.parametrize(("rate", "paid"), [(31.0, True), (30.0, False)])
async def test_what_was_confirmed_as_paid_goes_for_free_when_the_rate_was_put_back(
    tmp_path: Path, rate: float, paid: bool
) -> None:
    Listening.forms.clear()
    async with place_in(tmp_path).opened() as store:
        await add_subscribers(store, 3)
        async with sender_on(store, "http://127.0.0.1:9/botx", rate, client=Listening) as sender:
            number = await sender.service.create(replace(ANNOUNCEMENT, paid=True))
            await sender.wait_until(lambda: len(Listening.forms) >= 3)
            await sender.service.pause(number)

            assert sender.service.progress(number).jobs[Work.SEND].status is Status.PAUSED

    sent = {b"allow_paid_broadcast" in request.json_after_chat for request in Listening.forms}

    assert sent == {paid}


@pytest.mark.parametrize("lang", list(CAMPAIGN.languages))
def test_the_price_is_told_in_the_digits_of_the_language(lang: Lang) -> None:
    book = CAMPAIGN.phrasebooks[lang]

    assert CAMPAIGN.languages[lang].number(970) in book.say("broadcast.stars", stars=970)
