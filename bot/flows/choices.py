"""What a subscriber may choose, as actions of buttons, each with one effect however often it is pressed.

topic.3.1  topic.3.0  alltopics  quiet.1  discreet.0  text.1  lang.fa  daily.8.0 (hour, zone)  daily.off
"""

from collections.abc import Collection
from dataclasses import replace

from storage.subscriptions.subscriber import ZONES, Daily, Subscriber


def applied(action: str, one: Subscriber, topics: Collection[int], languages: Collection[str]) -> Subscriber | None:
    """`one` after `action`; None for an action that there is not. `topics` and `languages` are the campaign's."""
    match action.split("."):
        case ["alltopics"]:
            return replace(one, topics=None)
        case ["topic", number, ("0" | "1") as on] if number.isdecimal() and int(number) in topics:
            return replace(one, topics=_with(one, int(number), on == "1", topics))
        case ["quiet", ("0" | "1") as on]:
            return replace(one, quiet=on == "1")
        case ["discreet", ("0" | "1") as on]:
            return replace(one, discreet=on == "1")
        case ["text", ("0" | "1") as on]:
            return replace(one, text_only=on == "1")
        case ["lang", language] if language in languages:
            return replace(one, language=language)
        case ["daily", "off"]:
            return replace(one, daily=None)
        case ["daily", hour, zone] if hour.isdecimal() and zone.isdecimal():
            return _daily(one, int(hour), int(zone))
        case _:
            return None


def _with(one: Subscriber, topic: int, on: bool, topics: Collection[int]) -> frozenset[int] | None:
    """The topics with one more or less; never none that the campaign has: the last one stays."""
    chosen = frozenset(topics) if one.topics is None else one.topics
    if on:
        return None if one.topics is None else chosen | {topic}
    fewer = chosen - {topic}
    return chosen if fewer.isdisjoint(topics) else fewer


def _daily(one: Subscriber, hour: int, zone: int) -> Subscriber | None:
    if hour > 23 or zone >= len(ZONES):
        return None
    clause = one.daily.clause if one.daily else 1
    return replace(one, daily=Daily(hour, ZONES[zone], clause))
