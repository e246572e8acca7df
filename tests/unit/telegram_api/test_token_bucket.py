"""The budget: never more than rate + burst in a second, replies first, pauses kept, chats spaced."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram_api.rate_limiting.token_bucket import BURST, CHAT_BURST, Lane, Ticket, TokenBucket

RATE = 30.0
lanes = st.sampled_from(Lane)
gaps = st.floats(0, 0.4, allow_nan=False)


def serve(schedule: TokenBucket, now: float) -> list[Ticket]:
    taken = []
    while ticket := schedule.take(now):
        taken.append(ticket)
    return taken


@given(st.lists(st.tuples(gaps, lanes, st.integers(1, 400)), max_size=200), st.floats(1, 200))
@settings(deadline=None)
def test_no_second_ever_holds_more_than_the_rate_and_a_burst(
    arrivals: list[tuple[float, Lane, int]], rate: float
) -> None:
    schedule, now, sent = TokenBucket(rate), 1000.0, list[float]()
    for gap, lane, chat in arrivals:
        now += gap
        schedule.put(now, Ticket(lane, chat, spaced=True))
        sent += [now for _ in serve(schedule, now)]
    while (wait := schedule.wait(now)) is not None:
        now += max(wait, 0.001)
        sent += [now for _ in serve(schedule, now)]

    assert len(sent) == len(arrivals)
    for i, at in enumerate(sent):
        assert sum(at <= other < at + 1 for other in sent[i:]) <= rate + BURST + 1e-6


def served_in(schedule: TokenBucket, seconds: float, begin: float = 0.0) -> list[Ticket]:
    """Serve whoever may go in so many seconds."""
    now, served = begin, list[Ticket]()
    while now < begin + seconds:
        served += serve(schedule, now)
        now += max(schedule.wait(now) or 0.0, 1e-3)
    return served


def test_with_readers_and_an_announcement_waiting_each_keeps_its_share() -> None:
    schedule = TokenBucket(RATE)
    for chat in range(1000):
        schedule.put(0.0, Ticket(Lane.ANSWER, chat))
        schedule.put(0.0, Ticket(Lane.BROADCAST, -chat))
    served = served_in(schedule, 10.0)
    to_broadcast = sum(ticket.lane is Lane.BROADCAST for ticket in served)

    assert 0.24 * len(served) <= to_broadcast <= 0.26 * len(served)


@given(st.integers(1, 40), st.integers(1, 40))
def test_what_is_urgent_goes_before_everything_else(answers: int, broadcasts: int) -> None:
    schedule = TokenBucket(RATE)
    for number in range(answers):
        schedule.put(0.0, Ticket(Lane.ANSWER, number))
    for _ in range(broadcasts):
        schedule.put(0.0, Ticket(Lane.BROADCAST))
    leaving = Ticket(Lane.URGENT, 7)
    schedule.put(0.0, leaving)

    assert schedule.take(0.0) is leaving


def test_one_person_gets_no_more_than_their_turn() -> None:
    schedule = TokenBucket(RATE)
    for _ in range(50):
        schedule.put(0.0, Ticket(Lane.ANSWER, 1))
    for chat in range(2, 12):
        schedule.put(0.0, Ticket(Lane.ANSWER, chat))
    first = [ticket.chat for ticket in served_in(schedule, 0.3)]

    assert first[:11] == list(range(1, 12))


def test_who_asks_for_the_first_time_goes_before_those_who_ask_all_the_time() -> None:
    schedule, now = TokenBucket(RATE), 100.0
    for _ in range(3):
        for chat in range(50):
            schedule.put(now, Ticket(Lane.ANSWER, chat))
        now += 1.0
        served_in(schedule, 1.0, now - 1.0)
    newcomer = Ticket(Lane.ANSWER, 99)
    schedule.put(now, newcomer)

    assert newcomer in served_in(schedule, 0.1, now)


def test_a_display_gets_its_second_and_takes_an_announcement_nothing_that_counts() -> None:
    schedule = TokenBucket(RATE)
    for number in range(1000):
        schedule.put(0.0, Ticket(Lane.BROADCAST, number))
        schedule.put(0.0, Ticket(Lane.COURTESY, -number))
    served = served_in(schedule, 20.0)
    displays = sum(ticket.lane is Lane.COURTESY for ticket in served)

    assert 20 <= displays <= 26
    assert len(served) - displays >= 0.95 * RATE * 20


@given(st.lists(st.tuples(gaps, lanes, st.integers(1, 9), st.booleans()), max_size=120), st.integers(1, 9))
@settings(deadline=None)
def test_a_pause_of_one_chat_delays_nobody_else(arrivals: list[tuple[float, Lane, int, bool]], held: int) -> None:
    def run(pause: float) -> dict[int, float]:
        schedule, now, sent, tickets = TokenBucket(RATE), 10.0, dict[int, float](), list[Ticket]()
        if pause:
            schedule.pause_scope(("send", held), now, pause)
        for gap, lane, chat, spaced in arrivals:
            now += gap
            tickets.append(Ticket(lane, chat, ("send", chat), spaced))
            schedule.put(now, tickets[-1])
            for ticket in serve(schedule, now):
                sent[tickets.index(ticket)] = now
        while (wait := schedule.wait(now)) is not None:
            now += max(wait, 0.001)
            for ticket in serve(schedule, now):
                sent[tickets.index(ticket)] = now
        assert len(sent) == len(tickets)
        return sent

    before, after = run(0.0), run(1000.0)
    for number, (_, _, chat, _) in enumerate(arrivals):
        if chat == held:
            assert after[number] >= 1010.0
        else:
            assert after[number] <= before[number] + 2 / RATE + 0.01


def test_after_a_pause_of_everybody_sending_begins_slowly() -> None:
    schedule = TokenBucket(RATE)
    schedule.pause(0.0, 10.0)
    for number in range(1000):
        schedule.put(0.0, Ticket(Lane.ANSWER, number))
    served_in(schedule, 10.0)
    first, second = len(served_in(schedule, 2.0, 10.0)), len(served_in(schedule, 2.0, 12.0))

    assert first <= 2 * RATE * 0.25 + 2
    assert second <= 2 * RATE * 0.5 + 2
    assert len(served_in(schedule, 2.0, 16.0)) >= 2 * RATE * 0.95


def test_a_group_gets_20_messages_in_any_minute() -> None:
    schedule, now, sent = TokenBucket(RATE), 0.0, list[float]()
    for _ in range(60):
        schedule.put(now, Ticket(Lane.ANSWER, -7, spaced=True))
    while (wait := schedule.wait(now)) is not None:
        now += max(wait, 0.001)
        sent += [now for _ in serve(schedule, now)]

    assert len(sent) == 60
    for at in sent:
        assert sum(at <= other < at + 60 for other in sent) <= 20


def test_a_broadcast_leaves_tokens_for_who_asks_meanwhile_and_loses_none_of_its_rate() -> None:
    schedule, now, sent = TokenBucket(RATE), 0.0, 0
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
    schedule = TokenBucket(RATE)
    schedule.put(0.0, Ticket(Lane.ANSWER))
    schedule.pause(0.0, first)
    schedule.pause(0.0, second)
    end = max(first, second)

    assert schedule.take(end * 0.999) is None
    assert schedule.take(end) is not None


def test_a_chat_gets_a_few_at_once_and_then_one_a_second() -> None:
    schedule, now, sent = TokenBucket(1000.0), 50.0, list[float]()
    for _ in range(CHAT_BURST + 5):
        schedule.put(now, Ticket(Lane.ANSWER, 7, spaced=True))
    sent += [now for _ in serve(schedule, now)]
    while (wait := schedule.wait(now)) is not None:
        now += wait + 1e-6
        sent += [round(now, 3) for _ in serve(schedule, now)]

    assert sent == [50.0] * CHAT_BURST + [51.0, 52.0, 53.0, 54.0, 55.0]


def test_a_chat_that_waits_holds_no_other_chat_up() -> None:
    schedule = TokenBucket(RATE)
    for _ in range(50):
        schedule.put(0.0, Ticket(Lane.ANSWER, 7, spaced=True))
    serve(schedule, 0.0)
    other = Ticket(Lane.ANSWER, 8, spaced=True)
    schedule.put(0.5, other)

    assert schedule.take(0.5) is other


def test_tickets_that_were_dropped_cost_no_turn() -> None:
    schedule = TokenBucket(1.0)
    tickets = [Ticket(Lane.ANSWER) for _ in range(20)]
    for ticket in tickets:
        schedule.put(0.0, ticket)
    for ticket in tickets[:15]:
        ticket.dropped = True

    assert serve(schedule, 0.0) == tickets[15:]


def test_the_memory_of_chats_is_bounded() -> None:
    schedule = TokenBucket(RATE)
    for chat in range(30_000):
        schedule.put(0.0, Ticket(Lane.BROADCAST, chat, spaced=True))

    assert len(schedule._spacing._used_up) <= 10_000
