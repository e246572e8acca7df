"""Apply a subscriber's choices. Each action of a button has one effect, however often the button is pressed.

topic.3.1  topic.3.0  alltopics  quiet.1  discreet.0  text.1  lang.fa  daily.8.0 (hour, zone)  daily.off
"""

from collections.abc import Collection
from dataclasses import replace

from storage.subscriptions.subscriber import ZONES, Daily, Subscriber


def apply(
    action: str, subscriber: Subscriber, topics: Collection[int], languages: Collection[str]
) -> Subscriber | None:
    """Return `subscriber` after `action`, None for an unknown one. `topics` and `languages` are the campaign's."""
    match action.split("."):
        case ["alltopics"]:
            return replace(subscriber, topics=None)
        case ["topic", number, ("0" | "1") as on] if number.isdecimal() and int(number) in topics:
            return replace(subscriber, topics=_topics_after(subscriber, int(number), on == "1", topics))
        case ["quiet", ("0" | "1") as on]:
            return replace(subscriber, quiet=on == "1")
        case ["discreet", ("0" | "1") as on]:
            return replace(subscriber, discreet=on == "1")
        case ["text", ("0" | "1") as on]:
            return replace(subscriber, text_only=on == "1")
        case ["lang", language] if language in languages:
            return replace(subscriber, language=language)
        case ["daily", "off"]:
            return replace(subscriber, daily=None)
        case ["daily", hour, zone] if hour.isdecimal() and zone.isdecimal():
            return _with_daily(subscriber, int(hour), int(zone))
        case _:
            return None


def _topics_after(subscriber: Subscriber, topic: int, on: bool, topics: Collection[int]) -> frozenset[int] | None:
    """Return the chosen topics after one is switched; the last one that the campaign has stays on."""
    chosen = frozenset(topics) if subscriber.topics is None else subscriber.topics
    if on:
        return None if subscriber.topics is None else chosen | {topic}
    fewer = chosen - {topic}
    return chosen if fewer.isdisjoint(topics) else fewer


def _with_daily(subscriber: Subscriber, hour: int, zone: int) -> Subscriber | None:
    if hour > 23 or zone >= len(ZONES):
        return None
    clause = subscriber.daily.clause if subscriber.daily else 1
    return replace(subscriber, daily=Daily(hour, ZONES[zone], clause))
