"""Draw where to tap in Telegram on one kind of device, as a sketch without Telegram's own design."""
