"""Route HTTP requests to the Bot API, the simulator API or the web chat. Refuse requests from other sites."""

import asyncio
import inspect
import json
import time
from functools import lru_cache
from typing import Any

from aiohttp import web

import playground.methods  # noqa: F401 -- registers the methods of the Bot API
from playground.errors import BotApiError, SimulatorError
from playground.methods.support.parameters import Parameters, integer_or_none, read_parameters
from playground.methods.support.registry import METHODS, Method, MethodCall
from playground.settings import is_loopback, is_token
from playground.web import downloads, fault_responses, page_files, simulator_api
from playground.web.fault_responses import JSON_HEADERS, bot_api_response
from playground.web.simulator_request import SimulatorRequest
from playground.world.faults import Fault, FaultKind
from playground.world.model import Bot
from playground.world.state import PlaygroundState

Json = dict[str, Any]
HEARTBEAT = 15.0  # seconds between comments in an event stream without events


class HttpApp:
    """The HTTP application of one playground: `handle` answers every request."""

    def __init__(self, state: PlaygroundState) -> None:
        self._state = state
        self._latency = state.settings.latency

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Return the response to a request.

        Requests of other sites, or with a Host that is not loopback, get status 403.
        """
        path = request.path
        if not _is_allowed(request, path):
            message = "The playground accepts requests by loopback addresses and from its own pages only."
            return _simulator_response({"error": message}, 403)
        if path.startswith("/bot"):
            return await self._handle_bot_api(request, path)
        if path.startswith("/file/bot"):
            return self._handle_bot_file(path.removeprefix("/file/bot"))
        if path.startswith("/box/files/"):
            return downloads.for_person(request, self._state, path.removeprefix("/box/files/"))
        if path.startswith("/box/"):
            return await self._handle_simulator_api(request, path.removeprefix("/box/"))
        return page_files.serve(path)

    # The Bot API

    async def _handle_bot_api(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        token, _, name = path.removeprefix("/bot").partition("/")
        bot, method = self._state.bot_of_token.get(token), METHODS.get(name.lower())
        if bot is None or method is None:
            return bot_api_response(_address_error(token, bot).to_json())
        parameters = await _bot_api_parameters(request)
        fault = self._state.faults.select(method.name, _chat_id(parameters)) if self._state.faults else None
        if fault:
            return await self._handle_with_fault(fault, request, bot, method, parameters)
        return bot_api_response(await self._execute(bot, method, parameters))

    def _handle_bot_file(self, path: str) -> web.Response:
        token, _, name = path.partition("/")
        if token not in self._state.bot_of_token:
            return bot_api_response(_address_error(token, None).to_json())
        return downloads.for_bot(self._state, name)

    async def _execute(self, bot: Bot, method: Method, parameters: Parameters | BotApiError) -> Json:
        """Carry out a Bot API method with `parameters`, and log the call. Return the JSON body of its response.

        If the parameters could not be read, `parameters` is the error, which is then the response.
        """
        try:
            if isinstance(parameters, BotApiError):
                raise parameters
            result = method.function(MethodCall(self._state, bot, parameters))
            body = {"ok": True, "result": await result if method.is_async else result}
        except BotApiError as error:
            body = error.to_json()
        self._log(method, parameters, body.get("error_code"))
        if self._latency:
            await asyncio.sleep(self._latency)
        return body

    def _log(self, method: Method, parameters: Parameters | BotApiError, error_code: int | None) -> None:
        self._state.calls.add(method.name, error_code, _chat_id(parameters), time.monotonic())

    async def _handle_with_fault(
        self,
        fault: Fault,
        request: web.BaseRequest,
        bot: Bot,
        method: Method,
        parameters: Parameters | BotApiError,
    ) -> web.StreamResponse:
        match fault.kind:
            case FaultKind.SLOW:
                await asyncio.sleep(fault.seconds)
                return bot_api_response(await self._execute(bot, method, parameters))
            case FaultKind.LOST:
                await self._execute(bot, method, parameters)
                return fault_responses.close_connection(request)
            case FaultKind.TORN:
                return fault_responses.send_half(request, await self._execute(bot, method, parameters))
            case FaultKind.TRICKLE:
                body = await self._execute(bot, method, parameters)
                return await fault_responses.send_slowly(request, body, fault.seconds)
            case _:
                self._log(method, parameters, fault_responses.status_of(fault))
                return fault_responses.refusal(request, fault)

    # The simulator API

    async def _handle_simulator_api(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        try:
            if path == "events" and request.method == "GET":
                return await self._stream_events(request)
            handler, chat = simulator_api.route(request.method, path)
            values = await _simulator_values(request)
            result = handler(SimulatorRequest(self._state, values, chat))
            return _simulator_response(await result if inspect.isawaitable(result) else result, 200)
        except SimulatorError as error:
            return _simulator_response({"error": str(error)}, error.status)

    async def _stream_events(self, request: web.BaseRequest) -> web.StreamResponse:
        """Send events to a person's web chat until the page is closed or the playground stops."""
        person = SimulatorRequest(self._state, dict(request.query), None).person().id
        response = web.StreamResponse(headers=page_files.HEADERS | {"Content-Type": "text/event-stream"})
        stream = self._state.event_streams.open(person)
        try:
            await response.prepare(request)
            await response.write(b": open\n\n")
            while (event := await _next_event(stream)) is not None:
                await response.write(event)
        except ConnectionError:
            pass  # the page was closed
        finally:
            self._state.event_streams.close(person, stream)
        return response


