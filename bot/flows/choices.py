"""Apply the settings that a subscriber chooses with buttons. To press a button twice has the same effect as once.

The action of a button is a text. Examples: pick.3.1 (topic 3 on), pick.3.0 (topic 3 off), alltopics, notopics,
quiet.1, discreet.0, text.1 (text only), lang.fa, daily.8.0 (a daily clause at 8 o'clock in the first zone of ZONES),
daily.off, quiethours.22.6.0 (quiet hours from 22 to 6 o'clock in the first zone), digest.day.18.0 (a digest every day
at 18 o'clock), digest.4.18.0 (a digest every Friday), quiethours.off (announcements at once). The buttons of versions
before 0.3 have topic.3.1 and topic.3.0 instead of pick.
"""

from collections.abc import Collection
from dataclasses import replace

from bot.model.quiet_hours import MOST_HOURS
from storage.subscriptions.subscriber import ZONES, Daily, Digest, QuietHours, Subscriber

EVERY_DAY = "day"  # in actions, in place of the number of a day of the week


def apply(
    action: str, subscriber: Subscriber, topics: Collection[int], languages: Collection[str]
) -> Subscriber | None:
    """Return a copy of `subscriber` with the setting that `action` names changed; None for an unknown action.

    `topics` and `languages` are those of the campaign. An action with any other topic or language is unknown.
    """
    match action.split("."):
        case ["alltopics"]:
            return replace(subscriber, topics=None)
        case ["notopics"]:
            return replace(subscriber, topics=frozenset())
        case ["pick", number, ("0" | "1") as on] if number.isdecimal() and int(number) in topics:
            return replace(subscriber, topics=_topics_after_pick(subscriber, int(number), on == "1", topics))
        case ["topic", number, ("0" | "1") as on] if number.isdecimal() and int(number) in topics:
            return replace(subscriber, topics=_topics_after_old_button(subscriber, int(number), on == "1", topics))
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
        case ["quiethours", "off"]:
            return replace(subscriber, quiet_hours=None, digest=None)
        case ["quiethours", begin, end, zone] if begin.isdecimal() and end.isdecimal() and zone.isdecimal():
            return _with_quiet_hours(subscriber, int(begin), int(end), zone=int(zone))
        case ["digest", day, hour, zone] if hour.isdecimal() and zone.isdecimal():
            return _with_digest(subscriber, day, int(hour), zone=int(zone))
        case _:
            return None


def _topics_after_pick(
    subscriber: Subscriber, topic: int, on: bool, topics: Collection[int]
) -> frozenset[int] | None:
    """Return the topics of the subscriber after `topic` is switched on or off; None means all topics.

    A subscriber with all topics who switches one on gets only this one. A subscriber who switches off the last one
    gets all topics again.
    """
    if on:
        return (subscriber.topics or frozenset()) | {topic}
    if subscriber.topics is None or topic not in subscriber.topics:
        return subscriber.topics
    fewer = subscriber.topics - {topic}
    return None if fewer.isdisjoint(topics) else fewer


def _topics_after_old_button(
    subscriber: Subscriber, topic: int, on: bool, topics: Collection[int]
) -> frozenset[int] | None:
    """Return the topics after a press of a button of a version before 0.3; None means all topics.

    For a subscriber with all topics, these buttons show every topic as switched on. So a subscriber who switches one
    off keeps the others. The last one cannot be switched off.
    """
    chosen = frozenset(topics) if subscriber.topics is None else subscriber.topics
    if on:
        return None if subscriber.topics is None else chosen | {topic}
    fewer = chosen - {topic}
    return chosen if fewer.isdisjoint(topics) else fewer


def _with_daily(subscriber: Subscriber, hour: int, zone: int) -> Subscriber | None:
    if hour > 23 or zone >= len(ZONES):
        return None
    clause = subscriber.daily.clause if subscriber.daily else 1
    return _in_zone(replace(subscriber, daily=Daily(hour, ZONES[zone], clause)), ZONES[zone])


def _with_quiet_hours(subscriber: Subscriber, begin: int, end: int, *, zone: int) -> Subscriber | None:
    """Return the subscriber with quiet hours from `begin` to `end`, instead of a digest; None for invalid hours.

    `zone` is the index of their time zone in ZONES. The daily clause, if there is one, gets the same time zone.
    """
    if max(begin, end) > 23 or zone >= len(ZONES) or not 1 <= (end - begin) % 24 <= MOST_HOURS:
        return None
    quiet = QuietHours(begin, end, ZONES[zone])
    return _in_zone(replace(subscriber, quiet_hours=quiet, digest=None), ZONES[zone])


def _with_digest(subscriber: Subscriber, day: str, hour: int, *, zone: int) -> Subscriber | None:
    if day not in (EVERY_DAY, *"0123456") or hour > 23 or zone >= len(ZONES):
        return None
    digest = Digest(hour, None if day == EVERY_DAY else int(day), ZONES[zone])
    return _in_zone(replace(subscriber, quiet_hours=None, digest=digest), ZONES[zone])


def _in_zone(subscriber: Subscriber, zone: str) -> Subscriber:
    """Return the subscriber with `zone` as the time zone of the daily clause, the quiet hours and the digest."""
    daily, quiet, digest = subscriber.daily, subscriber.quiet_hours, subscriber.digest
    return replace(
        subscriber,
        daily=daily and replace(daily, zone=zone),
        quiet_hours=quiet and replace(quiet, zone=zone),
        digest=digest and replace(digest, zone=zone),
    )
