"""The simulated Telegram: bots, people, chats, updates, flood limits and faults."""
