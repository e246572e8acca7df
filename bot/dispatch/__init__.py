"""Process each update from Telegram: drop it if its sender sends too much, decide on the replies, and send them."""
