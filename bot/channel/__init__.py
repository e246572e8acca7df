"""The campaign's channel: which one it is, whether the bot may post there, and how an owner names it."""
