"""The simulated world: people, bots, chats, and what waits for them."""
