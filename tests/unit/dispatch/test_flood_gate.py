"""The flood gate admits a fast person, stops a flood, and lets everybody else pass meanwhile."""

from hypothesis import given
from hypothesis import strategies as st

from bot.dispatch.flood_gate import BURST, BUSY, FLOODERS_BURST, FLOODERS_RATE, LEAVES, FloodGate, Verdict
from bot.model.events import UserId

FLOODER, READER = UserId(1), UserId(2)


def test_a_fast_person_passes() -> None:
    gate = FloodGate()

    assert all(gate.admit(READER, 0.01 * i) is Verdict.PASS for i in range(BURST))


def test_a_flood_is_warned_once_and_then_dropped_while_readers_pass() -> None:
    gate, verdicts = FloodGate(), list[Verdict]()
    for i in range(10_000):
        now = i * 60 / 10_000
        verdicts.append(gate.admit(FLOODER, now))
        if i % 166 == 0:
            assert gate.admit(READER, now) is Verdict.PASS

    assert verdicts.count(Verdict.WARN) == 1
    assert verdicts.count(Verdict.PASS) <= BURST + 60


def test_a_person_who_slows_down_passes_and_can_be_warned_again() -> None:
    gate = FloodGate()
    for _ in range(BURST + 5):
        gate.admit(FLOODER, 0.0)
    assert gate.admit(FLOODER, 60.0) is Verdict.PASS
    for _ in range(BURST - 1):
        gate.admit(FLOODER, 60.0)

    assert gate.admit(FLOODER, 60.0) is Verdict.WARN


@given(st.lists(st.integers(1, 50), max_size=300))
def test_the_memory_is_bounded(users: list[int]) -> None:
    gate = FloodGate(max_people=10)
    for i, user in enumerate(users):
        gate.admit(UserId(user), float(i))

    assert len(gate._known) <= 10


def test_many_flooders_together_get_little_more_than_one() -> None:
    gate, passed = FloodGate(), 0
    for tick in range(600):
        now = tick / 30
        passed += sum(gate.admit(UserId(flooder), now) is Verdict.PASS for flooder in range(1, 51))

    assert passed <= 50 * BURST + 20 * FLOODERS_RATE + FLOODERS_BURST


def test_a_person_who_stops_flooding_no_longer_shares_the_flooders_budget() -> None:
    gate = FloodGate()
    for _ in range(BURST + 5):
        gate.admit(FLOODER, 0.0)
    for other in range(3, 60):  # others use up what flooders get
        for _ in range(BURST + 5):
            gate.admit(UserId(other), 9.9)

    assert gate.admit(FLOODER, 10.0) is Verdict.PASS


def test_leaving_passes_in_the_middle_of_a_flood_and_cannot_be_a_flood_itself() -> None:
    gate = FloodGate()
    for _ in range(1000):
        gate.admit(FLOODER, 0.0)
    verdicts = [gate.admit_leave(FLOODER, 0.0) for _ in range(100)]

    assert verdicts.count(Verdict.PASS) == LEAVES


def test_while_the_bot_is_busy_a_person_has_one_update_in_progress() -> None:
    gate = FloodGate()
    for user in range(100, 100 + BUSY):
        gate.admit(UserId(user), 0.0)
        gate.begin(UserId(user))

    assert gate.admit(READER, 0.0) is Verdict.PASS
    gate.begin(READER)
    assert gate.admit(READER, 0.1) is not Verdict.PASS
    gate.end(READER)
    assert gate.admit(READER, 0.2) is Verdict.PASS
