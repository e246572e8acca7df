"""A picture on its way to the process that draws it: as JSON, and back."""

import json
from dataclasses import asdict
from typing import Any

from bot.chart.axis import Hour, Tick
from bot.chart.progress_curve import Curve, Strand
from bot.chart.stats_chart import Bar, End, Picture, Section


def encoded(shown: Picture | Curve) -> bytes:
    return json.dumps({"kind": type(shown).__name__, **asdict(shown)}).encode()


def decoded(document: bytes) -> Picture | Curve:
    plain: dict[str, Any] = json.loads(document)
    return _curve(plain) if plain["kind"] == Curve.__name__ else _picture(plain)


def _picture(plain: dict[str, Any]) -> Picture:
    return Picture(
        rtl=plain["rtl"],
        title=plain["title"],
        points=tuple((day, total) for day, total in plain["points"]),
        ends=tuple(End(Tick(**end["day"]), Tick(**end["total"])) for end in plain["ends"]),
        scale=_ticks(plain["scale"]),
        sections=tuple(
            Section(section["heading"], tuple(Bar(**bar) for bar in section["bars"])) for section in plain["sections"]
        ),
        note=plain["note"],
    )


def _curve(plain: dict[str, Any]) -> Curve:
    refused, unknown = plain["refused"], plain["unknown"]
    return Curve(
        rtl=plain["rtl"],
        title=plain["title"],
        sent=_strand(plain["sent"]),
        refused=_strand(refused) if refused else None,
        unknown=_strand(unknown) if unknown else None,
        scale=_ticks(plain["scale"]),
        clock=tuple(Hour(**hour) for hour in plain["clock"]),
        zone=plain["zone"],
        note=plain["note"],
    )


def _strand(plain: dict[str, Any]) -> Strand:
    return Strand(plain["name"], tuple((at, number) for at, number in plain["points"]))


def _ticks(plain: list[dict[str, Any]]) -> tuple[Tick, ...]:
    return tuple(Tick(**tick) for tick in plain)
