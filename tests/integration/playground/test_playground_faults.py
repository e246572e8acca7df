"""What the box does wrong on purpose, and whether the call was carried out."""

import json
import time
from typing import Any

import aiohttp
import pytest

from tests.support.playground.client import EMMA, MARYAM, Hands, Told, hands


async def send(place: Hands) -> tuple[int, str, bytes]:
    url = f"{place.box.url}/bot{place.box.token}/sendMessage"
    async with place.session.post(url, json={"chat_id": EMMA, "text": "x"}) as answer:
        return answer.status, answer.content_type, await answer.read()


async def arrived(place: Hands) -> int:
    return place.box.state.received(EMMA)


async def with_fault(place: Hands, **fault: Any) -> None:
    await place.start()
    await place.post("faults", faults=[fault])


@pytest.mark.parametrize(("kind", "carried_out"), [("lost", 1), ("offline", 0)])
async def test_a_connection_closes_without_an_answer(kind: str, carried_out: int) -> None:
    async with hands() as place:
        await with_fault(place, kind=kind, times=1)
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await send(place)

        assert await arrived(place) == carried_out
        assert (await place.get("calls"))["calls"][-1]["ok"] is bool(carried_out)
        assert (await send(place))[0] == 200


async def test_an_answer_is_torn_in_the_middle() -> None:
    async with hands() as place:
        await with_fault(place, kind="torn")
        with pytest.raises(aiohttp.ClientPayloadError):
            await send(place)

        assert await arrived(place) == 1


@pytest.mark.parametrize(
    ("kind", "status", "content_type"),
    [("502", 502, "text/html"), ("html403", 403, "text/html"), ("429", 429, "application/json")],
)
async def test_refusals_are_not_carried_out(kind: str, status: int, content_type: str) -> None:
    async with hands() as place:
        await with_fault(place, kind=kind, seconds=7)
        told = await send(place)

        assert told[:2] == (status, content_type)
        assert await arrived(place) == 0
        assert (await place.get("calls"))["calls"][-1]["error_code"] == status
        if kind == "429":
            assert json.loads(told[2])["parameters"] == {"retry_after": 7}


async def test_slow_is_late_and_whole() -> None:
    async with hands() as place:
        await with_fault(place, kind="slow", seconds=0.2)
        started = time.monotonic()
        status, _, _ = await send(place)

        assert status == 200
        assert time.monotonic() - started >= 0.2


async def test_a_client_that_gives_up_does_not_stop_a_slow_call() -> None:
    async with hands() as place:
        await with_fault(place, kind="slow", seconds=0.2, methods=["sendMessage"])
        url = f"{place.box.url}/bot{place.box.token}/sendMessage?chat_id={EMMA}&text=x"
        with pytest.raises(TimeoutError):
            await place.session.get(url, timeout=aiohttp.ClientTimeout(total=0.05))
        before = await arrived(place)
        while not await arrived(place):
            await place.call("getMe")

        assert before == 0


async def test_faults_meet_named_methods_a_number_of_times() -> None:
    async with hands() as place:
        await with_fault(place, kind="502", methods=["sendmessage"], times=2)
        me = await place.call("getMe")
        sends = [(await send(place))[0] for _ in range(3)]

        assert me["ok"]
        assert sends == [502, 502, 200]
        [listed] = (await place.get("faults"))["faults"]
        assert (listed["kind"], listed["methods"], listed["times"]) == ("502", ["sendmessage"], 0)


async def test_a_share_meets_about_that_share() -> None:
    async with hands(unpaced=True, seed=1) as place:
        await with_fault(place, kind="502", share=0.5)
        met = sum([(await send(place))[0] == 502 for _ in range(100)])

        assert 30 < met < 70


async def test_a_new_list_replaces_the_old_one() -> None:
    async with hands() as place:
        await with_fault(place, kind="502")
        await place.post("faults", faults=[])

        assert (await send(place))[0] == 200


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"kind": "rain"}, 'A fault needs a "kind", one of slow, lost, 429, 502, offline, html403, torn'),
        ({"kind": "lost", "share": 2}, '"share" is to be a number from 0 to 1, not 2.'),
        ({"kind": "lost", "times": -1}, '"times" is to be a whole number or null, not -1.'),
        ({"kind": "lost", "methods": "getMe"}, '"methods" is to be a list of method names'),
        ({"kind": "lost", "seconds": "5"}, '"seconds" is to be a number of seconds'),
        ({"kind": "lost", "color": "red"}, "A fault has no color: leave it out."),
    ],
)
async def test_wrong_faults_are_told(fault: dict[str, Any], sentence: str) -> None:
    async with hands() as place:
        with pytest.raises(Told) as told:
            await place.post("faults", faults=[fault])

        assert sentence in str(told.value)


async def test_a_fault_can_concern_one_chat_alone() -> None:
    async with hands() as place:
        await with_fault(place, kind="refused", chats=[EMMA], code=400, description="Bad Request: PEER_FLOOD")
        await place.start(MARYAM)

        assert await place.refusal("sendMessage", chat_id=EMMA, text="x") == "Bad Request: PEER_FLOOD"
        await place.result("sendMessage", chat_id=MARYAM, text="x")


async def test_a_raw_answer_is_given_as_it_is() -> None:
    async with hands() as place:
        await with_fault(place, kind="raw", code=200, body='{"ok": true, "result": 7}')

        assert await send(place) == (200, "application/json", b'{"ok": true, "result": 7}')
        assert await arrived(place) == 0


async def test_an_answer_trickles_in_byte_by_byte_and_is_whole() -> None:
    async with hands() as place:
        await with_fault(place, kind="trickle", seconds=0.0001)
        status, _, body = await send(place)

        assert status == 200
        assert json.loads(body)["ok"]
        assert await arrived(place) == 1
