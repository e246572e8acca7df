"""The campaign's channel: which channel an owner has chosen for announcements, and whether the bot can post in it."""
