"""Process each update from Telegram: admit it through the flood gate, decide on the replies, and send them."""
