"""One odd response about one person neither stops the bot nor loses anybody."""

import asyncio
from pathlib import Path

import pytest

from bot.errors import TokenRejected
from storage.deliveries.broadcast_state import Work
from storage.subscriptions.subscriber import Daily, Subscriber
from tests.support import daily_sender
from tests.support.broadcast_sender import ANNOUNCEMENT, FIRST_CHAT, api_url, running_playground, sender_at
from tests.support.storage_process import DAY, Place, place_in

SEND = ["sendMessage"]


@pytest.mark.parametrize("code", [401, 404, 409])
async def test_one_odd_response_about_one_person_stops_nothing(tmp_path: Path, code: int) -> None:
    async with (
        running_playground(200) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=200) as sender,
    ):
        fault = {"kind": "refused", "methods": SEND, "code": code, "description": "Odd", "chats": [FIRST_CHAT + 50]}
        telegram.state.faults.replace([fault])
        progress = await sender.wait_until_ended(await sender.service.create(ANNOUNCEMENT))

        assert (progress.sent, progress.refused_for_now, progress.reasons) == (199, 1, {"unexpected answer": 1})
        assert sender.engine._fatal_status is None
        assert await sender.store.subscribers.count() == 200


@pytest.mark.parametrize("method", ["deleteMessage", "editMessageText"])
async def test_one_odd_response_to_an_edit_stops_nothing(tmp_path: Path, method: str) -> None:
    async with (
        running_playground(20) as telegram,
        sender_at(place_in(tmp_path), api_url(telegram), people=20) as sender,
    ):
        number = await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until_ended(number)
        fault = {"kind": "refused", "methods": [method], "code": 404, "description": "Odd", "times": 2}
        telegram.state.faults.replace([fault])
        work = Work.RECALL if method == "deleteMessage" else Work.EDIT
        assert await (
            sender.service.recall(number) if work is Work.RECALL else sender.service.edit(number, ANNOUNCEMENT)
        )
        progress = await sender.wait_until_ended(number)

        assert sum(progress.jobs[work].counts.values()) == 20
        assert sender.engine._fatal_status is None


async def test_a_token_that_getme_refuses_too_stops_everything(tmp_path: Path) -> None:
    async with running_playground(30) as telegram:
        with pytest.raises(TokenRejected):
            await send_until_refused_everywhere(place_in(tmp_path), telegram)


async def send_until_refused_everywhere(place: Place, telegram: object) -> None:
    async with sender_at(place, api_url(telegram), people=30) as sender:
        faults = telegram.state.faults  # type: ignore[attr-defined]
        faults.replace([{"kind": "refused", "code": 401, "description": "Unauthorized"}])
        await sender.service.create(ANNOUNCEMENT)
        await sender.wait_until(lambda: sender.engine._fatal_status == 401)


async def test_a_clock_that_was_ahead_holds_back_no_daily_clause(tmp_path: Path) -> None:
    noon, now = daily_sender.kabul(3, 12), [0.0]
    place = place_in(tmp_path)
    async with running_playground(1) as telegram, place.opened() as store:
        await store.subscribers.save(Subscriber(FIRST_CHAT, "en", daily=Daily(12, "Asia/Kabul", 1)), DAY)
        await store.broadcasts.write_heartbeat(noon - 3600)
        now[0] = noon - 3600
        async with daily_sender.begun_sweep(store, api_url(telegram), lambda: now[0]) as sweep:
            await sweep.look(asyncio.Event())
        now[0] = noon - 60 + 40 * 86_400
        async with daily_sender.begun_sweep(store, api_url(telegram), lambda: now[0]):
            pass  # the bot starts while its clock is 40 days ahead
        now[0] = noon - 3500
        async with daily_sender.begun_sweep(store, api_url(telegram), lambda: now[0]) as sweep:
            await sweep.look(asyncio.Event())
            now[0] = noon + 86_400 + 60
            await sweep.look(asyncio.Event())
        assert telegram.state.bulk_users.histogram() == {1: 1}
