"""Quiet hours and digests are chosen with few taps, in the one time zone of a person."""

import pytest

from bot.flows import choices
from bot.model.quiet_hours import MOST_HOURS
from content.model import Lang
from content.screens.screen import ActionButton, Screen
from storage.subscriptions.subscriber import Daily, Digest, QuietHours, Subscriber
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.subscriptions import EN, FA, PS
from tests.unit.flows.test_daily_page import page

ME = Subscriber(1, "fa")
FRIDAYS = Subscriber(1, "en", digest=Digest(18, 4, "Asia/Kabul"))
ASLEEP = Subscriber(1, "en", quiet_hours=QuietHours(22, 6, "Europe/Berlin"))


def actions(screen: Screen) -> dict[str, str]:
    """Return the action of every button, by its label."""
    buttons = [button for row in screen.rows for button in row]
    return {button.label: button.action for button in buttons if isinstance(button, ActionButton)}


def after(action: str, before: Subscriber = ME) -> Subscriber:
    changed = choices.apply(action, before, [], CAMPAIGN.languages)
    assert changed
    return changed


def test_the_usual_hours_take_three_taps_from_the_settings() -> None:
    assert actions(page("open.main"))["Delivery times"] == "open.hours"
    assert actions(page("open.hours"))["At once, except in quiet hours"] == "open.hours.12.quiet"  # London
    assert actions(page("open.hours.12.quiet"))["22:00 to 06:00"] == "quiethours.22.6.12"
    assert after("quiethours.22.6.0").quiet_hours == QuietHours(22, 6, "Asia/Kabul")
    assert after("quiethours.off", after("quiethours.22.6.0")) == ME


@pytest.mark.parametrize(("lang", "zone"), [(EN, 12), (FA, 0), (PS, 0)])
def test_the_zone_is_the_one_that_the_language_suggests(lang: Lang, zone: int) -> None:
    assert f"open.hours.{zone}.quiet" in actions(page("open.hours", lang)).values()
    assert f"quiethours.22.6.{zone}" in actions(page(f"open.hours.{zone}.quiet", lang)).values()


@pytest.mark.parametrize("subscriber", [ASLEEP, Subscriber(1, "en", daily=Daily(8, "Europe/Berlin"))])
def test_the_zone_that_a_person_chose_goes_first(subscriber: Subscriber) -> None:
    assert "open.hours.11.quiet" in actions(page("open.hours", EN, subscriber)).values()


def test_ones_own_hours_are_a_begin_and_an_end_at_most_sixteen_hours_later() -> None:
    begins = actions(page("open.hours.0.begin"))
    ends = actions(page("open.hours.0.end.20"))

    assert {begins[f"{hour:02}:00"] for hour in range(24)} == {f"open.hours.0.end.{hour}" for hour in range(24)}
    chosen = [action for action in ends.values() if action.startswith("quiethours.")]
    assert chosen == [f"quiethours.20.{(20 + length) % 24}.0" for length in range(1, MOST_HOURS + 1)]
    for action in chosen:
        assert after(action).quiet_hours


def test_the_settings_and_the_page_say_which_hours_were_chosen() -> None:
    for action in ("open.main", "open.hours"):
        assert "Announcements arrive: at once, except from 22:00 to 06:00 (Vienna, Berlin)" in (
            page(action, EN, ASLEEP).text
        )
    assert "Announcements arrive: at once\n" in page("open.hours").text
    assert actions(page("open.hours.11.quiet", EN, ASLEEP))["✓ 22:00 to 06:00"]


def test_a_person_has_one_time_zone_for_the_daily_clause_and_the_quiet_hours() -> None:
    both = after("quiethours.22.6.11", after("daily.8.0"))
    assert both.daily == Daily(8, "Europe/Berlin")

    moved = after("daily.9.0", both)
    assert moved.quiet_hours == QuietHours(22, 6, "Asia/Kabul")
    assert after("daily.off", moved).zone == "Asia/Kabul"
    assert actions(page("open.hourszone", EN, ASLEEP))["Kabul"] == "quiethours.22.6.0"


@pytest.mark.parametrize(
    ("person", "chosen"),
    [
        (ME, "At once"),
        (ASLEEP, "At once, except in quiet hours"),
        (Subscriber(1, "en", digest=Digest(18, None, "UTC")), "Together, once a day"),
        (FRIDAYS, "Together, once a week"),
    ],
)
def test_the_page_has_four_ways_of_which_the_chosen_one_is_marked(person: Subscriber, chosen: str) -> None:
    labels = list(actions(page("open.hours", EN, person)))

    ways = ["At once", "At once, except in quiet hours", "Together, once a day", "Together, once a week"]
    assert labels[:4] == [f"✓ {way}" if way == chosen else way for way in ways]
    assert "/latest" in page("open.hours", EN, person).text


def test_a_daily_digest_takes_three_taps_and_a_weekly_one_four() -> None:
    ways = actions(page("open.hours", FA))
    assert {"open.hours.0.day", "open.hours.0.week"} <= set(ways.values())
    hours = actions(page("open.hours.0.day"))
    assert [label for label in hours if ":" in label][:2] == ["06:00", "07:00"]
    assert after(hours["18:00"]).digest == Digest(18, None, "Asia/Kabul")

    days = actions(page("open.hours.0.week"))
    assert days["Friday"] == "open.hours.0.week.4"
    assert after(actions(page("open.hours.0.week.4"))["18:00"]).digest == Digest(18, 4, "Asia/Kabul")
    assert "Friday: at which hour?" in page("open.hours.0.week.4").text


@pytest.mark.parametrize(("lang", "first"), [(EN, "Monday"), (FA, "شنبه"), (PS, "شنبه")])
def test_a_week_begins_with_the_day_with_which_it_begins_there(lang: Lang, first: str) -> None:
    assert first in [button.label for button in page("open.hours.0.week", lang).rows[0]]


def test_the_settings_and_the_pages_say_which_digest_was_chosen() -> None:
    sentence = "Announcements arrive: together, once a week, Friday at 18:00 (Kabul)"
    for action in ("open.main", "open.hours"):
        assert sentence in page(action, EN, FRIDAYS).text
    assert actions(page("open.hours.0.week", EN, FRIDAYS))["✓ Friday"]
    assert actions(page("open.hours.0.week.4", EN, FRIDAYS))["✓ 18:00"]
    assert "✓ 18:00" not in actions(page("open.hours.0.week.3", EN, FRIDAYS))
    assert actions(page("open.hourszone", EN, FRIDAYS))["UTC"] == "digest.4.18.1"
    assert "does not arrive earlier" in page("open.hours", EN, FRIDAYS).text
