"""Post announcements in the campaign's channel, and edit and delete these posts. People get theirs apart from it."""
