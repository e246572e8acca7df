"""One alert for a failure, one for its end, few in between, and none for what passes quickly."""

import json
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alert_settings import AlertFormat
from bot.monitoring.alerts.alert import Alert, AlertState, Failure
from bot.monitoring.alerts.alert_requests import alert_request
from bot.monitoring.alerts.alert_states import CALM, MAX_CALM, PATIENCE, REPEAT_AFTER, AlertStates

WALL = 1_790_000_000.0  # Unix seconds when the steady clock of these tests is 0
HOUR = 3600


def course(
    states: AlertStates, times: Iterable[float], failure: Failure = Failure.DISK, holds: bool = True
) -> list[Alert]:
    """Look at each of `times`, while the failure holds or not, and return all alerts."""
    observed = {failure: "It fails."} if holds else {}
    return [alert for now in times for alert in states.update(observed, now, WALL + now)]


@pytest.mark.parametrize("failure", Failure)
def test_each_failure_is_reported_once_and_its_end_once(failure: Failure) -> None:
    states = AlertStates()
    first = course(states, range(0, HOUR, 20), failure)
    lasting = states.lasting
    end = course(states, range(HOUR, 2 * HOUR, 20), failure, holds=False)

    assert [alert.state for alert in first] == [AlertState.BEGAN]
    assert [alert.state for alert in end] == [AlertState.ENDED]
    assert lasting == {failure}
    assert not states.lasting


@pytest.mark.parametrize("failure", Failure)
def test_an_alert_is_due_within_a_minute(failure: Failure) -> None:
    assert course(AlertStates(), range(0, 51, 5), failure), "the file checks and the request take the rest"


def test_a_failure_that_lasts_is_repeated_after_six_hours() -> None:
    alerts = course(AlertStates(), range(0, 24 * HOUR, 60))

    assert [alert.state for alert in alerts] == [AlertState.BEGAN, *[AlertState.LASTS] * 3]
    assert len({alert.noticed for alert in alerts}) == 1
    assert REPEAT_AFTER == 6 * HOUR


@pytest.mark.parametrize("failure", PATIENCE)
def test_an_error_that_passes_quickly_is_no_failure(failure: Failure) -> None:
    states = AlertStates()
    for minute in range(0, HOUR, 60):
        assert course(states, [minute], failure) == []
        assert course(states, [minute + 5], failure, holds=False) == []


@pytest.mark.parametrize("period", [30, 60, 300, 900, 3000])
def test_a_failure_that_comes_and_goes_for_a_day_sends_few_alerts(period: int) -> None:
    states, alerts = AlertStates(), list[Alert]()
    for now in range(0, 24 * HOUR, 15):
        alerts += course(states, [now], Failure.ROWS, holds=now % period < period / 2)

    assert len(alerts) <= 2 * 6 + 4


def test_a_failure_that_returns_must_be_absent_for_longer_each_time() -> None:
    states, now, silences = AlertStates(), 0.0, list[float]()
    for _ in range(8):
        course(states, [now], Failure.ROWS)
        ended = next(
            later for later in range(0, 2 * HOUR, 5) if course(states, [now + later], Failure.ROWS, holds=False)
        )
        silences.append(ended)
        now += ended + 5

    assert silences[:3] == [CALM, 2 * CALM, 4 * CALM]
    assert silences[-1] == MAX_CALM


@given(st.lists(st.frozensets(st.sampled_from(Failure)), max_size=80), st.sampled_from([5.0, 60.0, 600.0]))
@settings(max_examples=50)
def test_alerts_of_a_failure_alternate_and_agree_with_what_lasts(
    looks: list[frozenset[Failure]], step: float
) -> None:
    states, reported = AlertStates(), set[Failure]()
    for number, failures in enumerate(looks):
        now = number * step
        for alert in states.update(dict.fromkeys(failures, "It fails."), now, WALL + now):
            assert (alert.failure in reported) == (alert.state is not AlertState.BEGAN)
            reported ^= {alert.failure} if alert.state is not AlertState.LASTS else set()
            assert WALL <= alert.noticed <= WALL + now
        assert states.lasting == reported


BEGAN = Alert(Failure.SILENT, AlertState.BEGAN, "Telegram has not answered for 5 minutes.", WALL)
ENDED = Alert(Failure.SILENT, AlertState.ENDED, BEGAN.sentence, WALL, is_last=True)


def test_ntfy_gets_a_text_with_a_title_a_priority_and_a_tag() -> None:
    began, ended = alert_request(BEGAN, AlertFormat.NTFY), alert_request(ENDED, AlertFormat.NTFY)

    assert began.body == b"Telegram has not answered for 5 minutes. Noticed 2026-09-21 14:13 UTC."
    assert began.headers["Title"] == "Bot alert: silent"
    assert (began.headers["Priority"], ended.headers["Priority"]) == ("high", "default")
    assert ended.headers["Title"] == "Bot alert resolved: silent"
    assert all("".join(request.headers.values()).isascii() for request in (began, ended))


def test_json_has_the_fields_that_gotify_reads() -> None:
    fields = json.loads(alert_request(BEGAN, AlertFormat.JSON).body)

    assert fields["title"] == BEGAN.title
    assert fields["message"] == BEGAN.body
    assert fields["priority"] > json.loads(alert_request(ENDED, AlertFormat.JSON).body)["priority"]


def test_healthchecks_counts_as_well_only_when_the_last_failure_has_ended() -> None:
    another = Alert(Failure.SILENT, AlertState.ENDED, BEGAN.sentence, WALL, is_last=False)

    assert [alert_request(alert, AlertFormat.HEALTHCHECKS).path_end for alert in (BEGAN, another, ENDED)] == [
        "/fail", "/fail", "",
    ]  # fmt: skip


def test_an_alert_of_an_earlier_process_is_resolved_once_its_failure_is_absent() -> None:
    before, after = AlertStates(), AlertStates()
    course(before, range(0, 20, 5))
    after.restore(before.began(WALL), 0.0, WALL + HOUR)
    after.keep([Failure.DISK], CALM)
    early = [alert for now in (CALM, 2 * CALM - 1) for alert in after.update({}, now, WALL + HOUR + now)]
    ended = after.update({}, 2 * CALM, WALL + HOUR + 2 * CALM)

    assert early == []
    assert [(alert.state, alert.noticed) for alert in ended] == [(AlertState.ENDED, WALL)]


def test_an_alert_of_an_earlier_process_that_lasts_is_not_sent_again() -> None:
    states = AlertStates()
    states.restore({Failure.DISK: WALL}, 0.0, WALL + HOUR)

    assert course(states, range(0, HOUR, 60)) == []
    assert states.lasting == {Failure.DISK}
