"""The gate: fast fingers pass, floods stop, nobody else pays for them."""

from hypothesis import given
from hypothesis import strategies as st

from bot.events import UserId
from bot.gate import BURST, Gate, Verdict

FLOODER, READER = UserId(1), UserId(2)


def test_fast_fingers_pass() -> None:
    gate = Gate()

    assert all(gate.admit(READER, 0.01 * i) is Verdict.PASS for i in range(BURST))


def test_a_flood_is_told_once_and_then_dropped_while_readers_pass() -> None:
    gate, verdicts = Gate(), list[Verdict]()
    for i in range(10_000):
        now = i * 60 / 10_000
        verdicts.append(gate.admit(FLOODER, now))
        if i % 166 == 0:
            assert gate.admit(READER, now) is Verdict.PASS

    assert verdicts.count(Verdict.WARN) == 1
    assert verdicts.count(Verdict.PASS) <= BURST + 60


def test_who_calms_down_is_heard_again_and_warned_anew() -> None:
    gate = Gate()
    for _ in range(BURST + 5):
        gate.admit(FLOODER, 0.0)
    assert gate.admit(FLOODER, 60.0) is Verdict.PASS
    for _ in range(BURST - 1):
        gate.admit(FLOODER, 60.0)

    assert gate.admit(FLOODER, 60.0) is Verdict.WARN


@given(st.lists(st.integers(1, 50), max_size=300))
def test_the_memory_is_bounded(users: list[int]) -> None:
    gate = Gate(people=10)
    for i, user in enumerate(users):
        gate.admit(UserId(user), float(i))

    assert len(gate._buckets) <= 10
