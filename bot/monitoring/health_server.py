"""Serve `/healthz`, `/readyz` and `/metrics` over HTTP.

`/readyz` says whether a person who writes to the bot now gets an answer. `/healthz` says whether the bot itself
works. While the bot starts, stops or waits because Telegram demands it, it is healthy but not ready. Both give
reasons.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any

from bot import __version__
from bot.errors import OperatorError
from bot.monitoring.metrics.exposition import CONTENT_TYPE
from bot.monitoring.page_server import Page, Pages, PageServer
from bot.settings import Address

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HealthState:
    """The health of the bot at one moment. The bot is ready, that is, it answers people, if `reasons` is empty."""

    answered_at: float | None  # when Telegram last answered, by the loop's clock; None before the first time
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()  # people are answered nevertheless
    figures: Mapping[str, Any] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)  # the reason for each figure that is None
    is_alive: bool = True


@dataclass(frozen=True, slots=True)
class HealthSources:
    """The functions that return the content of the pages, called at each request.

    `state` is for /healthz, `not_ready` returns the reasons for /readyz, and `metrics` the text of /metrics.
    """

    state: Callable[[], HealthState]
    not_ready: Callable[[], tuple[str, ...]] = tuple
    metrics: Callable[[], Awaitable[str]] | None = None


@asynccontextmanager
async def serve_health(address: Address, sources: HealthSources) -> AsyncIterator[Address]:
    """Serve health and metrics while the block runs, and yield the address of the server.

    If the port of `address` is 0, the yielded address has the port that the system chose. Raises OperatorError when
    `address` cannot be used.
    """
    server = PageServer(_pages(sources))
    listening = await _listen(server, address)
    try:
        yield listening
    finally:
        await server.close()


def _pages(sources: HealthSources) -> Pages:
    async def healthz() -> Page:
        report = _report(sources.state, asyncio.get_running_loop().time())
        return _json_page(report, is_well=report["healthy"])

    async def readyz() -> Page:
        reasons = sources.not_ready()
        return _json_page({"ready": not reasons, "reasons": reasons}, is_well=not reasons)

    pages = {"/healthz": healthz, "/readyz": readyz}
    return pages if sources.metrics is None else pages | {"/metrics": partial(_metrics_page, sources.metrics)}


async def _metrics_page(metrics: Callable[[], Awaitable[str]]) -> Page:
    return Page(HTTPStatus.OK, CONTENT_TYPE, (await metrics()).encode())


def _json_page(content: Mapping[str, Any], *, is_well: bool) -> Page:
    status = HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE
    return Page(status, "application/json; charset=utf-8", json.dumps(content).encode())


def _report(state: Callable[[], HealthState], now: float) -> dict[str, Any]:
    try:
        current = state()
    except Exception as error:
        # An unexpected error must not leave the health check without an answer.
        log.exception("Unexpected error while reading the health; reporting the bot as not healthy")
        current = HealthState(
            None, is_alive=False, reasons=(f"the health cannot be read ({type(error).__name__}): see the log",)
        )
    age = None if current.answered_at is None else round(now - current.answered_at, 1)
    report = {
        "version": __version__,
        "healthy": current.is_alive,
        "ready": not current.reasons,
        "reasons": list(current.reasons),
        "warnings": list(current.warnings),
        "seconds_since_telegram_answered": age,
    }
    return report | dict(current.figures) | {"unreadable": dict(current.unreadable)}


async def _listen(server: PageServer, address: Address) -> Address:
    try:
        return Address(*await server.start(address.host, address.port))
    except (OSError, UnicodeError) as error:
        where = f"{address.host}:{address.port}"
        raise OperatorError(
            f"LISTEN {where} cannot be used ({getattr(error, 'strerror', None) or type(error).__name__}): "
            "stop the program that uses it, or set LISTEN to another port."
        ) from None
