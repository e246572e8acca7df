"""The token bucket: never more than rate and burst in a second, answers first, pauses respected, chats spaced."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram_api.rate_limiting.chat_spacing import CHAT_BURST
from bot.telegram_api.rate_limiting.token_bucket import BURST, Lane, Ticket, TokenBucket

RATE = 30.0
lanes = st.sampled_from(Lane)
gaps = st.floats(0, 0.4, allow_nan=False)


def serve(bucket: TokenBucket, now: float) -> list[Ticket]:
    taken = []
    while ticket := bucket.take(now):
        taken.append(ticket)
    return taken


@given(st.lists(st.tuples(gaps, lanes, st.integers(1, 400)), max_size=200), st.floats(1, 200))
@settings(deadline=None)
def test_no_second_has_more_calls_than_the_rate_and_a_burst(
    arrivals: list[tuple[float, Lane, int]], rate: float
) -> None:
    bucket, now, sent = TokenBucket(rate), 1000.0, list[float]()
    for gap, lane, chat in arrivals:
        now += gap
        bucket.put(now, Ticket(lane, chat, is_spaced=True))
        sent += [now for _ in serve(bucket, now)]
    while (wait := bucket.wait(now)) is not None:
        now += max(wait, 0.001)
        sent += [now for _ in serve(bucket, now)]

    assert len(sent) == len(arrivals)
    for i, at in enumerate(sent):
        assert sum(at <= other < at + 1 for other in sent[i:]) <= rate + BURST + 1e-6


def served_in(bucket: TokenBucket, seconds: float, begin: float = 0.0) -> list[Ticket]:
    """Return the tickets that are served in so many seconds."""
    now, served = begin, list[Ticket]()
    while now < begin + seconds:
        served += serve(bucket, now)
        now += max(bucket.wait(now) or 0.0, 1e-3)
    return served


def test_a_broadcast_gets_a_quarter_while_answers_wait() -> None:
    bucket = TokenBucket(RATE)
    for chat in range(1000):
        bucket.put(0.0, Ticket(Lane.ANSWER, chat))
        bucket.put(0.0, Ticket(Lane.BROADCAST, -chat))
    served = served_in(bucket, 10.0)
    to_broadcast = sum(ticket.lane is Lane.BROADCAST for ticket in served)

    assert 0.24 * len(served) <= to_broadcast <= 0.26 * len(served)


@given(st.integers(1, 40), st.integers(1, 40))
def test_an_urgent_ticket_is_served_first(answers: int, broadcasts: int) -> None:
    bucket = TokenBucket(RATE)
    for number in range(answers):
        bucket.put(0.0, Ticket(Lane.ANSWER, number))
    for _ in range(broadcasts):
        bucket.put(0.0, Ticket(Lane.BROADCAST))
    urgent = Ticket(Lane.URGENT, 7)
    bucket.put(0.0, urgent)

    assert bucket.take(0.0) is urgent


def test_chats_take_turns() -> None:
    bucket = TokenBucket(RATE)
    for _ in range(50):
        bucket.put(0.0, Ticket(Lane.ANSWER, 1))
    for chat in range(2, 12):
        bucket.put(0.0, Ticket(Lane.ANSWER, chat))
    first = [ticket.chat for ticket in served_in(bucket, 0.3)]

    assert first[:11] == list(range(1, 12))


def test_a_new_chat_is_served_before_those_that_ask_all_the_time() -> None:
    bucket, now = TokenBucket(RATE), 100.0
    for _ in range(3):
        for chat in range(50):
            bucket.put(now, Ticket(Lane.ANSWER, chat))
        now += 1.0
        served_in(bucket, 1.0, now - 1.0)
    newcomer = Ticket(Lane.ANSWER, 99)
    bucket.put(now, newcomer)

    assert newcomer in served_in(bucket, 0.1, now)


def test_displays_get_one_a_second_and_slow_a_broadcast_by_less_than_5_percent() -> None:
    bucket = TokenBucket(RATE)
    for number in range(1000):
        bucket.put(0.0, Ticket(Lane.BROADCAST, number))
        bucket.put(0.0, Ticket(Lane.COURTESY, -number))
    served = served_in(bucket, 20.0)
    displays = sum(ticket.lane is Lane.COURTESY for ticket in served)

    assert 20 <= displays <= 26
    assert len(served) - displays >= 0.95 * RATE * 20


@given(st.lists(st.tuples(gaps, lanes, st.integers(1, 9), st.booleans()), max_size=120), st.integers(1, 9))
@settings(deadline=None)
def test_a_pause_of_one_chat_delays_no_other(arrivals: list[tuple[float, Lane, int, bool]], paused_chat: int) -> None:
    def run(pause: float) -> dict[int, float]:
        bucket, now, sent, tickets = TokenBucket(RATE), 10.0, dict[int, float](), list[Ticket]()
        if pause:
            bucket.pause_scope(("send", paused_chat), now, pause)
        for gap, lane, chat, spaced in arrivals:
            now += gap
            tickets.append(Ticket(lane, chat, ("send", chat), spaced))
            bucket.put(now, tickets[-1])
            for ticket in serve(bucket, now):
                sent[tickets.index(ticket)] = now
        while (wait := bucket.wait(now)) is not None:
            now += max(wait, 0.001)
            for ticket in serve(bucket, now):
                sent[tickets.index(ticket)] = now
        assert len(sent) == len(tickets)
        return sent

    before, after = run(0.0), run(1000.0)
    for number, (_, _, chat, _) in enumerate(arrivals):
        if chat == paused_chat:
            assert after[number] >= 1010.0
        else:
            assert after[number] <= before[number] + 2 / RATE + 0.01


def test_after_a_pause_of_all_calls_the_rate_rises_slowly() -> None:
    bucket = TokenBucket(RATE)
    bucket.pause(0.0, 10.0)
    for number in range(1000):
        bucket.put(0.0, Ticket(Lane.ANSWER, number))
    served_in(bucket, 10.0)
    first, second = len(served_in(bucket, 2.0, 10.0)), len(served_in(bucket, 2.0, 12.0))

    assert first <= 2 * RATE * 0.25 + 2
    assert second <= 2 * RATE * 0.5 + 2
    assert len(served_in(bucket, 2.0, 16.0)) >= 2 * RATE * 0.95


def test_a_group_gets_20_messages_in_any_minute() -> None:
    bucket, now, sent = TokenBucket(RATE), 0.0, list[float]()
    for _ in range(60):
        bucket.put(now, Ticket(Lane.ANSWER, -7, is_spaced=True))
    while (wait := bucket.wait(now)) is not None:
        now += max(wait, 0.001)
        sent += [now for _ in serve(bucket, now)]

    assert len(sent) == 60
    for at in sent:
        assert sum(at <= other < at + 60 for other in sent) <= 20


def test_a_broadcast_leaves_a_token_for_an_answer_and_keeps_its_full_rate() -> None:
    bucket, now, sent = TokenBucket(RATE), 0.0, 0
    for _ in range(500):
        bucket.put(now, Ticket(Lane.BROADCAST))
    while now < 10.0:
        sent += len(serve(bucket, now))
        now += max(bucket.wait(now) or 0.0, 1e-6)
    answer = Ticket(Lane.ANSWER)
    bucket.put(now, answer)

    assert bucket.take(now) is answer
    assert sent >= RATE * 10


@given(st.floats(0.1, 600), st.floats(0, 600))
def test_a_pause_holds_all_calls_and_is_never_shortened(first: float, second: float) -> None:
    bucket = TokenBucket(RATE)
    bucket.put(0.0, Ticket(Lane.ANSWER))
    bucket.pause(0.0, first)
    bucket.pause(0.0, second)
    end = max(first, second)

    assert bucket.take(end * 0.999) is None
    assert bucket.take(end) is not None


def test_a_chat_gets_a_burst_and_then_one_a_second() -> None:
    bucket, now, sent = TokenBucket(1000.0), 50.0, list[float]()
    for _ in range(CHAT_BURST + 5):
        bucket.put(now, Ticket(Lane.ANSWER, 7, is_spaced=True))
    sent += [now for _ in serve(bucket, now)]
    while (wait := bucket.wait(now)) is not None:
        now += wait + 1e-6
        sent += [round(now, 3) for _ in serve(bucket, now)]

    assert sent == [50.0] * CHAT_BURST + [51.0, 52.0, 53.0, 54.0, 55.0]


def test_a_waiting_chat_delays_no_other() -> None:
    bucket = TokenBucket(RATE)
    for _ in range(50):
        bucket.put(0.0, Ticket(Lane.ANSWER, 7, is_spaced=True))
    serve(bucket, 0.0)
    other = Ticket(Lane.ANSWER, 8, is_spaced=True)
    bucket.put(0.5, other)

    assert bucket.take(0.5) is other


def test_dropped_tickets_cost_no_turn() -> None:
    bucket = TokenBucket(1.0)
    tickets = [Ticket(Lane.ANSWER) for _ in range(20)]
    for ticket in tickets:
        bucket.put(0.0, ticket)
    for ticket in tickets[:15]:
        ticket.is_dropped = True

    assert serve(bucket, 0.0) == tickets[15:]


def test_the_memory_of_chats_is_bounded() -> None:
    bucket = TokenBucket(RATE)
    for chat in range(30_000):
        bucket.put(0.0, Ticket(Lane.BROADCAST, chat, is_spaced=True))

    assert len(bucket._spacing._used_up_at) <= 10_000
