"""Post announcements in the campaign's Telegram channel, and edit and delete these posts."""
