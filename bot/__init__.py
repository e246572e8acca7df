"""THE BODY: everything that touches Telegram."""
