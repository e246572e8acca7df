"""Estimate the price in Stars of sending faster than Telegram allows for free. Pure.

In each second, FREE_PER_SECOND messages that carry `allow_paid_broadcast` are free. Every further message costs a
tenth of a Star. Telegram does not document where its seconds begin, so the result is approximate.
"""

from dataclasses import dataclass

FREE_PER_SECOND = 30


@dataclass(frozen=True, slots=True)
class Offer:
    """The price of sending faster, in Stars. `balance` is how many Stars the bot has, None if it is unknown."""

    price: int
    balance: int | None

    @property
    def stars(self) -> int:
        """Return the price if the balance is known to cover it. Otherwise return 0, which means free and slower."""
        return self.price if self.balance is not None and self.balance >= self.price else 0


FREE_OFFER = Offer(0, 0)


def star_price(people: int, rate: float) -> int:
    """Return how many Stars it costs to send to `people` recipients at `rate` messages a second, rounded up."""
    paid_per_second = max(0.0, rate - FREE_PER_SECOND)
    seconds, rest = divmod(people, rate)
    paid_messages = seconds * paid_per_second + max(0.0, rest - FREE_PER_SECOND)
    return -(-round(paid_messages) // 10)
