"""THE BOX: a Telegram in a box, a local Bot API server with a web chat."""
