"""The box's front door: guards, then the Bot API, the box API or the web chat."""

import asyncio
import inspect
import json
import time
from functools import lru_cache
from typing import Any

from aiohttp import web

import playground.methods  # noqa: F401 -- registers the Bot API's methods
from playground.errors import Flooded, Mistake, Refused
from playground.methods.support import parameters
from playground.methods.support.registry import METHODS, Call, Method
from playground.settings import is_loopback, looks_like_token
from playground.web import downloads, page_files, simulator_api
from playground.world.faults import Fault
from playground.world.model import Bot
from playground.world.state import State

Json = dict[str, Any]
HEARTBEAT = 15.0  # seconds between signs of life in a quiet event stream
_JSON = {"Content-Type": "application/json"}
_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"
_BLOCKPAGE = "<html><head><title>Forbidden</title></head><body>Access to this site is forbidden.</body></html>"


class Door:
    def __init__(self, state: State) -> None:
        self._state = state
        self._latency = state.settings.latency

    async def open(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if not _from_here(request, path):
            return _box_answer({"error": "The box answers to this machine's own names and pages only."}, 403)
        if path.startswith("/bot"):
            return await self._bot_api(request, path)
        if path.startswith("/file/bot"):
            return self._file(path.removeprefix("/file/bot"))
        if path.startswith("/box/files/"):
            return downloads.to_person(request, self._state, path.removeprefix("/box/files/"))
        if path.startswith("/box/"):
            return await self._box_api(request, path.removeprefix("/box/"))
        return page_files.serve(path)

    # The Bot API

    async def _bot_api(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        token, _, name = path.removeprefix("/bot").partition("/")
        bot, method = self._state.bot_of_token.get(token), METHODS.get(name.lower())
        if bot is None or method is None:
            return _answer(_lost_way(token, bot).answer())
        given = await _given(request)
        fault = self._state.faults.draw(method.name, _chat(given)) if self._state.faults else None
        if fault:
            return await self._faulty(fault, request, bot, method, given)
        return _answer(await self._carry_out(bot, method, given))

    def _file(self, path: str) -> web.Response:
        token, _, name = path.partition("/")
        if token not in self._state.bot_of_token:
            return _answer(_lost_way(token, None).answer())
        return downloads.to_bot(self._state, name)

    async def _carry_out(self, bot: Bot, method: Method, given: parameters.Given | Refused) -> Json:
        """The answer as JSON. Whatever the client does meanwhile, the call is carried out whole."""
        try:
            if isinstance(given, Refused):
                raise given
            result = method.run(Call(self._state, bot, given))
            answer = {"ok": True, "result": await result if method.waits else result}
        except Refused as no:
            answer = no.answer()
        self._note(method, given, answer.get("error_code"))
        if self._latency:
            await asyncio.sleep(self._latency)
        return answer

    def _note(self, method: Method, given: parameters.Given | Refused, error: int | None) -> None:
        self._state.calls.note(method.name, error, _chat(given), time.monotonic())

    async def _faulty(
        self, fault: Fault, request: web.BaseRequest, bot: Bot, method: Method, given: parameters.Given | Refused
    ) -> web.StreamResponse:
        match fault.kind:
            case "slow":
                await asyncio.sleep(fault.seconds)
                return _answer(await self._carry_out(bot, method, given))
            case "lost":
                await self._carry_out(bot, method, given)
                return _hang_up(request)
            case "torn":
                return _tear(request, await self._carry_out(bot, method, given))
            case "trickle":
                return await _trickle(request, await self._carry_out(bot, method, given), fault.seconds)
        codes = {"429": 429, "502": 502, "html403": 403, "refused": fault.code, "raw": fault.code}
        self._note(method, given, codes.get(fault.kind, 0))
        match fault.kind:
            case "refused":
                said = {"ok": False, "error_code": fault.code, "description": fault.description}
                return _answer(said | ({"parameters": fault.parameters} if fault.parameters else {}))
            case "raw":
                return web.Response(status=fault.code, body=fault.body.encode(), headers=_JSON)
            case "429":
                return _answer(Flooded(round(fault.seconds)).answer())
            case "502":
                return web.Response(status=502, text=_GATEWAY, content_type="text/html")
            case "html403":
                return web.Response(status=403, text=_BLOCKPAGE, content_type="text/html")
        return _hang_up(request)

    # The box API

    async def _box_api(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        try:
            if path == "events" and request.method == "GET":
                return await self._events(request)
            handler, chat = simulator_api.route(request.method, path)
            ask = simulator_api.Ask(self._state, await _box_given(request), chat)
            result = handler(ask)
            return _box_answer(await result if inspect.isawaitable(result) else result, 200)
        except Mistake as mistake:
            return _box_answer({"error": str(mistake)}, mistake.status)

    async def _events(self, request: web.BaseRequest) -> web.StreamResponse:
        person = simulator_api.Ask(self._state, dict(request.query), None).person().id
        stream = web.StreamResponse(headers=page_files.HEADERS | {"Content-Type": "text/event-stream"})
        feed = self._state.feeds.open(person)
        try:
            await stream.prepare(request)
            await stream.write(b": open\n\n")
            while (event := await _next(feed)) is not None:
                await stream.write(event)
        except ConnectionError:
            pass  # the page was closed
        finally:
            self._state.feeds.close(person, feed)
        return stream


async def _next(feed: "asyncio.Queue[Json | None]") -> bytes | None:
    """The next event as bytes, a comment when there is none for a while, None at the end."""
    try:
        event = await asyncio.wait_for(feed.get(), HEARTBEAT)
    except TimeoutError:
        return b": still here\n\n"
    return None if event is None else f"data: {json.dumps(event)}\n\n".encode()


def _from_here(request: web.BaseRequest, path: str) -> bool:
    """Against DNS rebinding a loopback Host; against other sites' pages a browser that does not come from them.

    Only the web chat itself may be reached by a link from elsewhere.
    """
    headers = request.headers
    alone = path == "/" or headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}
    return alone and _ours(headers.get("Host", ""))


@lru_cache(maxsize=100)
def _ours(host: str) -> bool:
    """Whether a Host header, port and all, names this machine."""
    return is_loopback(host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0])


async def _given(request: web.BaseRequest) -> parameters.Given | Refused:
    try:
        return await parameters.read(request)
    except Refused as no:
        return no
    except web.HTTPRequestEntityTooLarge:
        return Refused(413)


async def _box_given(request: web.BaseRequest) -> Json:
    if request.method == "GET":
        return dict(request.query)
    if request.content_type != "application/json":
        raise Mistake(f"A POST needs Content-Type application/json, not {request.content_type}.", 415)
    try:
        given = await request.json()
    except web.HTTPRequestEntityTooLarge:
        raise Mistake("The body is too large: a file may have 50 MB, all else a megabyte.", 413) from None
    except (ValueError, RecursionError):
        raise Mistake("The body is no JSON.") from None
    if not isinstance(given, dict):
        raise Mistake("The body is to be a JSON object.")
    return given


def _lost_way(token: str, bot: Bot | None) -> Refused:
    if bot:
        return Refused(404, "method not found")
    return Refused(401 if looks_like_token(token) else 404)


def _answer(answer: Json) -> web.Response:
    return web.Response(body=json.dumps(answer).encode(), status=answer.get("error_code", 200), headers=_JSON)


def _box_answer(answer: Json, status: int) -> web.Response:
    return web.Response(body=json.dumps(answer).encode(), status=status, headers=page_files.HEADERS | _JSON)


def _chat(given: parameters.Given | Refused) -> int | None:
    """The chat that a call names."""
    return None if isinstance(given, Refused) else parameters.number_or_none(given.get("chat_id"))


async def _trickle(request: web.BaseRequest, answer: Json, seconds: float) -> web.StreamResponse:
    """The answer a byte at a time, with so many seconds between two bytes."""
    body = json.dumps(answer).encode()
    stream = web.StreamResponse(
        status=answer.get("error_code", 200), headers=_JSON | {"Content-Length": str(len(body))}
    )
    try:
        await stream.prepare(request)
        for at in range(len(body)):
            await stream.write(body[at : at + 1])
            await asyncio.sleep(seconds)
    except ConnectionError:
        pass  # the client gave up
    return stream


def _hang_up(request: web.BaseRequest) -> web.Response:
    if request.transport:
        request.transport.close()
    return web.Response()


def _tear(request: web.BaseRequest, answer: Json) -> web.Response:
    """Half of a whole answer, then the end of the connection."""
    body = json.dumps(answer).encode()
    head = f"HTTP/1.1 {answer.get('error_code', 200)} OK\r\nContent-Type: application/json\r\n"
    if request.transport:
        request.transport.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[: len(body) // 2])
    return _hang_up(request)
