"""Planted faults: the response that the client gets, and whether the call was carried out."""

import json
import time
from typing import Any

import aiohttp
import pytest

from tests.support.playground.client import EMMA, MARYAM, PlaygroundClient, SimulatorErrorResponse, playground_client


async def send_message(client: PlaygroundClient) -> tuple[int, str, bytes]:
    """Send a message to Emma; return the status, content type and body of the response."""
    url = client.method_url("sendMessage")
    async with client.session.post(url, json={"chat_id": EMMA, "text": "x"}) as response:
        return response.status, response.content_type, await response.read()


def received(client: PlaygroundClient) -> int:
    """Return how many messages Emma received."""
    return client.server.state.received(EMMA)


async def plant(client: PlaygroundClient, **fault: Any) -> None:
    """Start the bot as Emma, and plant one fault."""
    await client.start()
    await client.post("faults", faults=[fault])


@pytest.mark.parametrize(("kind", "carried_out"), [("lost", 1), ("offline", 0)])
async def test_the_connection_closes_without_a_response(kind: str, carried_out: int) -> None:
    async with playground_client() as client:
        await plant(client, kind=kind, times=1)
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await send_message(client)

        assert received(client) == carried_out
        assert (await client.get("calls"))["calls"][-1]["ok"] is bool(carried_out)
        assert (await send_message(client))[0] == 200


async def test_a_torn_response_ends_in_the_middle() -> None:
    async with playground_client() as client:
        await plant(client, kind="torn")
        with pytest.raises(aiohttp.ClientPayloadError):
            await send_message(client)

        assert received(client) == 1


@pytest.mark.parametrize(
    ("kind", "status", "content_type"),
    [("502", 502, "text/html"), ("html403", 403, "text/html"), ("429", 429, "application/json")],
)
async def test_a_refused_call_is_not_carried_out(kind: str, status: int, content_type: str) -> None:
    async with playground_client() as client:
        await plant(client, kind=kind, seconds=7)
        actual_status, actual_type, body = await send_message(client)

        assert (actual_status, actual_type) == (status, content_type)
        assert received(client) == 0
        assert (await client.get("calls"))["calls"][-1]["error_code"] == status
        if kind == "429":
            assert json.loads(body)["parameters"] == {"retry_after": 7}


async def test_a_slow_call_succeeds_after_the_delay() -> None:
    async with playground_client() as client:
        await plant(client, kind="slow", seconds=0.2)
        started = time.monotonic()
        status, _, _ = await send_message(client)

        assert status == 200
        assert time.monotonic() - started >= 0.2


async def test_a_slow_call_is_carried_out_after_the_client_gave_up() -> None:
    async with playground_client() as client:
        await plant(client, kind="slow", seconds=0.2, methods=["sendMessage"])
        url = f"{client.server.url}/bot{client.server.token}/sendMessage?chat_id={EMMA}&text=x"
        with pytest.raises(TimeoutError):
            await client.session.get(url, timeout=aiohttp.ClientTimeout(total=0.05))
        before = received(client)
        while not received(client):
            await client.call("getMe")

        assert before == 0


async def test_a_fault_happens_to_the_named_methods_and_as_often_as_stated() -> None:
    async with playground_client() as client:
        await plant(client, kind="502", methods=["sendmessage"], times=2)
        me = await client.call("getMe")
        sends = [(await send_message(client))[0] for _ in range(3)]

        assert me["ok"]
        assert sends == [502, 502, 200]
        [fault] = (await client.get("faults"))["faults"]
        assert (fault["kind"], fault["methods"], fault["times"]) == ("502", ["sendmessage"], 0)


async def test_a_fault_happens_to_about_its_share_of_the_calls() -> None:
    async with playground_client(has_flood_limits=False, seed=1) as client:
        await plant(client, kind="502", share=0.5)
        failed = sum([(await send_message(client))[0] == 502 for _ in range(100)])

        assert 30 < failed < 70


async def test_a_new_list_of_faults_replaces_the_old_one() -> None:
    async with playground_client() as client:
        await plant(client, kind="502")
        await client.post("faults", faults=[])

        assert (await send_message(client))[0] == 200


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"kind": "rain"}, 'A fault needs a "kind", one of slow, lost, 429, 502, offline, html403, torn'),
        ({"kind": "lost", "share": 2}, '"share" must be a number from 0 to 1, not 2.'),
        ({"kind": "lost", "times": -1}, '"times" must be an integer from 0 or null, not -1.'),
        ({"kind": "lost", "methods": "getMe"}, '"methods" must be a list of method names'),
        ({"kind": "lost", "seconds": "5"}, '"seconds" must be a number of seconds'),
        ({"kind": "lost", "color": "red"}, "A fault has no field color: remove it."),
    ],
)
async def test_an_invalid_fault_is_refused(fault: dict[str, Any], message: str) -> None:
    async with playground_client() as client:
        with pytest.raises(SimulatorErrorResponse) as error:
            await client.post("faults", faults=[fault])

        assert message in str(error.value)


async def test_a_fault_can_be_limited_to_one_chat() -> None:
    async with playground_client() as client:
        await plant(client, kind="refused", chats=[EMMA], code=400, description="Bad Request: PEER_FLOOD")
        await client.start(MARYAM)

        assert await client.error("sendMessage", chat_id=EMMA, text="x") == "Bad Request: PEER_FLOOD"
        await client.result("sendMessage", chat_id=MARYAM, text="x")


async def test_a_raw_response_is_sent_unchanged() -> None:
    async with playground_client() as client:
        await plant(client, kind="raw", code=200, body='{"ok": true, "result": 7}')

        assert await send_message(client) == (200, "application/json", b'{"ok": true, "result": 7}')
        assert received(client) == 0


async def test_a_trickling_response_is_complete() -> None:
    async with playground_client() as client:
        await plant(client, kind="trickle", seconds=0.0001)
        status, _, body = await send_message(client)

        assert status == 200
        assert json.loads(body)["ok"]
        assert received(client) == 1