async def _next_event(stream: "asyncio.Queue[Json | None]") -> bytes | None:
    """Return the next event in the format of server-sent events; None at the end of the stream.

    After HEARTBEAT seconds without an event, return a comment, which keeps the connection open.
    """
    try:
        event = await asyncio.wait_for(stream.get(), HEARTBEAT)
    except TimeoutError:
        return b": still here\n\n"
    return None if event is None else f"data: {json.dumps(event)}\n\n".encode()


def _is_allowed(request: web.BaseRequest, path: str) -> bool:
    """Return whether a request is for a loopback address and does not come from a page of another site.

    The Host header must be a loopback name, which prevents DNS rebinding. A request from another site is accepted
    only for the `path` "/", the first page of the web chat, so that links to it work.
    """
    headers = request.headers
    is_same_site = path == "/" or headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}
    return is_same_site and _is_loopback_host(headers.get("Host", ""))


@lru_cache(maxsize=100)
def _is_loopback_host(host: str) -> bool:
    """Return whether a Host header, which can include a port, is a loopback name or address."""
    return is_loopback(host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0])


async def _bot_api_parameters(request: web.BaseRequest) -> Parameters | BotApiError:
    """Return the parameters of a Bot API call, or a BotApiError if they cannot be read."""
    try:
        return await read_parameters(request)
    except BotApiError as error:
        return error
    except web.HTTPRequestEntityTooLarge:
        return BotApiError(413)


async def _simulator_values(request: web.BaseRequest) -> Json:
    """Return the query string of a GET request or the JSON body of a POST request, as a dict.

    Raises SimulatorError when the body is too large or not a JSON object.
    """
    if request.method == "GET":
        return dict(request.query)
    if request.content_type != "application/json":
        raise SimulatorError(f"A POST needs Content-Type application/json, not {request.content_type}.", 415)
    try:
        values = await request.json()
    except web.HTTPRequestEntityTooLarge:
        raise SimulatorError(
            "The body is too large: a file may have 50 MB, any other body a megabyte.", 413
        ) from None
    except (ValueError, RecursionError):
        raise SimulatorError("The body is not valid JSON.") from None
    if not isinstance(values, dict):
        raise SimulatorError("The body must be a JSON object.")
    return values


def _address_error(token: str, bot: Bot | None) -> BotApiError:
    """Return the error that Telegram sends for a wrong URL.

    If `bot` is None, `token` belongs to no bot. Otherwise the token is right, and the Bot API has no such method.
    """
    if bot:
        return BotApiError(404, "method not found")
    return BotApiError(401 if is_token(token) else 404)


def _simulator_response(body: Json, status: int) -> web.Response:
    return web.Response(body=json.dumps(body).encode(), status=status, headers=page_files.HEADERS | JSON_HEADERS)


def _chat_id(parameters: Parameters | BotApiError) -> int | None:
    """Return the chat_id of a call; None if there is none, or if the parameters could not be read."""
    return None if isinstance(parameters, BotApiError) else integer_or_none(parameters.get("chat_id"))
