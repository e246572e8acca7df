"""Quiet hours are chosen with few taps, in the one time zone of a person."""

import pytest

from bot.flows import choices
from bot.model.quiet_hours import MOST_HOURS
from content.model import Lang
from content.screens.screen import ActionButton, Screen
from storage.subscriptions.subscriber import Daily, QuietHours, Subscriber
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.subscriptions import EN, FA, PS
from tests.unit.flows.test_daily_page import page

ME = Subscriber(1, "fa")
ASLEEP = Subscriber(1, "en", quiet_hours=QuietHours(22, 6, "Europe/Berlin"))


def actions(screen: Screen) -> dict[str, str]:
    """Return the action of every button, by its label."""
    buttons = [button for row in screen.rows for button in row]
    return {button.label: button.action for button in buttons if isinstance(button, ActionButton)}


def after(action: str, before: Subscriber = ME) -> Subscriber:
    changed = choices.apply(action, before, [], CAMPAIGN.languages)
    assert changed
    return changed


def test_the_usual_hours_take_two_taps_from_the_settings() -> None:
    assert actions(page("open.main"))["Quiet hours"] == "open.hours"
    assert actions(page("open.hours"))["22:00 to 06:00"] == "quiethours.22.6.12"  # London
    assert after("quiethours.22.6.0").quiet_hours == QuietHours(22, 6, "Asia/Kabul")
    assert after("quiethours.off", after("quiethours.22.6.0")) == ME


@pytest.mark.parametrize(("lang", "zone"), [(EN, 12), (FA, 0), (PS, 0)])
def test_the_zone_is_the_one_that_the_language_suggests(lang: Lang, zone: int) -> None:
    assert f"quiethours.22.6.{zone}" in actions(page("open.hours", lang)).values()


@pytest.mark.parametrize("subscriber", [ASLEEP, Subscriber(1, "en", daily=Daily(8, "Europe/Berlin"))])
def test_the_zone_that_a_person_chose_goes_first(subscriber: Subscriber) -> None:
    assert "quiethours.22.8.11" in actions(page("open.hours", EN, subscriber)).values()


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
        assert "Quiet hours: 22:00 to 06:00 (Vienna, Berlin)" in page(action, EN, ASLEEP).text
    assert "You have no quiet hours." in page("open.hours").text
    assert actions(page("open.hours", EN, ASLEEP))["✓ 22:00 to 06:00"]


def test_a_person_has_one_time_zone_for_the_daily_clause_and_the_quiet_hours() -> None:
    both = after("quiethours.22.6.11", after("daily.8.0"))
    assert both.daily == Daily(8, "Europe/Berlin")

    moved = after("daily.9.0", both)
    assert moved.quiet_hours == QuietHours(22, 6, "Asia/Kabul")
    assert after("daily.off", moved).zone == "Asia/Kabul"
    assert actions(page("open.hourszone", EN, ASLEEP))["Kabul"] == "quiethours.22.6.0"
