"""Estimate the price in Stars of sending faster than Telegram allows for free. Pure.

Messages with `allow_paid_broadcast` can be sent faster. In each second, FREE_PER_SECOND of them are free, and each
further one costs a tenth of a Star. The price is approximate, because it is not documented when Telegram's seconds
begin.
"""

from dataclasses import dataclass

FREE_PER_SECOND = 30


@dataclass(frozen=True, slots=True)
class Offer:
    """The price in Stars of sending faster than Telegram allows for free, and the bot's balance.

    `balance` is the number of Stars that the bot has; None if it is unknown.
    """

    price: int
    balance: int | None

    @property
    def stars(self) -> int:
        """Return the Stars to spend: the price if the balance covers it, otherwise 0, which means to send slowly."""
        return self.price if self.balance is not None and self.balance >= self.price else 0


FREE_OFFER = Offer(0, 0)


def star_price(people: int, rate: float) -> int:
    """Return how many Stars it costs, rounded up, to send to `people` recipients at `rate` messages per second."""
    paid_per_second = max(0.0, rate - FREE_PER_SECOND)
    seconds, rest = divmod(people, rate)
    paid_messages = seconds * paid_per_second + max(0.0, rest - FREE_PER_SECOND)
    return -(-round(paid_messages) // 10)
