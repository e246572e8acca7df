"""Code that tests of the playground share: clients, a tiny bot, and checks against the Bot API."""
