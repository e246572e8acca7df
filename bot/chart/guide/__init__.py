"""Draw guides: sketches of where to tap in Telegram on one kind of device, without Telegram's own design."""
