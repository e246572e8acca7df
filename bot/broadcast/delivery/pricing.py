"""What it costs in Stars to send faster than Telegram lets bots send for free. Pure.

A tenth of a Star for every message above FREE_A_SECOND in a second that carries `allow_paid_broadcast`. How Telegram
cuts time into seconds is not told: what is counted here is "about".
"""

from dataclasses import dataclass

FREE_PER_SECOND = 30


@dataclass(frozen=True, slots=True)
class Offer:
    """`price` of sending at the full rate; `balance` is what the bot has, None when that could not be asked."""

    price: int
    balance: int | None

    @property
    def stars(self) -> int:
        """What is offered: 0, which is FREE_A_SECOND, where the balance is not known to be enough."""
        return self.price if self.balance is not None and self.balance >= self.price else 0


FREE_OFFER = Offer(0, 0)


def star_price(people: int, rate: float) -> int:
    """In whole Stars, rounded up."""
    each_second = max(0.0, rate - FREE_PER_SECOND)
    seconds, rest = divmod(people, rate)
    above = seconds * each_second + max(0.0, rest - FREE_PER_SECOND)
    return -(-round(above) // 10)
