"""Send the responses of planted faults: errors, half a response, a response byte by byte, or no response.

A planted fault is a failure of the Bot API that a test has ordered.
"""

import asyncio
import json
from typing import Any

from aiohttp import web

from playground.errors import TooManyRequests
from playground.world.faults import Fault, FaultKind

Json = dict[str, Any]
JSON_HEADERS = {"Content-Type": "application/json"}
_GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"
_BLOCK_PAGE = "<html><head><title>Forbidden</title></head><body>Access to this site is forbidden.</body></html>"


def bot_api_response(body: Json) -> web.Response:
    """Return a response of the Bot API. Its HTTP status is the error_code of the body, or 200."""
    return web.Response(body=json.dumps(body).encode(), status=body.get("error_code", 200), headers=JSON_HEADERS)


def status_of(fault: Fault) -> int:
    """Return the HTTP status of the response to a call that `fault` prevents; 0 if there is no response."""
    match fault.kind:
        case FaultKind.TOO_MANY_REQUESTS:
            return 429
        case FaultKind.BAD_GATEWAY:
            return 502
        case FaultKind.BLOCK_PAGE:
            return 403
        case FaultKind.REFUSED | FaultKind.RAW:
            return fault.code
        case _:
            return 0


def refusal(request: web.BaseRequest, fault: Fault) -> web.Response:
    """Return the response to a call that `fault` prevents: a Bot API error, a web page, or the fault's own text.

    If this kind of fault has no response, close the connection.
    """
    match fault.kind:
        case FaultKind.REFUSED:
            body = {"ok": False, "error_code": fault.code, "description": fault.description}
            return bot_api_response(body | ({"parameters": fault.parameters} if fault.parameters else {}))
        case FaultKind.RAW:
            return web.Response(status=fault.code, body=fault.body.encode(), headers=JSON_HEADERS)
        case FaultKind.TOO_MANY_REQUESTS:
            return bot_api_response(TooManyRequests(round(fault.seconds)).to_json())
        case FaultKind.BAD_GATEWAY:
            return web.Response(status=502, text=_GATEWAY_PAGE, content_type="text/html")
        case FaultKind.BLOCK_PAGE:
            return web.Response(status=403, text=_BLOCK_PAGE, content_type="text/html")
        case _:
            return close_connection(request)


def close_connection(request: web.BaseRequest) -> web.Response:
    """Close the connection without a response. The returned object is never sent; aiohttp only requires one."""
    if request.transport:
        request.transport.close()
    return web.Response()


def send_half(request: web.BaseRequest, body: Json) -> web.Response:
    """Send the first half of the response with this JSON body, and close the connection."""
    encoded = json.dumps(body).encode()
    head = f"HTTP/1.1 {body.get('error_code', 200)} OK\r\nContent-Type: application/json\r\n"
    if request.transport:
        half = encoded[: len(encoded) // 2]
        request.transport.write(f"{head}Content-Length: {len(encoded)}\r\n\r\n".encode() + half)
    return close_connection(request)


async def send_slowly(request: web.BaseRequest, body: Json, seconds: float) -> web.StreamResponse:
    """Send the response with this JSON body byte by byte, with a pause of `seconds` after each byte."""
    encoded = json.dumps(body).encode()
    headers = JSON_HEADERS | {"Content-Length": str(len(encoded))}
    response = web.StreamResponse(status=body.get("error_code", 200), headers=headers)
    try:
        await response.prepare(request)
        for index in range(len(encoded)):
            await response.write(encoded[index : index + 1])
            await asyncio.sleep(seconds)
    except ConnectionError:
        pass  # the client gave up
    return response
