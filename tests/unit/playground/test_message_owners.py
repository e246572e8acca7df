"""Who got which message, in four bytes each: held against a plain dictionary, and bounded."""

from hypothesis import given
from hypothesis import strategies as st

from playground.world.bulk_users import QuietPeople
from playground.world.message_owners import LIVES, STEP, Ages, Owners

MOST = 8
STEPS = st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["put", "clear"]), st.integers(1, 9)), max_size=60)


@given(steps=STEPS)
def test_the_newest_messages_have_the_owners_that_were_noted_and_no_others(
    steps: list[tuple[int, str, int]],
) -> None:
    owners, noted, newest = Owners(MOST), dict[int, int](), 0
    for gap, what, owner in steps:
        if what == "put":
            newest += gap
            owners.put(newest, owner)
            noted[newest] = owner
        else:
            owners.clear(newest - gap)
            noted.pop(newest - gap, None)

        kept = {message: who for message, who in noted.items() if message > newest - MOST}
        assert {message: who for message in range(newest + 9) if (who := owners.get(message))} == kept


def test_a_long_silence_costs_no_memory() -> None:
    owners = Owners(1000)
    owners.put(10**9, 5)
    owners.put(10**12, 6)

    assert (owners.get(10**9), owners.get(10**12)) == (0, 6)
    assert len(owners._slots) <= 1000


@given(gaps=st.lists(st.integers(0, 40_000), min_size=1, max_size=50))
def test_ages_are_known_to_ten_seconds_for_two_days(gaps: list[int]) -> None:
    ages, now, sent = Ages(), 1_700_000_000.0, list[float]()
    for message, gap in enumerate(gaps, 1):
        now += gap
        ages.put(message, now)
        sent.append(now)

    for message, at in enumerate(sent, 1):
        if now - at > LIVES:
            assert ages.too_old(message, now)
        elif now - at < LIVES - STEP:
            assert not ages.too_old(message, now)


def test_people_who_are_written_to_more_often_than_is_kept_stay_small() -> None:
    people = QuietPeople(20_000, 10_000_000)
    for message in range(1, 200_001):
        people.take(people.ids[message % 20_000], message, message / 1000, is_text=True)

    assert len(people._owners._slots) == 160_000
    assert people.holds(people.ids[5], 180_005)
    assert not people.holds(people.ids[6], 180_005)
    assert not people.holds(people.ids[5], 5)
