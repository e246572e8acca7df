"""The budget: never more than rate + burst in a second, replies first, pauses kept, chats spaced."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedule import BURST, CHAT_BURST, Lane, Schedule, Ticket

RATE = 30.0
lanes = st.sampled_from(Lane)
gaps = st.floats(0, 0.4, allow_nan=False)


def serve(schedule: Schedule, now: float) -> list[Ticket]:
    taken = []
    while ticket := schedule.take(now):
        taken.append(ticket)
    return taken


@given(st.lists(st.tuples(gaps, lanes, st.integers(1, 400)), max_size=200), st.floats(1, 200))
@settings(deadline=None)
def test_no_second_ever_holds_more_than_the_rate_and_a_burst(
    arrivals: list[tuple[float, Lane, int]], rate: float
) -> None:
    schedule, now, sent = Schedule(rate), 1000.0, list[float]()
    for gap, lane, chat in arrivals:
        now += gap
        schedule.put(now, Ticket(lane), chat)
        sent += [now for _ in serve(schedule, now)]
    while (wait := schedule.wait(now)) is not None:
        now += max(wait, 0.001)
        sent += [now for _ in serve(schedule, now)]

    assert len(sent) == len(arrivals)
    for i, at in enumerate(sent):
        assert sum(at <= other < at + 1 for other in sent[i:]) <= rate + BURST + 1e-6


@given(st.lists(lanes, min_size=1, max_size=100))
def test_a_reply_never_waits_behind_a_broadcast(order: list[Lane]) -> None:
    schedule = Schedule(RATE)
    schedule.pause(0.0, 10.0)
    for lane in order:
        schedule.put(0.0, Ticket(lane))
    now, served = 10.0, list[Lane]()
    while (wait := schedule.wait(now)) is not None:
        now += wait + 1e-6
        served += [ticket.lane for ticket in serve(schedule, now)]

    assert served == sorted(order, key=lambda lane: lane.value)


def test_a_broadcast_leaves_tokens_for_who_asks_meanwhile_and_loses_none_of_its_rate() -> None:
    schedule, now, sent = Schedule(RATE), 0.0, 0
    for _ in range(500):
        schedule.put(now, Ticket(Lane.BROADCAST))
    while now < 10.0:
        sent += len(serve(schedule, now))
        now += max(schedule.wait(now) or 0.0, 1e-6)
    asked = Ticket(Lane.ANSWER)
    schedule.put(now, asked)

    assert schedule.take(now) is asked
    assert sent >= RATE * 10


@given(st.floats(0.1, 600), st.floats(0, 600))
def test_a_pause_holds_everybody_and_is_never_shortened(first: float, second: float) -> None:
    schedule = Schedule(RATE)
    schedule.put(0.0, Ticket(Lane.ANSWER))
    schedule.pause(0.0, first)
    schedule.pause(0.0, second)
    end = max(first, second)

    assert schedule.take(end * 0.999) is None
    assert schedule.take(end) is not None


def test_a_chat_gets_a_few_at_once_and_then_one_a_second() -> None:
    schedule, now, sent = Schedule(RATE), 50.0, list[float]()
    for _ in range(CHAT_BURST + 5):
        schedule.put(now, Ticket(Lane.ANSWER), chat=7)
    sent += [now for _ in serve(schedule, now)]
    while (wait := schedule.wait(now)) is not None:
        now += wait + 1e-6
        sent += [round(now, 3) for _ in serve(schedule, now)]

    assert sent == [50.0] * CHAT_BURST + [51.0, 52.0, 53.0, 54.0, 55.0]


def test_a_chat_that_waits_holds_no_other_chat_up() -> None:
    schedule = Schedule(RATE)
    for _ in range(50):
        schedule.put(0.0, Ticket(Lane.ANSWER), chat=7)
    serve(schedule, 0.0)
    other = Ticket(Lane.ANSWER)
    schedule.put(0.5, other, chat=8)

    assert schedule.take(0.5) is other


def test_tickets_that_were_dropped_cost_no_turn() -> None:
    schedule = Schedule(1.0)
    tickets = [Ticket(Lane.ANSWER) for _ in range(20)]
    for ticket in tickets:
        schedule.put(0.0, ticket)
    for ticket in tickets[:15]:
        ticket.dropped = True

    assert serve(schedule, 0.0) == tickets[15:]


def test_the_memory_of_chats_is_bounded() -> None:
    schedule = Schedule(RATE)
    for chat in range(30_000):
        schedule.put(0.0, Ticket(Lane.BROADCAST), chat)

    assert len(schedule._chats) <= 10_000
