"""Test that MessageOwners has the entries of a plain dictionary with limited size, and SendTimes the ages."""

from hypothesis import given
from hypothesis import strategies as st

from playground.world.bulk_users import BulkUsers
from playground.world.message_owners import DELETABLE_SECONDS, RESOLUTION, MessageOwners, SendTimes

CAPACITY = 8
STEPS = st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["put", "clear"]), st.integers(1, 9)), max_size=60)


@given(steps=STEPS)
def test_recent_messages_have_their_owners_and_older_ones_none(steps: list[tuple[int, str, int]]) -> None:
    owners, expected, newest = MessageOwners(CAPACITY), dict[int, int](), 0
    for gap, action, owner in steps:
        if action == "put":
            newest += gap
            owners.put(newest, owner)
            expected[newest] = owner
        else:
            owners.clear(newest - gap)
            expected.pop(newest - gap, None)

        recent = {message: owner for message, owner in expected.items() if message > newest - CAPACITY}
        actual = {message: owners.get(message) for message in range(newest + 9)}
        assert {message: owner for message, owner in actual.items() if owner} == recent


def test_skipped_message_ids_take_no_memory() -> None:
    owners = MessageOwners(1000)
    owners.put(10**9, 5)
    owners.put(10**12, 6)

    assert (owners.get(10**9), owners.get(10**12)) == (0, 6)
    assert len(owners._slots) <= 1000


@given(gaps=st.lists(st.integers(0, 40_000), min_size=1, max_size=50))
def test_send_times_are_known_to_ten_seconds_for_two_days(gaps: list[int]) -> None:
    times, now, sent = SendTimes(), 1_700_000_000.0, list[float]()
    for message, gap in enumerate(gaps, 1):
        now += gap
        times.put(message, now)
        sent.append(now)

    for message, sent_at in enumerate(sent, 1):
        if now - sent_at > DELETABLE_SECONDS:
            assert times.is_too_old(message, now)
        elif now - sent_at < DELETABLE_SECONDS - RESOLUTION:
            assert not times.is_too_old(message, now)


def test_bulk_users_remember_only_their_recent_messages() -> None:
    users = BulkUsers(20_000, 10_000_000)
    for message in range(1, 200_001):
        users.receive(users.ids[message % 20_000], message, message / 1000, is_text=True)

    assert len(users._owners._slots) == 160_000
    assert users.has_message(users.ids[5], 180_005)
    assert not users.has_message(users.ids[6], 180_005)
    assert not users.has_message(users.ids[5], 5)
